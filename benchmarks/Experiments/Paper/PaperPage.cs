using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace HybridRec.MLNet.Experiments.Paper;

/// <summary>The page of a data set in Markdown.</summary>
internal static class PaperPage
{
    private const string Measured = "";

    public static string Write(PaperStudy study, int seeds)
    {
        var text = new StringBuilder();
        AccuracyResult first = study.Accuracy[0].Result;
        text.AppendLine(Inv($"# The paper's experiments on {study.Data}")).AppendLine();
        text.AppendLine(Inv($"`dotnet run -c Release --project benchmarks/Experiments -- paper --data {study.Data} --seeds {seeds} ") +
            Inv($"--epochs {study.Settings.Epochs}{(study.Settings.Users is { } most ? Inv($" --users {most}") : "")}") +
            Inv($"{(study.Tuned.Count > 0 ? Inv($" --encoder FOLDER --encoder-seeds {study.Tuned.Count}") : "")}{Parts(study)}` wrote ") +
            "this page; [how to read it](README.md).");
        double[] loads =
        [
            .. study.Accuracy.Select(one => one.Load), .. study.Tuned.Select(one => one.Load), .. study.Training.Select(one => one.Load),
            .. study.Latency is { } latency ? (double[])[latency.Load] : []
        ];
        text.AppendLine(Inv($"Machine: {Environment.ProcessorCount} cores ({RuntimeInformation.ProcessArchitecture}), ") +
            Inv($"{RuntimeInformation.FrameworkDescription}; shared with other work, its load {Range(loads)} while this ran, so that ") +
            "times are upper bounds.");
        text.AppendLine(DataNotes.Of(study.Data)).AppendLine();
        text.AppendLine(Inv($"The graph: LightGCN of 3 layers and 64 dimensions by sampled softmax, at most {study.Settings.Epochs} ") +
            Inv($"epochs, early stopping after {study.Settings.Patience} without a gain, {study.Settings.FinalEpochs} epochs over all ") +
            "rows after that; texts: TF-IDF and truncated SVD, no language model; ")
            .AppendLine("the hybrid: an MLP of 128 and 64 units over `z = [h_u | e_u | h_i | e_i]` and the products of its parts, " +
                Inv($"at most {study.Settings.RankerEpochs} epochs. These are moderate options, equal for all rows and not tuned here; ") +
                "within a seed all rows share one fitted graph, so each differs from its reference in one thing.");
        if (study.Tuned is [{ Result: var tuned }, ..])
        {
            LoraTuning tuning = TunedPart.Tuning;
            text.AppendLine(Inv($"LoRA and the row before it have a BERT of {tuned.Parameters / 1e6:F1} M parameters for the texts (of ") +
                Inv($"{TunedPart.Tokens} tokens at most) in place of TF-IDF; LoRA tunes it at rank {((LoraMethod)tuning.Method).Rank} ") +
                Inv($"in all linear modules and its token table whole, {tuning.Training.Epochs * tuning.PairsPerEpoch:N0} pairs of ") +
                Inv($"profile and item in batches of {tuning.Training.BatchSize}. In these two rows graph and encoder leave a tenth of ") +
                "each user's rows to the head, which also chooses between profiles as they are and less the items' mean; so they " +
                "compare with each other, less so with the others;" +
                Inv($" {(study.Tuned.Count == 1 ? "seed 1 only" : Inv($"seeds 1 to {study.Tuned.Count}"))}."));
        }

        text.AppendLine();

        text.AppendLine("## Accuracy").AppendLine();
        if (study.HasStars)
        {
            AccuracyTable(text, study, AccuracyPart.Rated, Inv($"Each user's {first.RatedCount} held-out ratings ranked, relevant from ") +
                Inv($"4 stars (`RatedHoldout({first.RatedCount}, >=4)`): the only protocol found under which figures of the paper's ") +
                "size come out. A random order already gets most of it.");
            text.AppendLine(Image(
                study, "accuracy-rated",
                "Precision, recall and NDCG at 10 over each user's held-out ratings, with the paper's figures")).AppendLine();
        }

        AccuracyTable(text, study, AccuracyPart.Full, study.HasStars
            ? "The same models and test rows, all items ranked, training items masked: the figures that count."
            : Inv($"All items ranked, training items masked ({first.Protocol}). The protocol that reproduces the paper's figures, 20 ") +
              Inv($"rated items of each user, cannot be formed: {DataNotes.WhyNotRated(study.Data)}."));
        text.AppendLine(Image(study, "accuracy-full", "Precision, recall and NDCG at 10 over all items")).AppendLine();
        Checks(text, study);
        Differences(text, study);
        TrainingAndLatencyPage.Write(text, study);
        return text.ToString();
    }

