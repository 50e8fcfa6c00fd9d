// AXI4-Lite in front of a register file: one access at a time; write and read strobes with their word address and data.
module hr_axil #(
    parameter int ADDR = 8
) (
    input  logic            clk,
    input  logic            rst,
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

    output logic            write,
    output logic [ADDR-3:0] write_word,
    output logic [31:0]     write_data,
    output logic [3:0]      write_strobe,
    output logic            read,       // the cycle in which read_word is new
    output logic            taken,      // two later, in which read_data is taken
    output logic [ADDR-3:0] read_word,
    input  logic [31:0]     read_data
);
    logic busy, read_late;

    assign taken     = busy && !read && !read_late;
    assign s_bresp   = 2'b00;
    assign s_rresp   = 2'b00;
    assign s_awready = s_awvalid && s_wvalid && !s_bvalid && !write;
    assign s_wready  = s_awready;
    assign s_arready = !busy && !s_rvalid;

    always_ff @(posedge clk) begin
        write <= s_awready;
        read_late <= read;
        read  <= s_arvalid && s_arready;
        if (s_awready) {write_word, write_data, write_strobe} <= {s_awaddr[ADDR-1:2], s_wdata, s_wstrb};
        if (s_arvalid && s_arready) read_word <= s_araddr[ADDR-1:2];
        if (write) s_bvalid <= 1'b1;
        else if (s_bready) s_bvalid <= 1'b0;
        if (s_arvalid && s_arready) busy <= 1'b1;
        if (taken) begin
            busy     <= 1'b0;
            s_rvalid <= 1'b1;
            s_rdata  <= read_data;
        end else if (s_rready) s_rvalid <= 1'b0;
        if (rst) {write, read, read_late, busy, s_bvalid, s_rvalid} <= '0;
    end

    /* verilator lint_off UNUSED */
    logic unused;
    assign unused = &{1'b0, s_awaddr[1:0], s_araddr[1:0]};
    /* verilator lint_on UNUSED */
endmodule
