// Takes finished rows out of the array in order, writes each as one burst, and after every LANES rows (and after the last)
// one beat with their shifts, a byte each. Data follow their address on the bus, never the other way round.
module hr_agg_drain #(
    parameter int LANES = 16
) (
    input  logic               clk,
    input  logic               rst,
    input  logic               raw,
    input  logic [5:0]         last_slot,   // beats a row as written, less one
    input  logic [3:0]         row_shift,
    input  logic [63:0]        base,
    input  logic [63:0]        shift_base,

    input  logic               row_valid,
    input  logic               row_final,
    input  logic [5:0]         row_exponent,
    output logic               row_pop,

    output logic               take,
    output logic               take_next,
    output logic [1:0]         take_lane,
    output logic [5:0]         take_shift,
    input  logic [LANES*8-1:0] packed_bytes, // 6 cycles after take
    input  logic [LANES*8-1:0] packed_words,

    output logic [63:0]        m_awaddr,
    output logic [7:0]         m_awlen,
    output logic               m_awvalid,
    input  logic               m_awready,
    output logic [LANES*8-1:0] m_wdata,
    output logic               m_wlast,
    output logic               m_wvalid,
    input  logic               m_wready,
    input  logic               m_bvalid,
    output logic               m_bready,

    output logic               finished,    // the last row is in memory
    output logic [31:0]        rows_out
);
    localparam int WIDTH = LANES * 8;
    localparam int POS = $clog2(LANES);

    logic roomy, begins, at_end, shifts_due, final_due, all_issued, pop_w, pop_aw;
    logic slot, slot_row, slot_shifts, slot_last;
    logic slot_late, begin_late, w_late, aw_late, b_late, popped, shifts_late, quiet;
    logic [2:0] all_late;
    logic [POS-1:0] place_late;
    logic [5:0] exponent_late;
    logic [5:0] count;
    logic [POS-1:0] place;
    logic [LANES*6-1:0] exponents, exponents_out;
    logic [5:0] w_owed, aw_owed, addressed;
    logic [19:0] unanswered;
    logic [6:0] is_valid, is_shifts, is_last;
    logic [WIDTH-1:0] shift_bytes, w_data;
    logic w_push, w_last, w_valid;

    assign slot_row    = row_valid && roomy && !shifts_due;
    // One beat of shifts on its way at a time: the last may be due a few rows after the one before.
    assign slot_shifts = shifts_due && roomy && is_shifts[5:0] == '0;
    assign slot        = slot_row || slot_shifts;
    assign slot_last   = shifts_due || at_end;
    assign row_pop     = slot_row && at_end;
    assign take        = slot_row;
    assign take_next   = !raw || count[1:0] == 2'd3;
    assign take_lane   = count[1:0];
    assign take_shift  = row_exponent;

    always_ff @(posedge clk) begin
        roomy <= w_owed < 6'd28 && aw_owed < 6'd28;
        if (slot_row) begin
            count  <= at_end ? '0 : count + 1'b1;
            at_end <= at_end ? last_slot == '0 : count + 1'b1 == last_slot;
            begins <= at_end;
        end
        if (row_pop) begin
            place      <= place + 1'b1;
            shifts_due <= row_final || place == (POS)'(LANES - 1);
            final_due  <= row_final;
            rows_out   <= rows_out + 1'b1;
        end
        if (slot_shifts) begin
            shifts_due    <= 1'b0;
            all_issued    <= final_due;
        end
        // The exponents are kept, and the credits counted, a cycle late: paths end in registers first.
        {popped, place_late, exponent_late, shifts_late} <= {row_pop, place, row_exponent, slot_shifts};
        for (int i = 0; i < LANES; i++) if (popped && place_late == (POS)'(i)) exponents[6*i+:6] <= exponent_late;
        if (shifts_late) exponents_out <= exponents;
        {slot_late, begin_late, w_late, aw_late, b_late} <= {slot, (slot_row && begins) || slot_shifts, pop_w, pop_aw, m_bvalid};
        w_owed     <= w_owed + 6'(slot_late) - 6'(w_late);
        aw_owed    <= aw_owed + 6'(begin_late) - 6'(aw_late);
        unanswered <= unanswered + 20'(begin_late) - 20'(b_late);
        addressed  <= addressed + 6'(pop_aw) - 6'(pop_w && m_wlast);
        all_late   <= {all_late[1:0], all_issued};
        quiet      <= unanswered == '0;
        finished   <= all_late[2] && quiet;
        is_valid  <= {is_valid[5:0], slot};
        is_shifts <= {is_shifts[5:0], slot_shifts};
        is_last   <= {is_last[5:0], slot_last};
        w_push <= is_valid[5];
        w_last <= is_last[5];
        w_data <= is_shifts[5] ? shift_bytes : raw ? packed_words : packed_bytes;
        if (rst) begin
            count  <= '0;
            at_end <= last_slot == '0;
            begins <= 1'b1;
            place  <= '0;
            {roomy, shifts_due, final_due, all_issued, finished, w_push, quiet} <= '0;
            all_late <= '0;
            {slot_late, begin_late, w_late, aw_late, b_late, popped, shifts_late} <= '0;
            {w_owed, aw_owed, addressed} <= '0;
            unanswered <= '0;
            is_valid   <= '0;
            rows_out   <= '0;
        end
    end

    for (genvar i = 0; i < LANES; i++) begin : bytes
        assign shift_bytes[8*i+:8] = {2'b00, exponents_out[6*i+:6]};
    end

    // Addresses.
    logic cmd_valid, cmd_shifts, carry;
    logic [63:0] cmd_addr, shifts_addr;
    logic aw_valid, aw_shifts;
    /* verilator lint_off UNUSED */
    logic afull_aw, afull_w, unused;
    assign unused = &{1'b0, is_valid[6], is_shifts[6], is_last[6]};
    /* verilator lint_on UNUSED */

    hr_addr #(.TAG(1)) addresses (
        .clk, .rst, .in_valid((slot_row && begins) || slot_shifts), .index(rows_out), .in_tag(slot_shifts), .shift(row_shift), .base,
        .out_valid(cmd_valid), .addr(cmd_addr), .out_tag(cmd_shifts)
    );

    always_ff @(posedge clk) begin
        // Two beats of shifts are LANES slots apart, but for the last: the upper half has a cycle of its own.
        carry <= 1'b0;
        if (cmd_valid && cmd_shifts) {carry, shifts_addr[31:0]} <= {1'b0, shifts_addr[31:0]} + 33'(LANES);
        if (carry) shifts_addr[63:32] <= shifts_addr[63:32] + 1'b1;
        if (rst) begin
            shifts_addr <= shift_base;
            carry       <= 1'b0;
        end
    end

    assign pop_aw    = m_awvalid && m_awready;
    assign m_awvalid = aw_valid && addressed < 6'd60;
    assign m_awlen   = aw_shifts ? 8'd0 : {2'b00, last_slot};
    hr_fifo_lut #(.W(65), .LOG2(5), .MARGIN(1)) commands (
        .clk, .rst, .push(cmd_valid), .din({cmd_shifts, cmd_shifts ? shifts_addr : cmd_addr}), .afull(afull_aw),
        .valid(aw_valid), .dout({aw_shifts, m_awaddr}), .pop(pop_aw)
    );

    assign pop_w    = m_wvalid && m_wready;
    assign m_wvalid = w_valid && addressed != '0;
    assign m_bready = 1'b1;
    hr_fifo_lut #(.W(WIDTH + 1), .LOG2(5), .MARGIN(1)) words (
        .clk, .rst, .push(w_push), .din({w_last, w_data}), .afull(afull_w),
        .valid(w_valid), .dout({m_wlast, m_wdata}), .pop(pop_w)
    );
endmodule
