// Brings the data of an edge and what is remembered of it together and gives out one beat a cycle.
module hr_agg_join #(
    parameter int WIDTH = 128,
    parameter int BEATS_LOG2 = 4
) (
    input  logic                  clk,
    input  logic                  rst,
    input  logic [BEATS_LOG2-1:0] last_beat,
    input  logic                  hold,  // results find no room

    input  logic [WIDTH-1:0]      m_rdata,
    input  logic                  m_rvalid,
    output logic                  m_rready,

    input  logic                  meta_valid,
    input  logic [15:0]           meta_weight,
    input  logic                  meta_nothing,
    input  logic                  meta_last,
    input  logic                  meta_final,
    output logic                  meta_pop,

    output logic                  out_valid,
    output logic [WIDTH-1:0]      out_data,
    output logic [15:0]           out_weight,
    output logic                  out_first,
    output logic                  out_last,
    output logic                  out_final,
    output logic                  out_row_end,  // the last beat of a row
    output logic [BEATS_LOG2-1:0] out_beat,
    output logic                  starved       // had room and nothing to do
);
    logic data_valid, afull, advance, is_last_beat, first;
    logic [WIDTH-1:0] data;
    logic [BEATS_LOG2-1:0] beat;

    // Registered at both ends: what the memory sees and what the array sees does not hang on one another.
    assign m_rready = !afull;
    hr_fifo_lut #(.W(WIDTH), .LOG2(4), .MARGIN(4)) incoming (
        .clk, .rst, .push(m_rvalid && m_rready), .din(m_rdata), .afull, .valid(data_valid), .dout(data),
        .pop(advance && !meta_nothing)
    );

    assign advance  = meta_valid && !hold && (meta_nothing || data_valid);
    assign meta_pop = advance && is_last_beat;

    always_ff @(posedge clk) begin
        out_data    <= data;
        out_weight  <= meta_nothing ? 16'd0 : meta_weight;
        out_first   <= first;
        out_last    <= meta_last;
        out_final   <= meta_final;
        out_beat    <= beat;
        out_row_end <= meta_last && is_last_beat;
        out_valid   <= advance;
        starved     <= !hold && !advance;
        if (advance) begin
            beat <= is_last_beat ? '0 : beat + 1'b1;
            is_last_beat <= is_last_beat ? last_beat == '0 : (beat + 1'b1) == last_beat;
            if (is_last_beat) first <= meta_last;
        end
        if (rst) begin
            beat         <= '0;
            is_last_beat <= last_beat == '0;
            first        <= 1'b1;
            {out_valid, starved} <= '0;
        end
    end
endmodule
