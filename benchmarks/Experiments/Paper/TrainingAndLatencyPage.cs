using System.Text;

namespace HybridRec.MLNet.Experiments.Paper;

/// <summary>The sections on training time, latency and trade-offs.</summary>
internal static class TrainingAndLatencyPage
{
    public static void Write(StringBuilder text, PaperStudy study)
    {
        if (study.Training.Count > 0)
            Training(text, study);
        if (study.Latency is { } latency)
            Latency(text, study, latency);
        if (!study.IsWhole)
        {
            text.AppendLine("Not run here: " + string.Join(" and ", [
                .. study.Training.Count == 0 ? (string[])["training time"] : [], .. study.Latency is null ? (string[])["latency"] : [],
                "trade-offs"]) + ". The command above without `--parts` runs them.");
            return;
        }

        text.AppendLine("## Trade-offs").AppendLine();
        text.AppendLine("Left: NDCG@10 over all items against the seconds of training. Right: against the processor time (p50; the " +
            "clock's for the propagation) of the dearest step of a request that computes it anew: the GNN's propagation, the encoding of " +
            "a text; +INT8 and +distillation are the encoder's there. With everything looked up all of them take what the last rows of " +
            "the latency table say. FPGA is left out: its time is a model's, not measured.").AppendLine();
        text.AppendLine(PaperPage.Image(study, "trade-off", "NDCG at 10 against training time and against latency"));
    }

    private static void Training(StringBuilder text, PaperStudy study)
    {
        text.AppendLine("## Training time").AppendLine();
        text.AppendLine(PaperPage.Inv($"One process for each row, seed 1, {Environment.ProcessorCount} cores. To quality: the wall time ") +
            "if the graph's training ended when its NDCG@10 on the inner holdout (rows of the training set) reached " +
            PaperPage.Inv($"{study.Target ?? 0:.0000}, 95 % of the best that the GNN alone reaches; text alone has no graph, and LoRA's ") +
            "trains on other rows, whose inner holdout is another. Seconds of rows differ by the machine's load too, which the last " +
            "column has.").AppendLine();
        text.AppendLine("| | to quality, s | processor, s | whole fit, s | graph, s | heads, s | peak memory, MiB | load | the paper, h |")
            .AppendLine("|---|---|---|---|---|---|---|---|---|");
        foreach (Cached<TrainingResult> one in study.Trainings)
        {
            TrainingResult row = one.Result;
            string to = study.Target is { } target && row.SecondsTo(target) is { } seconds ? PaperPage.Inv($"{seconds:F1}") : "";
            text.AppendLine(PaperPage.Inv($"| {row.Configuration} | {to} | {row.ProcessorSeconds:F1} | {row.Seconds:F1} | ") +
                PaperPage.Inv($"{row.GraphSeconds:F1} | {row.HeadSeconds:F1} | {row.PeakMemoryMiB:N0} | {one.Load:F0} | ") +
                PaperPage.Inv($"{PublishedRow.Of(row.Configuration)?.Hours:F1} |"));
        }

        if (study.Tuned.Count == 0)
            text.AppendLine(PaperPage.Inv(
                $"| {TunedPart.Lora} | | | not run: no `--encoder` was given | | | | | {PublishedRow.Of(TunedPart.Lora)!.Hours:F1} |"));
        text.AppendLine("| + DeepSpeed | | | not landed | | | | | |").AppendLine();
        double[] same = [.. study.Training.Select(one => one.Result).Where(row => row.GraphSeconds > 0).Select(row => row.GraphSeconds)];
        text.AppendLine(PaperPage.Inv($"**How much these seconds say:** the graph's training is the very same work in {same.Length} of ") +
            PaperPage.Inv($"the rows, and took {same.Min():F1} to {same.Max():F1} s. A ratio of two rows below ") +
            PaperPage.Inv($"{same.Max() / same.Min():F1} is the machine's load, not the method's; processor time, where the column has ") +
            "it, is not lengthened so.").AppendLine();
        text.AppendLine("INT8 is applied after training, so it saves no training time; distillation needs its teacher first, so it takes " +
            "longer, not less. The paper has both the other way round, and does not say how.");
        if (study.Tuned is [{ Result: var tuned }, ..])
            text.AppendLine(PaperPage.Inv($"LoRA's fit is that of the hybrid with a transformer, {tuned.TextSeconds:F0} s of it tuning ") +
                "and encoding the items, on fewer rows of the graph, and two heads, of which one is kept; what full tuning of the same " +
                "encoder takes in its place, the command `efficiency` compares ([training efficiency](../training-efficiency.md)).");
        text.AppendLine();
        text.AppendLine(PaperPage.Image(study, "training", "Seconds of training by part, with peak memory")).AppendLine();
    }

