// The block control protocol ap_ctrl_hs of the vendors' kernel wizards over AXI4-Lite:
//   0x00 bit 0 start (clears itself), 1 done (cleared by reading), 2 idle, 3 ready    0x04 bit 0 interrupt on
//   0x08 bit 0 done, bit 1 ready may interrupt                                        0x0c which did (write 1 to clear)
//   0x10 + 8 i: 64 bits of argument i                    0x80 + 4 i: 32 bits of result i, to be read when done
module hr_control #(
    parameter int ARGUMENTS = 8,
    parameter int RESULTS = 20
) (
    input  logic                    clk,
    input  logic                    rst,
    input  logic [7:0]              s_awaddr,
    input  logic                    s_awvalid,
    output logic                    s_awready,
    input  logic [31:0]             s_wdata,
    input  logic [3:0]              s_wstrb,
    input  logic                    s_wvalid,
    output logic                    s_wready,
    output logic [1:0]              s_bresp,
    output logic                    s_bvalid,
    input  logic                    s_bready,
    input  logic [7:0]              s_araddr,
    input  logic                    s_arvalid,
    output logic                    s_arready,
    output logic [31:0]             s_rdata,
    output logic [1:0]              s_rresp,
    output logic                    s_rvalid,
    input  logic                    s_rready,
    output logic                    irq,

    output logic                    start,      // one cycle
    output logic                    running,
    input  logic                    finished,   // while it runs
    output logic [ARGUMENTS*64-1:0] arguments,
    input  logic [RESULTS*32-1:0]   results
);
    logic write, taken, done, enabled, done_now;
    logic [5:0] write_word, read_word;
    logic [31:0] write_data, read_data, result;
    logic [3:0] write_strobe;
    logic [1:0] may, did;

    /* verilator lint_off UNUSED */
    logic read;
    /* verilator lint_on UNUSED */
    hr_axil #(.ADDR(8)) bus (
        .clk, .rst, .s_awaddr, .s_awvalid, .s_awready, .s_wdata, .s_wstrb, .s_wvalid, .s_wready, .s_bresp, .s_bvalid, .s_bready,
        .s_araddr, .s_arvalid, .s_arready, .s_rdata, .s_rresp, .s_rvalid, .s_rready,
        .write, .write_word, .write_data, .write_strobe, .read, .taken, .read_word, .read_data
    );

    assign done_now = running && finished;
    assign irq = enabled && did != 2'b00;

    function automatic logic [31:0] merge(input logic [31:0] old, input logic [31:0] data, input logic [3:0] strobe);
        for (int i = 0; i < 4; i++) merge[8*i+:8] = strobe[i] ? data[8*i+:8] : old[8*i+:8];
    endfunction

    always_ff @(posedge clk) begin
        start <= write && write_word == 6'd0 && write_strobe[0] && write_data[0] && !running && !start;
        if (start) running <= 1'b1;
        else if (done_now) running <= 1'b0;
        if (done_now) done <= 1'b1;
        else if (start || (taken && read_word == 6'd0)) done <= 1'b0;
        if (write && write_word == 6'd1 && write_strobe[0]) enabled <= write_data[0];
        if (write && write_word == 6'd2 && write_strobe[0]) may <= write_data[1:0];
        did <= (did & ~(write && write_word == 6'd3 && write_strobe[0] ? write_data[1:0] : 2'b00)) | (may & {2{done_now}});
        for (int i = 0; i < 2 * ARGUMENTS; i++)
            if (write && write_word == 6'(4 + i)) arguments[32*i+:32] <= merge(arguments[32*i+:32], write_data, write_strobe);
        if (rst) begin
            {start, running, done, enabled, may, did} <= '0;
            arguments <= '0;
        end
    end

    // A read takes two cycles to choose: the many words meet in eight ORs, and those in one.
    logic [31:0] chosen[8];
    logic [63:0][31:0] all;
    always_comb begin
        all = '0;
        for (int i = 0; i < 2 * ARGUMENTS; i++) all[4+i] = arguments[32*i+:32];
        for (int i = 0; i < RESULTS; i++) all[32+i] = results[32*i+:32];
    end

    always_ff @(posedge clk) begin
        for (int k = 0; k < 8; k++) chosen[k] <= read_word[5:3] == 3'(k) ? all[{3'(k), read_word[2:0]}] : '0;
        result <= chosen[0] | chosen[1] | chosen[2] | chosen[3] | chosen[4] | chosen[5] | chosen[6] | chosen[7];
    end

    always_comb begin
        case (read_word)
            6'd0: read_data = {28'd0, done, !running && !start, done, running || start};
            6'd1: read_data = {31'd0, enabled};
            6'd2: read_data = {30'd0, may};
            6'd3: read_data = {30'd0, did};
            default: read_data = result;
        endcase
    end
endmodule
