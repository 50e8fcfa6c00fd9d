// A deep queue: block memory with two cycles of read latency, and a shallow queue behind it that shows its head at once.
// The producer counts what it may push (2^LOG2 entries); nothing here says full. What is read while it is written is never used.
module hr_fifo_ram #(
    parameter int W = 32,
    parameter int LOG2 = 9
) (
    input  logic         clk,
    input  logic         rst,
    input  logic         push,
    input  logic [W-1:0] din,
    output logic         valid,
    output logic [W-1:0] dout,
    input  logic         pop
);
    (* ram_style = "block", no_rw_check *) logic [W-1:0] mem[1 << LOG2];
    logic [LOG2-1:0] head, tail;
    logic [W-1:0] q, q2;
    logic fetch, fetched, fetched2, ready, some;
    logic [LOG2:0] stored;
    logic [3:0] ahead;  // entries under way to, or in, the shallow queue
    /* verilator lint_off UNUSED */
    logic afull;
    /* verilator lint_on UNUSED */

    assign fetch = ready && some;

    always_ff @(posedge clk) begin
        if (push) mem[tail] <= din;
        q  <= mem[head];
        q2 <= q;
        if (rst) begin
            head     <= '0;
            tail     <= '0;
            stored   <= '0;
            some     <= 1'b0;
            ahead    <= '0;
            ready    <= 1'b0;
            fetched  <= 1'b0;
            fetched2 <= 1'b0;
        end else begin
            if (push) tail <= tail + 1'b1;
            if (fetch) head <= head + 1'b1;
            fetched  <= fetch;
            fetched2 <= fetched;
            if (push && !fetch) stored <= stored + 1'b1;
            else if (!push && fetch) stored <= stored - 1'b1;
            some <= push || (fetch ? stored[LOG2:1] != '0 : some);
            if (fetch && !pop) ahead <= ahead + 1'b1;
            else if (!fetch && pop) ahead <= ahead - 1'b1;
            ready <= ahead < 4'd13;
        end
    end

    hr_fifo_lut #(.W(W), .LOG2(4), .MARGIN(1), .HELD(1'b1)) shallow (
        .clk, .rst, .push(fetched2), .din(q2), .afull, .valid, .dout, .pop
    );
endmodule
