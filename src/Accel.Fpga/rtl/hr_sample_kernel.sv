// Neighbor sampling: for each request (a list's first entry and length, and the node) `fanout` neighbors, uniform without replacement or by
// importance from an alias table, written as 32-bit words, all ones where there are none. AXI4-Lite control, three AXI4 read masters
// (requests, alias table, columns) and one write master.
// Arguments: 0 words of requests, entries of the lists | 1 fanout less one (5..0), importance (16), log2 of the bytes of a result (27..24),
// seed | addresses of requests (2), alias table (3), columns (4), results (5).
module hr_sample_kernel #(
    parameter int MOST = 32,
    parameter int ADDR = 12
) (
    input  logic            ap_clk,
    input  logic            ap_rst_n,

    input  logic [ADDR-1:0] s_awaddr,
    input  logic            s_awvalid,
    output logic            s_awready,
    input  logic [31:0]     s_wdata,
    input  logic [3:0]      s_wstrb,
    input  logic            s_wvalid,
    output logic            s_wready,
    output logic [1:0]      s_bresp,
    output logic            s_bvalid,
    input  logic            s_bready,
    input  logic [ADDR-1:0] s_araddr,
    input  logic            s_arvalid,
    output logic            s_arready,
    output logic [31:0]     s_rdata,
    output logic [1:0]      s_rresp,
    output logic            s_rvalid,
    input  logic            s_rready,
    output logic            irq,

    output logic [63:0]     req_araddr,
    output logic [7:0]      req_arlen,
    output logic            req_arvalid,
    input  logic            req_arready,
    input  logic [63:0]     req_rdata,
    input  logic [1:0]      req_rresp,
    input  logic            req_rlast,
    input  logic            req_rvalid,
    output logic            req_rready,

    output logic [63:0]     alias_araddr,
    output logic [7:0]      alias_arlen,
    output logic            alias_arvalid,
    input  logic            alias_arready,
    input  logic [63:0]     alias_rdata,
    input  logic [1:0]      alias_rresp,
    input  logic            alias_rlast,
    input  logic            alias_rvalid,
    output logic            alias_rready,

    output logic [63:0]     col_araddr,
    output logic [7:0]      col_arlen,
    output logic            col_arvalid,
    input  logic            col_arready,
    input  logic [31:0]     col_rdata,
    input  logic [1:0]      col_rresp,
    input  logic            col_rlast,
    input  logic            col_rvalid,
    output logic            col_rready,

    output logic [63:0]     out_awaddr,
    output logic [7:0]      out_awlen,
    output logic            out_awvalid,
    input  logic            out_awready,
    output logic [31:0]     out_wdata,
    output logic            out_wlast,
    output logic            out_wvalid,
    input  logic            out_wready,
    input  logic [1:0]      out_bresp,
    input  logic            out_bvalid,
    output logic            out_bready
);
    // Slots on their way, from the draw to the bus: every queue below holds as many, so nothing between them ever waits.
    localparam int FLIGHT_LOG2 = 9;
    localparam logic [FLIGHT_LOG2:0] FLIGHT = (FLIGHT_LOG2 + 1)'((1 << FLIGHT_LOG2) - 6);

    logic clk, rst, clear, start, running, finished, go, begin_now, empty;
    logic [511:0] arguments;
    logic [20*32-1:0] results;
    logic [31:0] words, entries, format, seed;
    logic [63:0] req_base, alias_base, col_base, out_base;
    logic [5:0] fanout;
    logic importance;
    assign clk = ap_clk;
    assign {out_base, col_base, alias_base, req_base} = arguments[383:128];
    assign {seed, format, entries, words} = arguments[127:0];

    always_ff @(posedge clk) begin
        rst        <= !ap_rst_n;
        clear      <= rst || start;
        go         <= start;
        begin_now  <= go && !rst;
        fanout     <= format[5:0];
        importance <= format[16];
        empty      <= words == 32'd0;
    end

    hr_control #(.ARGUMENTS(8), .RESULTS(20)) control (
        .clk, .rst, .s_awaddr(s_awaddr[7:0]), .s_awvalid, .s_awready, .s_wdata, .s_wstrb, .s_wvalid, .s_wready, .s_bresp, .s_bvalid, .s_bready,
        .s_araddr(s_araddr[7:0]), .s_arvalid, .s_arready, .s_rdata, .s_rresp, .s_rvalid, .s_rready, .irq,
        .start, .running, .finished, .arguments, .results
    );

    // Requests: two words each.
    logic word_valid, word_final, word_pop, odd, v0, v1, l0, l1, all1;
    logic [63:0] word;
    logic [31:0] first0, degree0, node0, first1, low1, node1;
    logic [6:0] count1;
    hr_reader #(.LOG2(9)) reader (
        .clk, .rst(clear), .start(begin_now), .count(words), .base(req_base),
        .m_araddr(req_araddr), .m_arlen(req_arlen), .m_arvalid(req_arvalid), .m_arready(req_arready),
        .m_rdata(req_rdata), .m_rvalid(req_rvalid), .m_rready(req_rready),
        .valid(word_valid), .word, .final_word(word_final), .pop(word_pop)
    );

    logic roomy, request_pop, few0;
    logic [5:0] requests_owed;
    logic [6:0] wanted;
    assign word_pop = word_valid && roomy;
    assign wanted   = {1'b0, fanout} + 7'd1;
    assign few0     = degree0 <= 32'(wanted);
    always_ff @(posedge clk) begin
        roomy <= requests_owed < 6'd28;
        if (word_pop) begin
            odd <= !odd;
            if (!odd) {degree0, first0} <= word;
            else node0 <= word[31:0];
        end
        v0 <= word_pop && odd;
        l0 <= word_final;
        v1 <= v0;
        {l1, first1, node1} <= {l0, first0, node0};
        all1   <= importance ? degree0 == 32'd0 : few0;
        count1 <= importance ? (degree0 == 32'd0 ? 7'd0 : wanted) : few0 ? degree0[6:0] : wanted;
        low1   <= importance ? degree0 : few0 ? 32'd0 : degree0 - 32'(wanted);
        requests_owed <= requests_owed + 6'(word_pop && odd) - 6'(request_pop);
        if (clear) begin
            {odd, v0, v1, roomy} <= '0;
            requests_owed <= '0;
        end
    end

    logic s_valid, q_valid, s_final, s_all, q_final, q_all;
    logic [31:0] s_state, s_first, s_low, q_state, q_first, q_low;
    logic [6:0] s_count, q_count;
    hr_sample_seed #(.TAG(73)) seeds (
        .clk, .rst(clear), .in_valid(v1), .node(node1), .seed, .in_tag({l1, all1, count1, first1, low1}),
        .out_valid(s_valid), .state(s_state), .out_tag({s_final, s_all, s_count, s_first, s_low})
    );
    /* verilator lint_off UNUSED */
    logic afull_q, afull_w, tag_a, tag_c, tag_w;
    /* verilator lint_on UNUSED */
    hr_fifo_lut #(.W(105), .LOG2(5), .MARGIN(1), .HELD(1'b1)) requests (
        .clk, .rst(clear), .push(s_valid), .din({s_state, s_final, s_all, s_count, s_first, s_low}), .afull(afull_q),
        .valid(q_valid), .dout({q_state, q_final, q_all, q_count, q_first, q_low}), .pop(request_pop)
    );

    // Slots.
    logic hold, issues, w_pop, d_valid, d_begins, d_ends, d_final, d_empty;
    logic [31:0] d_first, d_position, d_bits;
    logic [FLIGHT_LOG2:0] flight;
    logic issued, popped;
    hr_sample_draw #(.MOST(MOST)) draws (
        .clk, .rst(clear), .importance, .fanout, .hold,
        .req_valid(q_valid), .req_state(q_state), .req_first(q_first), .req_low(q_low), .req_count(q_count), .req_all(q_all),
        .req_final(q_final), .req_pop(request_pop), .issues,
        .out_valid(d_valid), .out_begins(d_begins), .out_ends(d_ends), .out_final(d_final), .out_empty(d_empty),
        .out_first(d_first), .out_position(d_position), .out_bits(d_bits)
    );
    always_ff @(posedge clk) begin
        {issued, popped} <= {issues, w_pop};
        flight <= flight + (FLIGHT_LOG2 + 1)'(issued) - (FLIGHT_LOG2 + 1)'(popped);
        hold   <= flight >= FLIGHT;
        if (clear) begin
            flight <= '0;
            {issued, popped} <= '0;
            hold   <= 1'b0;
        end
    end

    // Importance: the entry of the alias table says whether the draw stays.
    logic ask, ask_bad, ask1, alias_in, alias_head;
    logic [31:0] ask_index;
    logic [63:0] alias_addr;
    always_ff @(posedge clk) begin
        ask       <= d_valid && importance && !d_empty && !clear;
        ask_index <= d_first + d_position;
        ask1      <= ask && !clear;
        ask_bad   <= ask && ask_index >= entries;
    end
    logic [31:0] ask_index1;
    always_ff @(posedge clk) ask_index1 <= ask_index >= entries ? 32'd0 : ask_index;
    hr_addr #(.TAG(1)) alias_addresses (
        .clk, .rst(clear), .in_valid(ask1), .index(ask_index1), .in_tag(1'b0), .shift(4'd3), .base(alias_base),
        .out_valid(alias_in), .addr(alias_addr), .out_tag(tag_a)
    );
    hr_fifo_ram #(.W(64), .LOG2(FLIGHT_LOG2)) alias_requests (
        .clk, .rst(clear), .push(alias_in), .din(alias_addr), .valid(alias_head), .dout(alias_araddr), .pop(alias_arvalid && alias_arready)
    );
    assign alias_arvalid = alias_head;
    assign alias_arlen   = 8'd0;
    assign alias_rready  = 1'b1;

    logic [31:0] p_first, p_position, p_bits, c_first, c_position, stays_first, stays_position, goes_position;
    logic answered, stays, chosen;
    /* verilator lint_off UNUSED */
    logic p_valid;
    /* verilator lint_on UNUSED */
    logic entry_valid;
    logic [63:0] entry;
    hr_fifo_ram #(.W(96), .LOG2(FLIGHT_LOG2)) pending (
        .clk, .rst(clear), .push(d_valid && importance && !d_empty), .din({d_first, d_position, d_bits}),
        .valid(p_valid), .dout({p_first, p_position, p_bits}), .pop(answered)
    );
    // An answer may come faster than what is remembered of its question goes through its queue.
    hr_fifo_ram #(.W(64), .LOG2(FLIGHT_LOG2)) alias_entries (
        .clk, .rst(clear), .push(alias_rvalid), .din(alias_rdata), .valid(entry_valid), .dout(entry), .pop(answered)
    );
    assign answered = p_valid && entry_valid;
    always_ff @(posedge clk) begin
        stays <= p_bits < entry[31:0];
        {stays_first, stays_position, goes_position} <= {p_first, p_position, entry[63:32]};
        chosen     <= answered && !clear;
        c_first    <= stays_first;
        c_position <= stays ? stays_position : goes_position;
    end

    // Columns.
    logic fetch, fetch1, fetch_bad, col_in, col_head, chosen1;
    logic [31:0] fetch_index, fetch_index1;
    logic [63:0] col_addr;
    always_ff @(posedge clk) begin
        chosen1      <= chosen && !clear;
        fetch        <= (importance ? chosen1 : d_valid && !d_empty) && !clear;
        fetch_index  <= importance ? c_first + c_position : d_first + d_position;
        fetch1       <= fetch && !clear;
        fetch_bad    <= fetch && fetch_index >= entries;
        fetch_index1 <= fetch_index >= entries ? 32'd0 : fetch_index;
    end
    hr_addr #(.TAG(1)) col_addresses (
        .clk, .rst(clear), .in_valid(fetch1), .index(fetch_index1), .in_tag(1'b0), .shift(4'd2), .base(col_base),
        .out_valid(col_in), .addr(col_addr), .out_tag(tag_c)
    );
    hr_fifo_ram #(.W(64), .LOG2(FLIGHT_LOG2)) col_requests (
        .clk, .rst(clear), .push(col_in), .din(col_addr), .valid(col_head), .dout(col_araddr), .pop(col_arvalid && col_arready)
    );
    assign col_arvalid = col_head;
    assign col_arlen   = 8'd0;
    assign col_rready  = 1'b1;

    // Results, in the order of the slots.
    logic slot_valid, slot_empty, slot_ends, slot_final, found_valid, join_now, w_valid, w_final, w_afull;
    logic [31:0] found;
    hr_fifo_ram #(.W(3), .LOG2(FLIGHT_LOG2)) slots (
        .clk, .rst(clear), .push(d_valid), .din({d_empty, d_ends, d_final}), .valid(slot_valid), .dout({slot_empty, slot_ends, slot_final}),
        .pop(join_now)
    );
    hr_fifo_ram #(.W(32), .LOG2(FLIGHT_LOG2)) columns (
        .clk, .rst(clear), .push(col_rvalid), .din(col_rdata), .valid(found_valid), .dout(found), .pop(join_now && !slot_empty)
    );
    assign join_now = slot_valid && (slot_empty || found_valid) && !w_afull;
    hr_fifo_lut #(.W(34), .LOG2(4), .MARGIN(4)) outgoing (
        .clk, .rst(clear), .push(join_now), .din({slot_final, slot_ends, slot_empty ? 32'hffffffff : found}), .afull(w_afull),
        .valid(w_valid), .dout({w_final, out_wlast, out_wdata}), .pop(w_pop)
    );

    // One burst a request.
    logic aw_in, aw_head, aw_pop, all_written;
    logic [63:0] aw_addr;
    logic [31:0] request_number;
    logic [FLIGHT_LOG2:0] addressed;
    logic [19:0] unanswered;
    hr_addr #(.TAG(1)) out_addresses (
        .clk, .rst(clear), .in_valid(d_valid && d_begins), .index(request_number), .in_tag(1'b0), .shift(format[27:24]), .base(out_base),
        .out_valid(aw_in), .addr(aw_addr), .out_tag(tag_w)
    );
    hr_fifo_ram #(.W(64), .LOG2(FLIGHT_LOG2)) commands (
        .clk, .rst(clear), .push(aw_in), .din(aw_addr), .valid(aw_head), .dout(out_awaddr), .pop(aw_pop)
    );
    assign out_awvalid = aw_head && addressed < (FLIGHT_LOG2 + 1)'(1 << FLIGHT_LOG2);
    assign out_awlen   = {2'b00, fanout};
    assign aw_pop      = out_awvalid && out_awready;
    assign out_wvalid  = w_valid && addressed != '0;
    assign w_pop       = out_wvalid && out_wready;
    assign out_bready  = 1'b1;

    logic armed, bad_index;
    logic [31:0] bad_value, ask_old, fetch_old;
    logic [4:0] error;
    always_ff @(posedge clk) begin
        if (d_valid && d_begins) request_number <= request_number + 1'b1;
        addressed  <= addressed + (FLIGHT_LOG2 + 1)'(aw_pop) - (FLIGHT_LOG2 + 1)'(w_pop && out_wlast);
        unanswered <= unanswered + 20'(d_valid && d_begins) - 20'(out_bvalid);
        if (w_pop && w_final) all_written <= 1'b1;
        armed     <= running;
        finished  <= armed && running && ((all_written && unanswered == '0) || empty);
        bad_index <= ask_bad || fetch_bad;
        {ask_old, fetch_old} <= {ask_index, fetch_index};
        bad_value <= ask_bad ? ask_old : fetch_old;
        error <= {col_rvalid && col_rresp != 2'b00, bad_index, out_bvalid && out_bresp != 2'b00, alias_rvalid && alias_rresp != 2'b00,
                  req_rvalid && req_rresp != 2'b00};
        if (clear) begin
            request_number <= '0;
            addressed      <= '0;
            unanswered     <= '0;
            error          <= '0;
            {all_written, armed, finished} <= '0;
        end
    end

    // Counters: cycles, slots begun, cycles without a request, cycles held up by what is on its way, request words, alias and column reads, result words.
    logic idle_draw, read_one;
    always_ff @(posedge clk) begin
        idle_draw <= !q_valid && !hold;
        read_one  <= col_rvalid;
    end
    hr_status #(.ERRORS(5), .COUNTERS(7), .KIND(32'h31535248), .SHAPE(32'(MOST))) status (
        .clk, .clear, .running, .error, .outside(bad_index), .outside_index(bad_value), .number(request_number),
        .happens({w_pop, read_one, req_rvalid, hold, idle_draw, issues, 1'b1}), .results
    );

    /* verilator lint_off UNUSED */
    logic unused;
    assign unused = &{1'b0, s_awaddr[ADDR-1:8], s_araddr[ADDR-1:8], req_rlast, alias_rlast, col_rlast, arguments[511:384], format[31:28],
                      format[23:17], format[15:6]};
    /* verilator lint_on UNUSED */
endmodule
