// Weighted aggregation of INT8 rows: out[v] = sum over the edges of v of weight * table[column], in 40 bits, written as INT32 or
// as INT8 with a shift a row. One compute unit: AXI4-Lite control, three AXI4 masters (records, table rows, results).
// Arguments: 0 records, 1 rows | 2 rows of the table, 3 format (beats a row - 1: 3..0, log2 of a table row's bytes: 11..8,
// log2 of a result row's bytes: 19..16, raw: 24), in two words each; then four addresses, multiples of 4096.
module hr_agg_kernel #(
    parameter int LANES = 16,
    parameter int BEATS_LOG2 = 4,
    parameter int META_LOG2 = 9
) (
    input  logic               ap_clk,
    input  logic               ap_rst_n,

    input  logic [7:0]         s_awaddr,
    input  logic               s_awvalid,
    output logic               s_awready,
    input  logic [31:0]        s_wdata,
    input  logic [3:0]         s_wstrb,
    input  logic               s_wvalid,
    output logic               s_wready,
    output logic [1:0]         s_bresp,
    output logic               s_bvalid,
    input  logic               s_bready,
    input  logic [7:0]         s_araddr,
    input  logic               s_arvalid,
    output logic               s_arready,
    output logic [31:0]        s_rdata,
    output logic [1:0]         s_rresp,
    output logic               s_rvalid,
    input  logic               s_rready,
    output logic               irq,

    output logic [63:0]        edge_araddr,
    output logic [7:0]         edge_arlen,
    output logic               edge_arvalid,
    input  logic               edge_arready,
    input  logic [63:0]        edge_rdata,
    input  logic [1:0]         edge_rresp,
    input  logic               edge_rlast,
    input  logic               edge_rvalid,
    output logic               edge_rready,

    output logic [63:0]        feat_araddr,
    output logic [7:0]         feat_arlen,
    output logic               feat_arvalid,
    input  logic               feat_arready,
    input  logic [LANES*8-1:0] feat_rdata,
    input  logic [1:0]         feat_rresp,
    input  logic               feat_rlast,
    input  logic               feat_rvalid,
    output logic               feat_rready,

    output logic [63:0]        out_awaddr,
    output logic [7:0]         out_awlen,
    output logic               out_awvalid,
    input  logic               out_awready,
    output logic [LANES*8-1:0] out_wdata,
    output logic               out_wlast,
    output logic               out_wvalid,
    input  logic               out_wready,
    input  logic [1:0]         out_bresp,
    input  logic               out_bvalid,
    output logic               out_bready
);
    localparam int GROUPS = LANES / 4;
    localparam int ROWS_LOG2 = 9;
    localparam logic [ROWS_LOG2:0] ROWS_ROOM = (ROWS_LOG2 + 1)'((1 << ROWS_LOG2) - 8);

    logic clk, rst, clear, start, running, finished;
    logic [511:0] arguments;
    logic [20*32-1:0] results;
    assign clk = ap_clk;

    logic [31:0] records, row_count, table_rows, format;
    logic [63:0] edge_base, feat_base, out_base, shift_base;
    logic [BEATS_LOG2-1:0] last_beat;
    logic [5:0] last_slot;
    logic raw, empty;

    assign {shift_base, out_base, feat_base, edge_base} = arguments[383:128];
    assign {format, table_rows, row_count, records} = arguments[127:0];

    always_ff @(posedge clk) begin
        rst   <= !ap_rst_n;
        clear <= rst || start;
        last_beat <= format[BEATS_LOG2-1:0];
        raw       <= format[24];
        last_slot <= format[24] ? {format[3:0], 2'b11} : {2'b00, format[3:0]};
        empty     <= records == 32'd0;
    end

    hr_control #(.ARGUMENTS(8), .RESULTS(20)) control (
        .clk, .rst, .s_awaddr, .s_awvalid, .s_awready, .s_wdata, .s_wstrb, .s_wvalid, .s_wready, .s_bresp, .s_bvalid, .s_bready,
        .s_araddr, .s_arvalid, .s_arready, .s_rdata, .s_rresp, .s_rvalid, .s_rready, .irq,
        .start, .running, .finished, .arguments, .results
    );

    // `clear` follows `start` by a cycle, and everything begins another cycle later.
    logic go;
    always_ff @(posedge clk) go <= start;
    logic begin_now;
    always_ff @(posedge clk) begin_now <= go && !rst;

    logic rec_valid, rec_final, rec_pop;
    logic [63:0] rec;
    hr_reader #(.LOG2(9)) edges (
        .clk, .rst(clear), .start(begin_now), .count(records), .base(edge_base),
        .m_araddr(edge_araddr), .m_arlen(edge_arlen), .m_arvalid(edge_arvalid), .m_arready(edge_arready),
        .m_rdata(edge_rdata), .m_rvalid(edge_rvalid), .m_rready(edge_rready),
        .valid(rec_valid), .word(rec), .final_word(rec_final), .pop(rec_pop)
    );

    logic outside, meta_valid, meta_nothing, meta_last, meta_final, meta_pop;
    logic [31:0] outside_column;
    logic [15:0] meta_weight;
    hr_agg_gather #(.META_LOG2(META_LOG2)) gather (
        .clk, .rst(clear), .table_rows, .row_shift(format[11:8]), .base(feat_base), .burst_len({4'd0, format[3:0]}),
        .rec_valid, .rec, .rec_final, .rec_pop, .outside, .outside_column,
        .m_araddr(feat_araddr), .m_arlen(feat_arlen), .m_arvalid(feat_arvalid), .m_arready(feat_arready),
        .meta_valid, .meta_weight, .meta_nothing, .meta_last, .meta_final, .meta_pop
    );

    logic hold, beat_valid, beat_first, beat_last, beat_final, beat_end, starved;
    logic [LANES*8-1:0] beat_data;
    logic [15:0] beat_weight;
    logic [BEATS_LOG2-1:0] beat_index;
    hr_agg_join #(.WIDTH(LANES * 8), .BEATS_LOG2(BEATS_LOG2)) join_beats (
        .clk, .rst(clear), .last_beat, .hold,
        .m_rdata(feat_rdata), .m_rvalid(feat_rvalid), .m_rready(feat_rready),
        .meta_valid, .meta_weight, .meta_nothing, .meta_last, .meta_final, .meta_pop,
        .out_valid(beat_valid), .out_data(beat_data), .out_weight(beat_weight), .out_first(beat_first), .out_last(beat_last),
        .out_final(beat_final), .out_row_end(beat_end), .out_beat(beat_index), .starved
    );

    // The lanes. Lane j of group g has number j * GROUPS + g of a beat: then the words that the groups give out when each names
    // its lane j are in the order of memory.
    logic take, take_next;
    logic [1:0] take_lane;
    logic [5:0] take_shift;
    logic [LANES*8-1:0] packed_bytes, packed_words;
    logic [GROUPS*39-1:0] magnitudes;
    for (genvar g = 0; g < GROUPS; g++) begin : group
        logic [31:0] in_data, out;
        for (genvar j = 0; j < 4; j++) begin : wire_lane
            assign in_data[8*j+:8] = beat_data[8*(j*GROUPS+g)+:8];
            assign packed_bytes[8*(j*GROUPS+g)+:8] = out[8*j+:8];
        end
        assign packed_words[32*g+:32] = out;
        hr_agg_group #(.BEATS_LOG2(BEATS_LOG2), .ROWS_LOG2(ROWS_LOG2)) lanes (
            .clk, .rst(clear), .in_valid(beat_valid), .in_data, .in_weight(beat_weight), .in_first(beat_first), .in_last(beat_last),
            .in_beat(beat_index), .magnitude(magnitudes[39*g+:39]),
            .take, .take_next, .take_raw(raw), .take_lane, .take_shift, .out
        );
    end

    // Beats of finished rows, when their magnitudes come out.
    logic [6:0] finished_beat, finished_end, finished_final;
    logic [ROWS_LOG2:0] kept;
    logic kept_one, took_one;
    always_ff @(posedge clk) begin
        finished_beat  <= {finished_beat[5:0], beat_valid && beat_last};
        finished_end   <= {finished_end[5:0], beat_end};
        finished_final <= {finished_final[5:0], beat_final};
        kept <= kept + (ROWS_LOG2 + 1)'(kept_one) - (ROWS_LOG2 + 1)'(took_one);
        kept_one <= beat_valid && beat_last;
        took_one <= take && take_next;
        hold <= kept >= ROWS_ROOM;
        if (clear) begin
            finished_beat <= '0;
            {kept_one, took_one} <= '0;
            kept <= '0;
            hold <= 1'b0;
        end
    end

    logic shift_valid, shift_final, row_valid, row_final, row_pop;
    logic [5:0] shift_value, row_exponent;
    hr_agg_shift #(.GROUPS(GROUPS)) shifts (
        .clk, .rst(clear), .raw, .in_valid(finished_beat[6]), .in_end(finished_end[6]), .in_final(finished_final[6]), .magnitudes,
        .out_valid(shift_valid), .out_final(shift_final), .out_shift(shift_value)
    );
    hr_fifo_ram #(.W(7), .LOG2(ROWS_LOG2)) rows (
        .clk, .rst(clear), .push(shift_valid), .din({shift_final, shift_value}), .valid(row_valid), .dout({row_final, row_exponent}),
        .pop(row_pop)
    );

    logic drained;
    logic [31:0] rows_out;
    hr_agg_drain #(.LANES(LANES)) drain (
        .clk, .rst(clear), .raw, .last_slot, .row_shift(format[19:16]), .base(out_base), .shift_base,
        .row_valid, .row_final, .row_exponent, .row_pop, .take, .take_next, .take_lane, .take_shift, .packed_bytes, .packed_words,
        .m_awaddr(out_awaddr), .m_awlen(out_awlen), .m_awvalid(out_awvalid), .m_awready(out_awready),
        .m_wdata(out_wdata), .m_wlast(out_wlast), .m_wvalid(out_wvalid), .m_wready(out_wready),
        .m_bvalid(out_bvalid), .m_bready(out_bready), .finished(drained), .rows_out
    );

    // Errors: 0 records, 1 table, 2 results answered with an error; 3 a column outside the table; 4 another number of rows than was
    // announced; 5 a burst of another length than asked for.
    logic wrong_rows, armed, feat_short, feat_beat;
    logic [BEATS_LOG2-1:0] feat_count;
    logic [5:0] error;
    assign feat_beat = feat_rvalid && feat_rready;
    always_ff @(posedge clk) begin
        wrong_rows <= rows_out != row_count;
        feat_short <= feat_beat && feat_rlast != (feat_count == last_beat);
        if (feat_beat) feat_count <= feat_count == last_beat ? '0 : feat_count + 1'b1;
        armed    <= running;  // one cycle for the comparison above
        finished <= armed && running && (drained || empty);
        error    <= {feat_short, finished && wrong_rows, outside, out_bvalid && out_bresp != 2'b00, feat_beat && feat_rresp != 2'b00,
                     edge_rvalid && edge_rresp != 2'b00};
        if (clear) begin
            feat_count <= '0;
            {armed, finished, feat_short} <= '0;
            error <= '0;
        end
    end

    // Counters: cycles, beats added, cycles without data, cycles held up by results, record words, table beats, result beats.
    hr_status #(.ERRORS(6), .COUNTERS(7), .KIND(32'h31415248), .SHAPE({16'(1 << BEATS_LOG2), 16'(LANES)})) status (
        .clk, .clear, .running, .error, .outside, .outside_index(outside_column), .number(rows_out),
        .happens({out_wvalid && out_wready, feat_beat, edge_rvalid && edge_rready, hold, starved, beat_valid, 1'b1}), .results
    );

    /* verilator lint_off UNUSED */
    logic unused;
    assign unused = &{1'b0, edge_rlast, arguments[511:384], format[31:25], format[23:20], format[15:12], format[7:4]};
    /* verilator lint_on UNUSED */
endmodule
