// The sampler between four pins, as ecp5_agg.sv does it.
module ecp5_sample (
    input  logic clk,
    input  logic rst_n,
    input  logic din,
    output logic dout
);
    localparam int IN = 12 + 1 + 32 + 4 + 1 + 1 + 12 + 1 + 1 + 2 * (1 + 64 + 2 + 1 + 1) + (1 + 32 + 2 + 1 + 1) + 1 + 1 + 2 + 1;
    localparam int OUT = 1 + 1 + 2 + 1 + 1 + 32 + 2 + 1 + 1 + 4 * (64 + 8 + 1) + 3 + 32 + 1 + 1 + 1;

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

    logic [11:0] s_awaddr, s_araddr;
    logic s_awvalid, s_wvalid, s_bready, s_arvalid, s_rready;
    logic [31:0] s_wdata, col_rdata;
    logic [3:0] s_wstrb;
    logic req_arready, req_rlast, req_rvalid, alias_arready, alias_rlast, alias_rvalid, col_arready, col_rlast, col_rvalid;
    logic out_awready, out_wready, out_bvalid;
    logic [63:0] req_rdata, alias_rdata;
    logic [1:0] req_rresp, alias_rresp, col_rresp, out_bresp;
    assign {s_awaddr, s_awvalid, s_wdata, s_wstrb, s_wvalid, s_bready, s_araddr, s_arvalid, s_rready, req_arready, req_rdata, req_rresp,
            req_rlast, req_rvalid, alias_arready, alias_rdata, alias_rresp, alias_rlast, alias_rvalid, col_arready, col_rdata, col_rresp,
            col_rlast, col_rvalid, out_awready, out_wready, out_bresp, out_bvalid} = in;

    logic s_awready, s_wready, s_bvalid, s_arready, s_rvalid, irq;
    logic [1:0] s_bresp, s_rresp;
    logic [31:0] s_rdata, out_wdata;
    logic [63:0] req_araddr, alias_araddr, col_araddr, out_awaddr;
    logic [7:0] req_arlen, alias_arlen, col_arlen, out_awlen;
    logic req_arvalid, alias_arvalid, col_arvalid, out_awvalid, req_rready, alias_rready, col_rready, out_wlast, out_wvalid, out_bready;
    assign out = {s_awready, s_wready, s_bresp, s_bvalid, s_arready, s_rdata, s_rresp, s_rvalid, irq, req_araddr, req_arlen, req_arvalid,
                  alias_araddr, alias_arlen, alias_arvalid, col_araddr, col_arlen, col_arvalid, out_awaddr, out_awlen, out_awvalid,
                  req_rready, alias_rready, col_rready, out_wdata, out_wlast, out_wvalid, out_bready};

    hr_sample_kernel kernel (.ap_clk(clk), .ap_rst_n(reset_n), .*);
endmodule