    private static void Latency(StringBuilder text, PaperStudy study, Cached<LatencyPartResult> cached)
    {
        LatencyPartResult latency = cached.Result;
        text.AppendLine("## Latency").AppendLine();
        text.AppendLine(PaperPage.Inv($"One request at a time on one thread, {latency.Items:N0} items, {latency.Edges:N0} edges; the ") +
            PaperPage.Inv($"machine's load was {cached.Load:F0}. Cold is the first call, which compiles the code it runs. The encoder ") +
            PaperPage.Inv($"has BERT's tokenizer and MiniLM's shape ({latency.EncoderLayers} layers of {latency.EncoderDimension}, at ") +
            "most 64 tokens, ONNX Runtime, one thread) and random weights, and so has the MLP of 128 and 64 units: products take as long " +
            "whatever is in them.")
            .AppendLine("The student has 2 of its layers. Core is the processor time of the thread that asks, which other work on the " +
                "machine does not lengthen; the other columns are the clock's. A pair is scored by a PredictionEngine over the whole " +
                "chain; a list comes from the `Recommender`, for which the texts of all items have random vectors of the same width.")
            .AppendLine();
        text.AppendLine("| request | | core p50, ms | p50, ms | p95, ms | p99, ms | mean ± deviation, ms | cold, ms |").AppendLine(
            "|---|---|---|---|---|---|---|---|");
        foreach (LatencyRow row in latency.Rows)
        {
            text.AppendLine(PaperPage.Inv($"| {row.Name} | {row.What} | {row.Core?.P50:G3} | {row.Warm.P50:G3} | {row.Warm.P95:G3} | ") +
                PaperPage.Inv($"{row.Warm.P99:G3} | {row.Warm.Mean:G3} ± {row.Warm.Deviation:G3} | {row.Cold:G3} |"));
            if (latency.Fpga is { } fpga && row == latency.Rows[0])
                text.AppendLine(PaperPage.Inv($"| GNN, propagated on an FPGA (**modeled**, not measured) | 3 layers, {fpga.Cycles:N0} ") +
                    PaperPage.Inv($"cycles a layer (**simulated**, 16 lanes), {fpga.Units} units; without the host's rounding between ") +
                    PaperPage.Inv($"layers | | {fpga.Milliseconds:G3} | | | | |"));
        }

        text.AppendLine().AppendLine("The paper: GNN 25 ± 4, LLM 110 ± 9, hybrid 140 ± 12, + INT8 95 ± 7, + distillation 85 ± 6, + " +
            "DeepSpeed 70 ± 5 (not landed here), FPGA with DeepSpeed 45 ± 3 ms. It computes graph and text anew for each request, one " +
            "after the other, which is what the first rows do;");
        LatencyRow online = latency.Rows.Single(row => row.Name == "Hybrid, one pair, text encoded for the request"),
            looked = latency.Rows.Single(row => row.Name == "Hybrid, one pair, precomputed");
        text.AppendLine(PaperPage.Inv($"looking both up instead takes the same pair from {online.Typical:G3} to {looked.Typical:G3} ms ") +
            PaperPage.Inv(
                $"of the core (p50), {online.Typical / looked.Typical:N0} times less, in one run; the paper's 140 to 45 ms is 3.1 times."));
        if (latency.Fpga is { } model)
            text.AppendLine().AppendLine($"The model behind the FPGA row, of one aggregation: {model.Model}.");
        text.AppendLine().AppendLine(PaperPage.Image(study, "latency", "Latency of a request on a logarithmic axis")).AppendLine();
        text.AppendLine("Clients in one process, each asking for the next top 10 as soon as it has one, on " +
            PaperPage.Inv($"{Environment.ProcessorCount} shared cores:")).AppendLine();
        text.AppendLine("| clients | requests a second | p50, ms | p95, ms | p99, ms |").AppendLine("|---|---|---|---|---|");
        foreach (ClientRow row in latency.Clients)
            text.AppendLine(PaperPage.Inv(
                $"| {row.Clients} | {row.RequestsPerSecond:N0} | {row.Times.P50:G3} | {row.Times.P95:G3} | {row.Times.P99:G3} |"));
        text.AppendLine();
    }
}
