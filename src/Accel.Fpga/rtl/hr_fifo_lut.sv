// A shallow queue in distributed memory. The producer holds to `afull` (registered, so it may push MARGIN - 1 more) or to credits of
// its own; the consumer sees the head as long as `valid`. HELD puts the head into registers: a cycle more, and nothing between them and
// the consumer's logic. Flags are kept, not computed from the count: what pushes and pops comes late in a cycle.
module hr_fifo_lut #(
    parameter int W = 32,
    parameter int LOG2 = 4,
    parameter int MARGIN = 4,
    parameter bit HELD = 1'b0
) (
    input  logic         clk,
    input  logic         rst,
    input  logic         push,
    input  logic [W-1:0] din,
    output logic         afull,
    output logic         valid,
    output logic [W-1:0] dout,
    input  logic         pop
);
    localparam logic [LOG2:0] LIMIT = (LOG2 + 1)'((1 << LOG2) - MARGIN);

    (* ram_style = "distributed" *) logic [W-1:0] mem[1 << LOG2];
    logic [LOG2-1:0] head, tail;
    logic [LOG2:0] count, up, down;
    logic some, many, take;

    assign up   = count + 1'b1;
    assign down = count - 1'b1;
    assign many = count[LOG2:1] != '0;

    always_ff @(posedge clk) begin
        if (push) mem[tail] <= din;
        if (rst) begin
            head  <= '0;
            tail  <= '0;
            count <= '0;
            some  <= 1'b0;
            afull <= 1'b0;
        end else begin
            if (push) tail <= tail + 1'b1;
            if (take) head <= head + 1'b1;
            if (push && !take) count <= up;
            else if (take && !push) count <= down;
            some  <= push || (take ? many : some);
            afull <= count >= LIMIT;
        end
    end

    if (HELD) begin : registered
        assign take = some && (pop || !valid);
        always_ff @(posedge clk) begin
            if (pop || !valid) begin
                dout  <= mem[head];
                valid <= some;
            end
            if (rst) valid <= 1'b0;
        end
    end else begin : direct
        assign take  = pop;
        assign valid = some;
        assign dout  = mem[head];
    end
endmodule
