// Reads words of 64 bits in bursts of 16, as far ahead as the queue has room, and hands them out in order.
module hr_reader #(
    parameter int LOG2 = 9
) (
    input  logic        clk,
    input  logic        rst,
    input  logic        start,
    input  logic [31:0] count,
    input  logic [63:0] base,

    output logic [63:0] m_araddr,
    output logic [7:0]  m_arlen,
    output logic        m_arvalid,
    input  logic        m_arready,
    input  logic [63:0] m_rdata,
    input  logic        m_rvalid,
    output logic        m_rready,

    output logic        valid,
    output logic [63:0] word,
    output logic        final_word,
    input  logic        pop
);
    typedef enum logic [2:0] {IDLE, CHECK, ISSUE, WAIT, STEP, SETTLE} state_t;

    localparam logic [LOG2:0] ROOM = (LOG2 + 1)'((1 << LOG2) - 32);

    state_t state;
    logic [31:0] left, to_come;
    logic [63:0] next;
    logic [LOG2:0] owed;  // words asked for and not yet handed out
    logic roomy, some_left, many_left, one_to_come;
    logic asked, push, pop_late;
    logic [LOG2:0] asked_words;

    assign m_rready = 1'b1;
    assign push = m_rvalid;
    always_ff @(posedge clk) begin
        roomy     <= owed <= ROOM;
        some_left <= left != 32'd0;
        many_left <= left[31:4] != 28'd0;
        asked     <= 1'b0;
        case (state)
            IDLE: if (start) state <= SETTLE;
            SETTLE: state <= CHECK;
            CHECK: begin
                if (!some_left) state <= IDLE;
                else if (roomy) state <= ISSUE;
            end
            ISSUE: begin
                m_araddr    <= next;
                m_arlen     <= many_left ? 8'd15 : {4'd0, left[3:0] - 4'd1};
                asked_words <= many_left ? (LOG2 + 1)'(16) : (LOG2 + 1)'(left[3:0]);
                m_arvalid   <= 1'b1;
                asked       <= 1'b1;
                state       <= WAIT;
            end
            WAIT: if (m_arready) begin
                m_arvalid <= 1'b0;
                state     <= STEP;
            end
            default: begin  // STEP
                next  <= next + 64'd128;
                left  <= many_left ? left - 32'd16 : 32'd0;
                state <= SETTLE;
            end
        endcase
        owed <= owed + (asked ? asked_words : '0) - (LOG2 + 1)'(pop_late);
        pop_late <= pop;
        if (push) to_come <= to_come - 32'd1;
        one_to_come <= push ? to_come == 32'd2 : to_come == 32'd1;
        if (start) begin
            left    <= count;
            to_come <= count;
            next    <= base;
        end
        if (rst) begin
            state     <= IDLE;
            m_arvalid <= 1'b0;
            asked     <= 1'b0;
            pop_late  <= 1'b0;
            owed      <= '0;
        end
    end

    hr_fifo_ram #(.W(65), .LOG2(LOG2)) words (
        .clk, .rst, .push, .din({one_to_come, m_rdata}), .valid, .dout({final_word, word}), .pop
    );
endmodule
