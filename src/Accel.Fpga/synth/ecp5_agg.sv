// One compute unit between four pins: all its inputs from a shift register, all its outputs into a chain of registers, so that place and
// route sees every path of the unit and no path of the pins.
module ecp5_agg #(
    parameter int LANES = 16
) (
    input  logic clk,
    input  logic rst_n,
    input  logic din,
    output logic dout
);
    localparam int IN = 8 + 1 + 32 + 4 + 1 + 1 + 8 + 1 + 1 + 1 + 64 + 2 + 1 + 1 + 1 + LANES * 8 + 2 + 1 + 1 + 1 + 1 + 2 + 1;
    localparam int OUT = 1 + 1 + 2 + 1 + 1 + 32 + 2 + 1 + 1 + 3 * (64 + 8 + 1) + 2 + LANES * 8 + 3;

    logic [IN-1:0] in;
    logic [OUT-1:0] out, seen, chain;
    logic reset_n;

    always_ff @(posedge clk) begin
        in      <= {in[IN-2:0], din};
        reset_n <= rst_n;
        seen    <= out;
        chain   <= {chain[OUT-2:0], 1'b0} ^ seen;
        dout    <= chain[OUT-1];
    end

    logic [7:0] s_awaddr, s_araddr;
    logic s_awvalid, s_wvalid, s_bready, s_arvalid, s_rready;
    logic [31:0] s_wdata;
    logic [3:0] s_wstrb;
    logic edge_arready, edge_rlast, edge_rvalid, feat_arready, feat_rlast, feat_rvalid, out_awready, out_wready, out_bvalid;
    logic [63:0] edge_rdata;
    logic [1:0] edge_rresp, feat_rresp, out_bresp;
    logic [LANES*8-1:0] feat_rdata;
    assign {s_awaddr, s_awvalid, s_wdata, s_wstrb, s_wvalid, s_bready, s_araddr, s_arvalid, s_rready, edge_arready, edge_rdata, edge_rresp,
            edge_rlast, edge_rvalid, feat_arready, feat_rdata, feat_rresp, feat_rlast, feat_rvalid, out_awready, out_wready, out_bresp,
            out_bvalid} = in;

    logic s_awready, s_wready, s_bvalid, s_arready, s_rvalid, irq;
    logic [1:0] s_bresp, s_rresp;
    logic [31:0] s_rdata;
    logic [63:0] edge_araddr, feat_araddr, out_awaddr;
    logic [7:0] edge_arlen, feat_arlen, out_awlen;
    logic edge_arvalid, feat_arvalid, out_awvalid, edge_rready, feat_rready, out_wlast, out_wvalid, out_bready;
    logic [LANES*8-1:0] out_wdata;
    assign out = {s_awready, s_wready, s_bresp, s_bvalid, s_arready, s_rdata, s_rresp, s_rvalid, irq, edge_araddr, edge_arlen, edge_arvalid,
                  feat_araddr, feat_arlen, feat_arvalid, out_awaddr, out_awlen, out_awvalid, edge_rready, feat_rready, out_wdata, out_wlast,
                  out_wvalid, out_bready};

    hr_agg_kernel #(.LANES(LANES)) kernel (.ap_clk(clk), .ap_rst_n(reset_n), .*);
endmodule