    private static string Range(double[] values) =>
        Inv($"{values.Min():F0}") is var least && Inv($"{values.Max():F0}") is var most && least == most ? least : $"{least} to {most}";

    private static string Parts(PaperStudy study) => study.IsWhole
        ? ""
        : " --parts accuracy" + (study.Training.Count > 0 ? " training" : "") + (study.Latency is null ? "" : " latency");

    internal static string Image(PaperStudy study, string figure, string what) => $"![{what}]({PaperFigures.File(study, figure)})";

    internal static string Inv(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static void AccuracyTable(StringBuilder text, PaperStudy study, string protocol, string what)
    {
        AccuracyRow any = study.Rows(protocol, AccuracyPart.GnnOnly)[0];
        bool rated = protocol == AccuracyPart.Rated;
        text.AppendLine(what).AppendLine(Inv($"{any.Users:N0} users, {any.Candidates:N0} candidates and {any.Relevant:F1} relevant ") +
            "items each (seed " +
            Inv($"1{(study.Settings.Users is { } most ? Inv($"; of at most {most:N0} of the test's users, drawn anew for each seed") : "")}). {(study.Accuracy.Count == 1 ? "One seed" : Inv($"Means of {study.Accuracy.Count} seeds, ± standard deviation over them"))}; in brackets the 95 % bootstrap interval over users of seed 1; lift: share of the way from random to oracle;"))
            .AppendLine("difference: NDCG@10 against the reference " +
                Inv($"named{(study.Accuracy.Count == 1 ? ", and its paired interval" : ", mean of the seeds and the widest of their paired intervals")}.{(rated ? " Graded: ML.NET's own evaluator with its default gains (0, 3, 7, 15, 31)." : "")}")).AppendLine();
        text.AppendLine(rated
            ? "| | P@10 | R@10 | NDCG@10 | graded NDCG@10 | lift | difference | the paper's P / R / NDCG |"
            : "| | P@10 | R@10 | NDCG@10 | lift | difference |");
        text.AppendLine(rated ? "|---|---|---|---|---|---|---|---|" : "|---|---|---|---|---|---|");
        double random = study.Mean(protocol, "Random", row => row.Ndcg.Value),
            oracle = study.Mean(protocol, "Oracle", row => row.Ndcg.Value);
        foreach (string name in study.Names(protocol))
        {
            if (name == "Oracle")
            {
                if (study.Tuned.Count == 0)
                    text.AppendLine(NotHere(rated, TunedPart.Lora, "not run: no `--encoder` was given"));
                if (!study.Names(protocol).Contains(AccuracyPart.Fpga))
                    text.AppendLine(NotHere(rated, AccuracyPart.Fpga, "not run: `HYBRIDREC_FPGA_SIM` was not set (docs/fpga.md)"));
                text.AppendLine(NotHere(rated, PublishedRow.DeepSpeed, "not landed"));
            }

            AccuracyRow[] rows = study.Rows(protocol, name);
            double ndcg = rows.Average(row => row.Ndcg.Value);
            string interval = rows[0].Ndcg is { Lower: { } lower, Upper: { } upper } && upper > lower
                ? Inv($" [{lower:.0000}, {upper:.0000}]")
                : "";
            text.Append(Inv($"| {name} | {rows.Average(row => row.Precision.Value):.0000} | ") +
                Inv($"{rows.Average(row => row.Recall.Value):.0000} | ") +
                Inv($"{ndcg:.0000}{(rows.Length < 2 ? "" : Inv($" ± {Deviation(rows):.0000}"))}{interval} | "));
            if (rated)
                text.Append(rows[0].Graded is null ? "| " : Inv($"{rows.Average(row => row.Graded!.Value):.0000} | "));
            text.Append(Inv($"{(ndcg - random) / (oracle - random):P0} | {Difference(rows, name)} |"));
            text.AppendLine(rated ? Inv($" {PublishedRow.Accuracy(name)} |") : "");
        }

        text.AppendLine();
    }

    private static string NotHere(bool rated, string name, string why) =>
        rated ? $"| {name} | | | {why} | | | | {PublishedRow.Accuracy(name)} |" : $"| {name} | | | {why} | | |";

    private static string Difference(AccuracyRow[] rows, string name)
    {
        if (rows[0].Difference is null)
            return Measured;
        string against = name switch
        {
            AccuracyPart.Fpga => "INT8 on the CPU",
            AccuracyPart.Hybrid => "GNN only",
            TunedPart.Lora => "the frozen transformer",
            _ => "hybrid"
        };
        if (rows.All(row => row.Same == true))
            return $"0 for every user, to {against}";
        return Inv($"{rows.Average(row => row.Difference!.Value):+0.0000;-0.0000;0.0000} ") +
            Inv($"[{rows.Min(row => row.Difference!.Lower):+0.0000;-0.0000;0.0000},") +
            Inv($" {rows.Max(row => row.Difference!.Upper):+0.0000;-0.0000;0.0000}] to {against}");
    }

    private static double Deviation(AccuracyRow[] rows)
    {
        double mean = rows.Average(row => row.Ndcg.Value);
        return Math.Sqrt(rows.Sum(row => (row.Ndcg.Value - mean) * (row.Ndcg.Value - mean)) / (rows.Length - 1));
    }

    private static void Checks(StringBuilder text, PaperStudy study)
    {
        AccuracyRow[] all = [.. study.Accuracy.SelectMany(one => one.Result.Rows)];
        text.AppendLine(Inv($"Asserted, with an exit code: INT8 changes NDCG@10 by less than {PaperStudy.LargestChange} against the ") +
            Inv($"hybrid in Single (at most {Most(AccuracyPart.Int8):.00000} here)"));
        text.AppendLine(all.Any(row => row.Name == AccuracyPart.Fpga)
            ? "and the simulated FPGA changes no user's NDCG@10 against INT8 on the CPU: they compute the same integers. It is simulated " +
              "cycle by cycle; no board has run it."
            : "; the simulated FPGA was not run here.");
        IReadOnlyList<string> faults = study.Faults();
        text.AppendLine(faults.Count == 0 ? "Both hold." : "**It does not hold:** " + string.Join(" ", faults)).AppendLine();

        double Most(string name) => all.Where(row => row.Name == name).Max(row => Math.Abs(row.Difference!.Value));
    }

    private static void Differences(StringBuilder text, PaperStudy study)
    {
        text.AppendLine("### What differs from the paper, and why").AppendLine();
        if (study.HasStars)
        {
            AccuracyRow any = study.Rows(AccuracyPart.Rated, AccuracyPart.GnnOnly)[0];
            double randomP = study.Mean(AccuracyPart.Rated, "Random", row => row.Precision.Value),
                hybridP = study.Mean(AccuracyPart.Rated, AccuracyPart.Hybrid, row => row.Precision.Value);
            text.AppendLine("- The paper names neither data set, split, candidates, threshold nor gain of its table. Its P and R " +
                "imply 12 to 13 relevant items a user, and only ranking about 20 rated items a user has that many; there " +
                Inv($"{any.Relevant:F1} of {any.Candidates:F0} candidates are relevant, and a random order gets P@10 {randomP:.00}."));
            text.AppendLine("- Its rows (.65 to .80) therefore lie between a random order and a ceiling that is not 1 either. Here " +
                Inv($"the hybrid gets {hybridP:.00}."));
        }

        else
        {
            text.AppendLine("- The paper names neither data set, split, candidates, threshold nor gain of its table. P@10 .65 to .80 is " +
                "possible only where about 20 rated items of each user are ranked, more than half of them relevant (see ml-1m or " +
                "ml-latest-small); over all items no published model comes near it.");
        }

        text.AppendLine("- Its NDCG is below its P in every row. That comes out under no protocol tried, binary or graded; both NDCG are " +
            "given as they come.")
            .AppendLine("- INT8, FPGA and DeepSpeed are ways to execute a model. The paper has them raise NDCG by up to .09; here they " +
                "change nothing that can be told from rounding, as they should.")
            .AppendLine("- Distillation and tuning do change the model. What the student gains or loses is in the row of its own, with " +
                "its interval.")
            .AppendLine("- The paper's text encoder is a large language model; here it is the lexical default, TF-IDF with SVD: no " +
                "sentence encoder is to be had on this machine but small ones made here, which rank new items worse. " +
                "`TextEncoder.FromFolder` takes one, and so does `--encoder` for the LoRA row.").AppendLine();
    }
}
