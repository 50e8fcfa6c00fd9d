// What a run leaves behind, as results of the control block: 0 errors, 1 the first index outside a table, 2 a number of the kernel,
// from 3 on 64-bit counters, 17 what the kernel is, 18 its shape.
module hr_status #(
    parameter int ERRORS = 6,
    parameter int COUNTERS = 7,
    parameter logic [31:0] KIND = 32'd0,
    parameter logic [31:0] SHAPE = 32'd0
) (
    input  logic                clk,
    input  logic                clear,
    input  logic                running,
    input  logic [ERRORS-1:0]   error,
    input  logic                outside,
    input  logic [31:0]         outside_index,
    input  logic [31:0]         number,
    input  logic [COUNTERS-1:0] happens,
    output logic [20*32-1:0]    results
);
    logic [ERRORS-1:0] errors;
    logic [31:0] first_outside;
    logic [COUNTERS-1:0] counts;
    logic any_outside;

    always_ff @(posedge clk) begin
        counts <= happens & {COUNTERS{running}};
        errors <= errors | error;
        if (outside && !any_outside) first_outside <= outside_index;
        if (outside) any_outside <= 1'b1;
        if (clear) begin
            errors        <= '0;
            first_outside <= '0;
            any_outside   <= 1'b0;
        end
    end

    for (genvar i = 0; i < 7; i++) begin : counter
        if (i < COUNTERS) begin : on
            logic [23:0] low, high;
            logic carry;
            always_ff @(posedge clk) begin
                {carry, low} <= {1'b0, low} + 25'(counts[i]);
                high <= high + 24'(carry);
                if (clear) begin
                    {carry, low} <= '0;
                    high <= '0;
                end
            end
            assign results[32*(3+2*i)+:64] = {16'd0, high, low};
        end else begin : off
            assign results[32*(3+2*i)+:64] = '0;
        end
    end

    assign results[31:0]      = 32'(errors);
    assign results[63:32]     = first_outside;
    assign results[95:64]     = number;
    assign results[32*17+:32] = KIND;
    assign results[32*18+:32] = SHAPE;
    assign results[32*19+:32] = '0;
endmodule
