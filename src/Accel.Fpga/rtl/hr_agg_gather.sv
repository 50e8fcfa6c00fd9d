// One read burst for each edge: checks the column, sends the address, and remembers weight and row end until the data arrive.
// A record has 64 bits: column 31..0, weight 47..32, 62 adds nothing, 63 ends its row. Records that add nothing and end nothing are dropped. Edges wait in the order of their reads; several hundred may be on their way.
module hr_agg_gather #(
    parameter int META_LOG2 = 9
) (
    input  logic        clk,
    input  logic        rst,
    input  logic [31:0] table_rows,
    input  logic [3:0]  row_shift,  // log2 of the bytes from one table row to the next
    input  logic [63:0] base,
    input  logic [7:0]  burst_len,

    input  logic        rec_valid,
    input  logic [63:0] rec,
    input  logic        rec_final,
    output logic        rec_pop,
    output logic        outside,  // a column leaves the table; it is read as row 0 with weight 0
    output logic [31:0] outside_column,

    output logic [63:0] m_araddr,
    output logic [7:0]  m_arlen,
    output logic        m_arvalid,
    input  logic        m_arready,

    output logic        meta_valid,
    output logic [15:0] meta_weight,
    output logic        meta_nothing,
    output logic        meta_last,
    output logic        meta_final,
    input  logic        meta_pop
);
    localparam logic [META_LOG2:0] META_ROOM = (META_LOG2 + 1)'((1 << META_LOG2) - 4);

    logic [META_LOG2:0] meta_owed;  // taken here and not yet taken there
    logic [5:0] address_owed;
    logic roomy, sends, drops, sent, nothing, last, sends_late, sent_late, pop_late;
    logic v1, n1, l1, f1, bad1, v2, n2, l2, f2;
    logic [31:0] c1, c2;
    logic [15:0] w1, w2;
    logic send2, ar_in, ar_valid;
    logic [63:0] ar_addr;
    /* verilator lint_off UNUSED */
    logic afull, tag;
    /* verilator lint_on UNUSED */

    assign rec_pop = rec_valid && roomy;
    assign nothing = rec[62];
    // A row that the data leave open ends with them: a graph cut short cannot hang the kernel.
    assign last  = rec[63] || rec_final;
    assign drops = nothing && !last;
    assign sends = rec_pop && !nothing;
    assign sent  = m_arvalid && m_arready;

    always_ff @(posedge clk) begin
        {c1, w1, n1, l1, f1} <= {rec[31:0], rec[47:32], nothing, last, rec_final};
        bad1  <= rec[31:0] >= table_rows;
        send2 <= v1 && !n1;
        {c2, w2} <= bad1 ? 48'd0 : {c1, w1};
        {n2, l2, f2} <= {n1, l1, f1};
        outside <= v1 && !n1 && bad1;
        outside_column <= c1;
        roomy <= meta_owed < META_ROOM && address_owed < 6'd28;
        // Counted a cycle late: the limits leave room for it, and no path runs from the array to the records.
        {sends_late, sent_late, pop_late} <= {sends, sent, meta_pop};
        meta_owed    <= meta_owed + (META_LOG2 + 1)'(v1) - (META_LOG2 + 1)'(pop_late);
        address_owed <= address_owed + 6'(sends_late) - 6'(sent_late);
        v1 <= rec_pop && !drops;
        v2 <= v1;
        if (rst) begin
            {v1, v2, send2, outside, roomy, sends_late, sent_late, pop_late} <= '0;
            meta_owed    <= '0;
            address_owed <= '0;
        end
    end

    hr_addr #(.TAG(1)) addresses (
        .clk, .rst, .in_valid(send2), .index(c2), .in_tag(1'b0), .shift(row_shift), .base,
        .out_valid(ar_in), .addr(ar_addr), .out_tag(tag)
    );
    hr_fifo_lut #(.W(64), .LOG2(5), .MARGIN(1)) requests (
        .clk, .rst, .push(ar_in), .din(ar_addr), .afull, .valid(ar_valid), .dout(m_araddr), .pop(sent)
    );
    assign m_arvalid = ar_valid;
    assign m_arlen = burst_len;

    hr_fifo_ram #(.W(19), .LOG2(META_LOG2)) metas (
        .clk, .rst, .push(v2), .din({f2, l2, n2, w2}), .valid(meta_valid),
        .dout({meta_final, meta_last, meta_nothing, meta_weight}), .pop(meta_pop)
    );

    /* verilator lint_off UNUSED */
    logic unused;
    assign unused = &{1'b0, rec[61:48]};
    /* verilator lint_on UNUSED */
endmodule
