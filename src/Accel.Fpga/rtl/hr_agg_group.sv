// Four lanes: multiply, add in 40 bits, keep the sums of finished rows, and later shift and round them. Everything that many
// lanes share is registered here again, so that no net crosses the whole array within a cycle, and nothing here ever stalls:
// the array is fed only as fast as its results find room.
//
// The 40-bit addition is cut into 16 + 12 + 12 bits, each in a pipeline stage with the memory of its own bits. The parts of a sum
// are read and written one cycle after the other, so that even rows of a single beat add up at one edge a cycle,
// and no carry chain is longer than 16 bits.
// Synthesis must not merge the copies again.
(* keep_hierarchy *)
module hr_agg_group #(
    parameter int BEATS_LOG2 = 4,
    parameter int ROWS_LOG2 = 9  // finished beats kept
) (
    input  logic                  clk,
    input  logic                  rst,

    // Accumulate.
    input  logic                  in_valid,
    input  logic [31:0]           in_data,   // four INT8 numbers
    input  logic [15:0]           in_weight, // INT16
    input  logic                  in_first,  // first edge of a row: the sums begin anew
    input  logic                  in_last,   // last edge of a row: the sums are kept
    input  logic [BEATS_LOG2-1:0] in_beat,
    output logic [38:0]           magnitude, // OR over the lanes of sum XOR sign, 7 cycles after in_valid

    // Drain: results come 6 cycles after.
    input  logic                  take,
    input  logic                  take_next, // this was the last use of the beat
    input  logic                  take_raw,
    input  logic [1:0]            take_lane, // raw: which of the four
    input  logic [5:0]            take_shift,
    output logic [31:0]           out
);
    // Control of the stages, local copies.
    logic v1, v2, v3, v4, v5, first1, first2, first3, first4, last1, last2, last3, last4, last5;
    logic [BEATS_LOG2-1:0] beat1, beat2, beat3, beat4;
    logic keep;
    logic [159:0] sums;
    logic [38:0] joined[4];

    always_ff @(posedge clk) begin
        {first1, last1, beat1} <= {in_first, in_last, in_beat};
        {first2, last2, beat2} <= {first1, last1, beat1};
        {first3, last3, beat3} <= {first2, last2, beat2};
        {first4, last4, beat4} <= {first3, last3, beat3};
        last5 <= last4;
        if (rst) {v1, v2, v3, v4, v5, keep} <= '0;
        else begin
            {v1, v2, v3, v4, v5} <= {in_valid, v1, v2, v3, v4};
            keep <= v5 && last5;
        end
    end

    for (genvar i = 0; i < 4; i++) begin : lane
        logic signed [23:0] product;
        hr_agg_product multiplier (.clk, .in_number(in_data[8*i+:8]), .in_weight, .product);
        (* ram_style = "distributed" *) logic [15:0] low[1 << BEATS_LOG2];
        (* ram_style = "distributed" *) logic [11:0] middle[1 << BEATS_LOG2];
        (* ram_style = "distributed" *) logic [11:0] high[1 << BEATS_LOG2];
        logic [15:0] low_sum, low_kept, low_out;
        logic [11:0] middle_sum, middle_kept, high_sum;
        logic low_carry, middle_carry, sign3, sign4;
        logic [7:0] top3;
        logic [16:0] low_next;
        logic [12:0] middle_next;
        logic [11:0] high_next;

        assign low_next = {1'b0, first2 ? 16'd0 : low[beat2]} + {1'b0, product[15:0]};
        assign middle_next = {1'b0, first3 ? 12'd0 : middle[beat3]} + {1'b0, {4{sign3}}, top3} + {12'd0, low_carry};
        assign high_next = (first4 ? 12'd0 : high[beat4]) + {12{sign4}} + {11'd0, middle_carry};

        always_ff @(posedge clk) begin
            if (v2) low[beat2] <= low_next[15:0];
            {low_carry, low_sum} <= low_next;
            {top3, sign3} <= {product[23:16], product[23]};
            if (v3) middle[beat3] <= middle_next[11:0];
            {middle_carry, middle_sum} <= middle_next;
            low_kept <= low_sum;
            sign4 <= sign3;
            if (v4) high[beat4] <= high_next;
            high_sum    <= high_next;
            middle_kept <= middle_sum;
            low_out     <= low_kept;
        end

        // Valid with v5; `sums` with keep.
        always_ff @(posedge clk) begin
            sums[40*i+:40] <= {high_sum, middle_kept, low_out};
        end
        assign joined[i] = sums[40*i+:39] ^ {39{sums[40*i+39]}};
    end

    always_ff @(posedge clk) magnitude <= joined[0] | joined[1] | joined[2] | joined[3];

    // Rows that wait for their shift.
    (* ram_style = "block", no_rw_check *) logic [159:0] rows[1 << ROWS_LOG2];
    logic [ROWS_LOG2-1:0] tail, head;
    logic [159:0] q, kept;
    logic next0, raw0, raw1, raw2, raw3, raw4;
    logic [1:0] lane0, lane1, lane2;
    logic [5:0] shift0, shift1, shift2;
    logic [2:0] fine3;

    always_ff @(posedge clk) begin
        if (keep) rows[tail] <= sums;
        next0  <= take && take_next;
        {raw0, lane0, shift0} <= {take_raw, take_lane, take_shift};
        q <= rows[head];
        {raw1, lane1, shift1} <= {raw0, lane0, shift0};
        kept <= q;
        {raw2, lane2, shift2} <= {raw1, lane1, shift1};
        {raw3, fine3} <= {raw2, shift2[2:0]};
        raw4 <= raw3;
        if (rst) {tail, head} <= '0;
        else begin
            if (keep) tail <= tail + 1'b1;
            if (next0) head <= head + 1'b1;
        end
    end

    // Raw: one lane of the four, held in 32 bits.
    logic [39:0] chosen;
    logic [31:0] raw;
    always_ff @(posedge clk) begin
        case (lane2)
            2'd0: chosen <= kept[39:0];
            2'd1: chosen <= kept[79:40];
            2'd2: chosen <= kept[119:80];
            default: chosen <= kept[159:120];
        endcase
        if (chosen[39:31] == {9{chosen[39]}}) raw <= chosen[31:0];
        else raw <= {chosen[39], {31{~chosen[39]}}};
    end

    // Block float: shift by s with the bit below kept for rounding; s is such that the result has 8 bits.
    logic [31:0] rounded;
    for (genvar i = 0; i < 4; i++) begin : scale
        logic [47:0] wide;
        logic [15:0] coarse, fine;
        logic [8:0] part;
        assign wide = {{7{kept[40*i+39]}}, kept[40*i+:40], 1'b0};
        assign fine = coarse >> fine3;
        always_ff @(posedge clk) begin
            case (shift2[5:3])
                3'd0: coarse <= wide[15:0];
                3'd1: coarse <= wide[23:8];
                3'd2: coarse <= wide[31:16];
                3'd3: coarse <= wide[39:24];
                default: coarse <= wide[47:32];
            endcase
            part <= fine[8:0];
        end
        assign rounded[8*i+:8] = part == 9'h0ff ? 8'h7f : part[8:1] + {7'd0, part[0]};
        /* verilator lint_off UNUSED */
        logic unused;
        assign unused = &{1'b0, fine[15:9]};
        /* verilator lint_on UNUSED */
    end

    always_ff @(posedge clk) out <= raw4 ? raw : rounded;
endmodule
