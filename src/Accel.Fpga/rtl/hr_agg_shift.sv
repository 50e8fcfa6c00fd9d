// The shift of a row: with b the bit length of the OR of its magnitudes, max(0, b - 7). Magnitudes come a beat at a time.
module hr_agg_shift #(
    parameter int GROUPS = 4
) (
    input  logic                  clk,
    input  logic                  rst,
    input  logic                  raw,        // no shift
    input  logic                  in_valid,   // a beat of a row's last edge
    input  logic                  in_end,     // its last beat
    input  logic                  in_final,
    input  logic [GROUPS*39-1:0]  magnitudes,
    output logic                  out_valid,
    output logic                  out_final,
    output logic [5:0]            out_shift
);
    localparam int HALF = (GROUPS + 3) / 4;

    logic [38:0] part[HALF];
    logic [38:0] beat, row;
    logic v1, v2, v3, v4, v5, e1, e2, f1, f2, f3, f4, f5, begins, nonzero;
    logic [4:0] top;
    logic [3:0] any;
    logic [11:0] place;

    function automatic logic [38:0] join4(input logic [GROUPS*39-1:0] all, input int first);
        join4 = '0;
        for (int i = first; i < first + 4 && i < GROUPS; i++) join4 |= all[39*i+:39];
    endfunction

    function automatic logic [2:0] highest(input logic [7:0] bits);
        casez (bits)
            8'b1???????: highest = 3'd7;
            8'b01??????: highest = 3'd6;
            8'b001?????: highest = 3'd5;
            8'b0001????: highest = 3'd4;
            8'b00001???: highest = 3'd3;
            8'b000001??: highest = 3'd2;
            8'b0000001?: highest = 3'd1;
            default: highest = 3'd0;
        endcase
    endfunction

    always_comb begin
        beat = '0;
        for (int i = 0; i < HALF; i++) beat |= part[i];
    end

    always_ff @(posedge clk) begin
        for (int i = 0; i < HALF; i++) part[i] <= join4(magnitudes, 4 * i);
        {e1, f1} <= {in_end, in_final};
        // Over the beats of the row.
        if (v1) begin
            row    <= (begins ? 39'd0 : row) | beat;
            begins <= e1;
        end
        {e2, f2} <= {e1, f1};
        // Bits 38..7 by bytes.
        for (int i = 0; i < 4; i++) begin
            any[i] <= row[7+8*i+:8] != 8'd0;
            place[3*i+:3] <= highest(row[7+8*i+:8]);
        end
        f3 <= f2;
        nonzero <= any != '0 && !raw;
        top <= any[3] ? {2'd3, place[11:9]} : any[2] ? {2'd2, place[8:6]} : any[1] ? {2'd1, place[5:3]} : {2'd0, place[2:0]};
        f4  <= f3;
        out_shift <= nonzero ? {1'b0, top} + 6'd1 : 6'd0;
        f5  <= f4;
        v1 <= in_valid;
        v2 <= v1 && e1;
        v3 <= v2;
        v4 <= v3;
        v5 <= v4;
        if (rst) begin
            {v1, v2, v3, v4, v5} <= '0;
            begins <= 1'b1;
        end
    end

    assign out_valid = v5;
    assign out_final = f5;

    /* verilator lint_off UNUSED */
    logic unused;
    assign unused = &{1'b0, row[6:0], e2};
    /* verilator lint_on UNUSED */
endmodule
