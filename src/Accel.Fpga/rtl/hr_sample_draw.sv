// Draws the neighbors of requests, by position in their lists: `fanout` slots a request, in order, one a cycle (uniform) or one in two
// cycles (importance, which takes two random numbers). Slots beyond the neighbors of a node are empty.
//
// Uniform draws are distinct by Floyd's method: draw i of k from n is a number up to n - k + i, and n - k + i itself where the number was
// drawn before. The comparison with all numbers drawn before takes two cycles, and a cycle more until a number is among them: the two
// before are compared with apart, the very last, still undecided, with both numbers that it can turn out to be.
module hr_sample_draw #(
    parameter int MOST = 32  // largest fanout
) (
    input  logic        clk,
    input  logic        rst,
    input  logic        importance,
    input  logic [5:0]  fanout,   // less one
    input  logic        hold,

    input  logic        req_valid,
    input  logic [31:0] req_state,
    input  logic [31:0] req_first,
    input  logic [31:0] req_low,   // uniform: degree less draws; importance: degree
    input  logic [6:0]  req_count, // draws
    input  logic        req_all,   // uniform: no more neighbors than fanout; importance: none at all
    input  logic        req_final,
    output logic        req_pop,
    output logic        issues,    // a slot begins its way

    output logic        out_valid,
    output logic        out_begins,
    output logic        out_ends,
    output logic        out_final,
    output logic        out_empty,
    output logic [31:0] out_first,
    output logic [31:0] out_position,
    output logic [31:0] out_bits
);
    localparam int LOG2 = $clog2(MOST);
    localparam int TAG = 32 * 3 + LOG2 + 5;

    function automatic logic [31:0] step(input logic [31:0] x);
        logic [31:0] a, b;
        a = x ^ (x << 13);
        b = a ^ (a >> 17);
        step = b ^ (b << 5);
    endfunction

    // A slot at a time.
    logic [5:0] index;
    logic second, fresh, at_end, filler, waits;
    logic [31:0] state, drawn, now, draw;
    assign now     = fresh ? req_state : state;
    assign drawn   = step(now);
    assign filler  = {1'b0, index} >= req_count;
    assign waits   = importance && !req_all && !second;  // the first of two numbers
    assign issues  = req_valid && !hold && !waits;
    assign at_end  = index == fanout;
    assign req_pop = issues && at_end;

    logic v0, f0, b0, e0, l0, a0;
    logic [31:0] draw0, bits0, low0, first0;
    logic [5:0] index0;
    always_ff @(posedge clk) begin
        if (req_valid && !hold) begin
            state  <= drawn;
            draw   <= drawn;
            second <= waits;
            fresh  <= req_pop;
            if (issues) index <= at_end ? '0 : index + 1'b1;
        end
        v0 <= issues;
        {f0, b0, e0, l0, a0} <= {filler, index == '0, at_end, req_final, req_all};
        draw0  <= importance ? draw : drawn;
        bits0  <= drawn;
        {low0, first0, index0} <= {req_low, req_first, index};
        if (rst) begin
            index  <= '0;
            second <= 1'b0;
            fresh  <= 1'b1;
            v0     <= 1'b0;
        end
    end

    // The bound, then the product.
    logic [6:0] valids;
    logic [31:0] draw1, bound1, last1, bits1, first1;
    logic [LOG2-1:0] index1;
    logic f1, b1, e1, l1, a1;
    always_ff @(posedge clk) begin
        last1  <= low0 + 32'(index0);
        bound1 <= importance ? low0 : low0 + 32'(index0) + 32'd1;
        {draw1, bits1, first1, index1} <= {draw0, bits0, first0, index0[LOG2-1:0]};
        {f1, b1, e1, l1, a1} <= {f0, b0, e0, l0 && e0, a0};
        if (rst) valids <= '0;
        else valids <= {valids[5:0], v0};
    end

    /* verilator lint_off UNUSED */
    logic [63:0] product;
    /* verilator lint_on UNUSED */
    logic [31:0] last2, bits2, first2, pos2;
    logic [LOG2-1:0] index2;
    logic v2, f2, b2, e2, l2, a2;
    hr_mul #(.TAG(TAG)) lemire (
        .clk, .a(draw1), .b(bound1), .in_tag({last1, bits1, first1, index1, f1, b1, e1, l1, a1}), .product,
        .out_tag({last2, bits2, first2, index2, f2, b2, e2, l2, a2})
    );
    assign pos2 = product[63:32];
    assign v2   = valids[5];

    // What this request has drawn.
    logic [31:0] taken[MOST];
    logic [MOST-1:0] match3;
    logic v3, f3, b3, e3, l3, a3, same_pos3, same_last3, same_late3, again3, again_before, begins_at3, v4;
    logic [31:0] late1, late2;  // the last two that are decided
    logic [LOG2-1:0] index4;
    logic [31:0] pos3, last3, bits3, first3, position3;
    logic [LOG2-1:0] index3;
    always_ff @(posedge clk) begin
        v3 <= v2;
        if (v2) begin
            for (int i = 0; i < MOST; i++) match3[i] <= taken[i] == pos2 && 32'(i) + 32'd2 < 32'(index2);
            same_pos3  <= pos2 == pos3;
            same_last3 <= pos2 == last3;
            // With a draw in the next stage the last decided is the one before the last, else the last itself.
            same_late3 <= (pos2 == late1 && index2 >= (LOG2)'(2)) || (pos2 == late2 && index2 >= (v3 ? (LOG2)'(3) : (LOG2)'(2)));
            begins_at3 <= index2 == '0;
            {pos3, last3, bits3, first3, index3} <= {pos2, last2, bits2, first2, index2};
            {f3, b3, e3, l3, a3} <= {f2, b2, e2, l2, a2};
        end
        if (v3) begin
            again_before   <= again3;
            {late1, late2} <= {position3, late1};
            index4         <= index3;
        end
        v4 <= v3;
        if (v4) taken[index4] <= late1;
        if (rst) {v3, v4, again_before} <= '0;
    end
    assign again3 = match3 != '0 || same_late3 || (!begins_at3 && (again_before ? same_last3 : same_pos3));
    assign position3 = !importance && (a3 || again3) ? last3 : pos3;

    always_ff @(posedge clk) begin
        out_valid <= v3 && !rst;
        {out_begins, out_ends, out_final, out_empty} <= {b3, e3, l3, f3};
        {out_first, out_position, out_bits} <= {first3, position3, bits3};
    end

    /* verilator lint_off UNUSED */
    logic unused;
    assign unused = valids[6];
    /* verilator lint_on UNUSED */
endmodule
