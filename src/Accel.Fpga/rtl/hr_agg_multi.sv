// Several compute units behind one AXI4-Lite port: unit u answers at 256 u. Each has its memory ports for itself, side by side in the
// vectors below, as banks of stacked memory want it; the rows of a graph are shared out by the host.
module hr_agg_multi #(
    parameter int UNITS = 1,
    parameter int LANES = 16,
    parameter int ADDR = 12
) (
    input  logic                           ap_clk,
    input  logic                           ap_rst_n,

    input  logic [ADDR-1:0]                s_awaddr,
    input  logic                           s_awvalid,
    output logic                           s_awready,
    input  logic [31:0]                    s_wdata,
    input  logic [3:0]                     s_wstrb,
    input  logic                           s_wvalid,
    output logic                           s_wready,
    output logic [1:0]                     s_bresp,
    output logic                           s_bvalid,
    input  logic                           s_bready,
    input  logic [ADDR-1:0]                s_araddr,
    input  logic                           s_arvalid,
    output logic                           s_arready,
    output logic [31:0]                    s_rdata,
    output logic [1:0]                     s_rresp,
    output logic                           s_rvalid,
    input  logic                           s_rready,
    output logic [UNITS-1:0]               irq,

    output logic [UNITS-1:0][63:0]         edge_araddr,
    output logic [UNITS-1:0][7:0]          edge_arlen,
    output logic [UNITS-1:0]               edge_arvalid,
    input  logic [UNITS-1:0]               edge_arready,
    input  logic [UNITS-1:0][63:0]         edge_rdata,
    input  logic [UNITS-1:0][1:0]          edge_rresp,
    input  logic [UNITS-1:0]               edge_rlast,
    input  logic [UNITS-1:0]               edge_rvalid,
    output logic [UNITS-1:0]               edge_rready,

    output logic [UNITS-1:0][63:0]         feat_araddr,
    output logic [UNITS-1:0][7:0]          feat_arlen,
    output logic [UNITS-1:0]               feat_arvalid,
    input  logic [UNITS-1:0]               feat_arready,
    input  logic [UNITS-1:0][LANES*8-1:0]  feat_rdata,
    input  logic [UNITS-1:0][1:0]          feat_rresp,
    input  logic [UNITS-1:0]               feat_rlast,
    input  logic [UNITS-1:0]               feat_rvalid,
    output logic [UNITS-1:0]               feat_rready,

    output logic [UNITS-1:0][63:0]         out_awaddr,
    output logic [UNITS-1:0][7:0]          out_awlen,
    output logic [UNITS-1:0]               out_awvalid,
    input  logic [UNITS-1:0]               out_awready,
    output logic [UNITS-1:0][LANES*8-1:0]  out_wdata,
    output logic [UNITS-1:0]               out_wlast,
    output logic [UNITS-1:0]               out_wvalid,
    input  logic [UNITS-1:0]               out_wready,
    input  logic [UNITS-1:0][1:0]          out_bresp,
    input  logic [UNITS-1:0]               out_bvalid,
    output logic [UNITS-1:0]               out_bready
);
    // One access at a time, and the master holds valid and address until the answer: the address alone says who answers.
    logic [UNITS-1:0] awready, wready, bvalid, arready, rvalid, wrote, asked;
    logic [UNITS-1:0][1:0] bresp, rresp;
    logic [UNITS-1:0][31:0] rdata;
    logic no_write, no_read, to_nobody, from_nobody;

    for (genvar u = 0; u < UNITS; u++) begin : unit
        logic write_here, read_here;
        assign write_here = s_awaddr[ADDR-1:8] == (ADDR - 8)'(u);
        assign read_here  = s_araddr[ADDR-1:8] == (ADDR - 8)'(u);
        hr_agg_kernel #(.LANES(LANES)) kernel (
            .ap_clk, .ap_rst_n,
            .s_awaddr(s_awaddr[7:0]), .s_awvalid(s_awvalid && write_here), .s_awready(awready[u]),
            .s_wdata, .s_wstrb, .s_wvalid(s_wvalid && write_here), .s_wready(wready[u]),
            .s_bresp(bresp[u]), .s_bvalid(bvalid[u]), .s_bready,
            .s_araddr(s_araddr[7:0]), .s_arvalid(s_arvalid && read_here), .s_arready(arready[u]),
            .s_rdata(rdata[u]), .s_rresp(rresp[u]), .s_rvalid(rvalid[u]), .s_rready, .irq(irq[u]),
            .edge_araddr(edge_araddr[u]), .edge_arlen(edge_arlen[u]), .edge_arvalid(edge_arvalid[u]), .edge_arready(edge_arready[u]),
            .edge_rdata(edge_rdata[u]), .edge_rresp(edge_rresp[u]), .edge_rlast(edge_rlast[u]), .edge_rvalid(edge_rvalid[u]),
            .edge_rready(edge_rready[u]),
            .feat_araddr(feat_araddr[u]), .feat_arlen(feat_arlen[u]), .feat_arvalid(feat_arvalid[u]), .feat_arready(feat_arready[u]),
            .feat_rdata(feat_rdata[u]), .feat_rresp(feat_rresp[u]), .feat_rlast(feat_rlast[u]), .feat_rvalid(feat_rvalid[u]),
            .feat_rready(feat_rready[u]),
            .out_awaddr(out_awaddr[u]), .out_awlen(out_awlen[u]), .out_awvalid(out_awvalid[u]), .out_awready(out_awready[u]),
            .out_wdata(out_wdata[u]), .out_wlast(out_wlast[u]), .out_wvalid(out_wvalid[u]), .out_wready(out_wready[u]),
            .out_bresp(out_bresp[u]), .out_bvalid(out_bvalid[u]), .out_bready(out_bready[u])
        );
        assign wrote[u] = write_here;
        assign asked[u] = read_here;
    end

    // An address of no unit is answered at once, with an error.
    assign no_write = wrote == '0;
    assign no_read  = asked == '0;
    always_ff @(posedge ap_clk) begin
        to_nobody   <= s_awvalid && s_wvalid && no_write && !to_nobody;
        from_nobody <= s_arvalid && no_read && !from_nobody;
        if (!ap_rst_n) {to_nobody, from_nobody} <= '0;
    end

    // Nobody's answer waits for no one: its master is ready when it asks.
    assign s_awready = awready != '0 || to_nobody;
    assign s_wready  = wready != '0 || to_nobody;
    assign s_bvalid  = bvalid != '0 || to_nobody;
    assign s_arready = arready != '0 && !from_nobody && !no_read || from_nobody;
    assign s_rvalid  = rvalid != '0 || from_nobody;
    always_comb begin
        s_bresp = to_nobody ? 2'b11 : 2'b00;
        s_rresp = from_nobody ? 2'b11 : 2'b00;
        s_rdata = '0;
        for (int u = 0; u < UNITS; u++) begin
            s_bresp |= bresp[u] & {2{bvalid[u]}};
            s_rresp |= rresp[u] & {2{rvalid[u]}};
            s_rdata |= rdata[u] & {32{rvalid[u]}};
        end
    end
endmodule
