// The stream of a node: fmix32(seed ^ node * 0x9E3779B9), and 0x9E3779B9 where that is 0. One request a cycle, 16 cycles later out again.
module hr_sample_seed #(
    parameter int TAG = 1
) (
    input  logic           clk,
    input  logic           rst,
    input  logic           in_valid,
    input  logic [31:0]    node,
    input  logic [31:0]    seed,
    input  logic [TAG-1:0] in_tag,
    output logic           out_valid,
    output logic [31:0]    state,
    output logic [TAG-1:0] out_tag
);
    localparam logic [31:0] GOLDEN = 32'h9E3779B9;

    logic [31:0] mixed, third, third_out;
    logic [TAG-1:0] tag1, tag2, tag3;
    logic [15:0] valids;
    /* verilator lint_off UNUSED */
    logic [63:0] p1, p2, p3;  // lower halves
    /* verilator lint_on UNUSED */

    hr_mul #(.TAG(TAG)) spread (.clk, .a(node), .b(GOLDEN), .in_tag, .product(p1), .out_tag(tag1));
    assign mixed = p1[31:0] ^ seed;
    hr_mul #(.TAG(TAG)) first (.clk, .a(mixed ^ (mixed >> 16)), .b(32'h85EBCA6B), .in_tag(tag1), .product(p2), .out_tag(tag2));
    hr_mul #(.TAG(TAG)) second (.clk, .a(p2[31:0] ^ (p2[31:0] >> 13)), .b(32'hC2B2AE35), .in_tag(tag2), .product(p3), .out_tag(tag3));
    assign third = p3[31:0] ^ (p3[31:0] >> 16);

    always_ff @(posedge clk) begin
        third_out <= third;
        out_tag   <= tag3;
        if (rst) valids <= '0;
        else valids <= {valids[14:0], in_valid};
    end

    assign out_valid = valids[15];
    assign state = third_out == 32'd0 ? GOLDEN : third_out;
endmodule
