// One multiplier with registers of its own before and after it: the way into it is most of what limits the clock, and a register that
// feeds one multiplier alone can be placed beside it.
// Synthesis must not merge the copies of the weight again.
(* keep_hierarchy *)
module hr_agg_product (
    input  logic               clk,
    input  logic [7:0]         in_number, // INT8
    input  logic [15:0]        in_weight, // INT16
    output logic signed [23:0] product    // 2 cycles after
);
    logic [7:0] number;
    logic [15:0] weight;

    always_ff @(posedge clk) begin
        {number, weight} <= {in_number, in_weight};
        product <= $signed(number) * $signed(weight);
    end
endmodule
