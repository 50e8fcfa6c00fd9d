// 32 x 32 bits in five cycles, of four 16 x 16 products: no stage holds more than a product or a 34-bit sum. `tag` travels along.
module hr_mul #(
    parameter int TAG = 1
) (
    input  logic           clk,
    input  logic [31:0]    a,
    input  logic [31:0]    b,
    input  logic [TAG-1:0] in_tag,
    output logic [63:0]    product,
    output logic [TAG-1:0] out_tag
);
    logic [31:0] a0, b0, ll, lh, hl, hh, ll2, hh2;
    logic [32:0] cross2;
    logic [15:0] low3;
    logic [33:0] middle3;
    logic [31:0] hh3;
    logic [TAG-1:0] tag0, tag1, tag2, tag3;

    always_ff @(posedge clk) begin
        {a0, b0, tag0} <= {a, b, in_tag};
        ll <= a0[15:0] * b0[15:0];
        lh <= a0[15:0] * b0[31:16];
        hl <= a0[31:16] * b0[15:0];
        hh <= a0[31:16] * b0[31:16];
        tag1   <= tag0;
        cross2 <= {1'b0, lh} + {1'b0, hl};
        {ll2, hh2, tag2} <= {ll, hh, tag1};
        middle3 <= {1'b0, cross2} + {18'd0, ll2[31:16]};
        {low3, hh3, tag3} <= {ll2[15:0], hh2, tag2};
        product <= {hh3 + {14'd0, middle3[33:16]}, middle3[15:0], low3};
        out_tag <= tag3;
    end
endmodule
