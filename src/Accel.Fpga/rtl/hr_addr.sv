// base + (index << shift) in four cycles: no carry chain is longer than 32 bits and none follows other logic. It never stalls:
// who feeds it keeps room where its results go. `tag` travels along.
module hr_addr #(
    parameter int TAG = 1
) (
    input  logic           clk,
    input  logic           rst,
    input  logic           in_valid,
    input  logic [31:0]    index,
    input  logic [TAG-1:0] in_tag,
    input  logic [3:0]     shift,
    input  logic [63:0]    base,
    output logic           out_valid,
    output logic [63:0]    addr,
    output logic [TAG-1:0] out_tag
);
    logic [43:0] coarse, offset;
    logic [46:0] fine;
    logic [31:0] low, high, low_out;
    logic [11:0] above;
    logic carry;
    logic [2:0] valids;
    logic [TAG-1:0] tag0, tag1, tag2;

    // Strides are 2^15 bytes at most, and a table of 2^32 of them is larger than any memory: bits above 44 are not kept.
    assign fine = {3'b0, coarse} << shift[1:0];

    always_ff @(posedge clk) begin
        coarse <= {12'b0, index} << {shift[3:2], 2'b00};
        tag0   <= in_tag;
        offset <= fine[43:0];
        tag1   <= tag0;
        {carry, low} <= {1'b0, offset[31:0]} + {1'b0, base[31:0]};
        above  <= offset[43:32];
        tag2   <= tag1;
        high   <= base[63:32] + {20'b0, above} + {31'b0, carry};
        low_out <= low;
        out_tag <= tag2;
        if (rst) {out_valid, valids} <= '0;
        else {out_valid, valids} <= {valids, in_valid};
    end

    assign addr = {high, low_out};

    /* verilator lint_off UNUSED */
    logic unused;
    assign unused = &{1'b0, fine[46:44]};
    /* verilator lint_on UNUSED */
endmodule
