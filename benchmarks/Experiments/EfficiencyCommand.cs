using System.CommandLine;
using System.Text.Json;
using HybridRec.MLNet.Text;
using Microsoft.ML;

namespace HybridRec.MLNet.Experiments;

/// <summary>
/// The same hybrid with a text encoder that is frozen, projected, tuned by LoRA, tuned fully, or distilled: time to a fixed validation
/// quality, memory, parameters, test quality.
/// </summary>
internal static class EfficiencyCommand
{
    private const int ThroughputTexts = 512, ThroughputRuns = 5;

    public static Command Create()
    {
        EfficiencyOptions otherwise = new() { Data = "", Encoder = "", Work = "" };
        var data = new Option<string>("--data")
        {
            Description = "Data whose items have texts, or its name under HYBRIDREC_DATA.",
            DefaultValueFactory = _ => "ml-1m-colakg-split"
        };
        var encoder = new Option<string>("--encoder")
        {
            Description = "The folder of the BERT that all variants begin with.",
            Required = true
        };
        var work = new Option<string>("--work")
        {
            Description = "Folder for the encoders and what they cost; a variant whose result is there is not trained again. One folder " +
                "for one set of options.",
            DefaultValueFactory = _ => "efficiency.work"
        };
        var variant = new Option<string?>("--variant")
        {
            Description =
                $"Only makes the encoder of this variant, in this process: one of {string.Join(", ", EfficiencyOptions.Variants)}."
        };
        variant.AcceptOnlyFromAmong(EfficiencyOptions.Variants);
        var variants = new Option<string[]>("--variants")
        {
            Description = "The variants to compare, besides frozen and full.",
            DefaultValueFactory = _ => EfficiencyOptions.Variants,
            AllowMultipleArgumentsPerToken = true
        };
        variants.AcceptOnlyFromAmong(EfficiencyOptions.Variants);
        var seed = NumberOption.Create("--seed", "Seed of the splits and of training.", otherwise.Seed);
        var epochs = NumberOption.Create("--epochs", "Times a tuning is judged.", otherwise.Epochs);
        var pairs = NumberOption.Create("--pairs", "Pairs of texts between two judgments.", otherwise.PairsPerEpoch);
        var tokens = NumberOption.Create("--tokens", "Longest text in tokens.", otherwise.Tokens);
        var users = NumberOption.Create("--users", "Users who judge on the way.", otherwise.Users);
        var graphEpochs = NumberOption.Create("--graph-epochs", "The most epochs of the graph.", otherwise.GraphEpochs);
        var graphDimension = NumberOption.Create("--graph-dimension", "Length of a vector of the graph.", otherwise.GraphDimension);
        var graphNegatives =
            new Option<int?>("--graph-negatives") { Description = "Negatives of the graph's training; by default the library's." };
        var lora = Rate("--lora-rate", otherwise.LoraRate);
        var loraTokens = Rate("--lora-tokens-rate", otherwise.LoraTokensRate);
        var full = Rate("--full-rate", otherwise.FullRate);
        var projection = Rate("--projection-rate", otherwise.ProjectionRate);
        var batch = NumberOption.Create("--batch", "Pairs that are each other's negatives.", otherwise.BatchSize);
        var temperature = new Option<double>("--temperature")
        {
            Description = "Temperature of the tunings' loss.",
            DefaultValueFactory = _ => otherwise.Temperature
        };
        var correction = new Option<double>("--sampling-bias-correction")
        {
            Description = "What in-batch negatives are corrected by, 0 to 1 (LoraTuning.SamplingBiasCorrection).",
            DefaultValueFactory = _ => otherwise.SamplingBiasCorrection
        };
        var drawn = new Option<TuningPairs>("--drawn")
        {
            Description = "Sequence, History or Profile: which texts are drawn together.",
            DefaultValueFactory = _ => otherwise.Pairs
        };
        var history = NumberOption.Create("--history", "Items of a history or a profile.", otherwise.HistoryLength);
        var target = new Option<double>("--target")
        {
            Description =
                "The quality that time is taken to: this share of the way from the frozen encoder to the best that any variant reaches.",
            DefaultValueFactory = _ => 0.9
        };
        var json = new Option<FileInfo?>("--json") { Description = "File to append one JSON object a variant to." };
        var command = new Command(
            "efficiency", "Frozen, projected, LoRA-tuned, fully tuned and distilled text encoders in the same hybrid.")
            {
                data, encoder, work, variants, variant, seed, epochs, pairs, tokens, users, graphEpochs, graphDimension, graphNegatives,
                lora, loraTokens, full, projection, batch, temperature, correction, drawn, history, target, json
            };
        command.SetAction(parsed =>
        {
            var options = new EfficiencyOptions
            {
                Data = parsed.GetValue(data)!,
                Encoder = parsed.GetValue(encoder)!,
                Work = parsed.GetValue(work)!,
                Seed = parsed.GetValue(seed),
                Epochs = parsed.GetValue(epochs),
                PairsPerEpoch = parsed.GetValue(pairs),
                Tokens = parsed.GetValue(tokens),
                Users = parsed.GetValue(users),
                GraphEpochs = parsed.GetValue(graphEpochs),
                GraphDimension = parsed.GetValue(graphDimension),
                GraphNegatives = parsed.GetValue(graphNegatives),
                LoraRate = parsed.GetValue(lora),
                LoraTokensRate = parsed.GetValue(loraTokens),
                FullRate = parsed.GetValue(full),
                ProjectionRate = parsed.GetValue(projection),
                BatchSize = parsed.GetValue(batch),
                Temperature = parsed.GetValue(temperature),
                SamplingBiasCorrection = parsed.GetValue(correction),
                Pairs = parsed.GetValue(drawn),
                HistoryLength = parsed.GetValue(history),
            };
            LibTorch.Require();
            Directory.CreateDirectory(options.Work);
            if (parsed.GetValue(variant) is { } one)
                new EfficiencyTuning(options).Run(one);
            else
                Run(options, [.. EfficiencyOptions.Variants.Where(v => v is "frozen" or EfficiencyOptions.Teacher
                    || parsed.GetValue(variants)!.Contains(v))], parsed.GetValue(target), parsed.GetValue(json));
        });
        return command;
    }

    private static void Run(EfficiencyOptions options, string[] variants, double share, FileInfo? json)
    {
        EfficiencyResult[] results = [.. variants.Select(variant => Made(options, variant))];
        var ml = new MLContext(options.Seed);
        var hybrid = new EfficiencyHybrid(ml, options);
        foreach (var result in results.Where(r => r.Holdout is not null && r.Holdout != hybrid.Holdout))
            throw new InvalidOperationException($"'{result.Variant}' was not tuned on {result.Holdout}; the graph leaves out " +
                $"{hybrid.Holdout}. Empty '{options.Work}', or give the options it was made with.");
        Console.WriteLine($"held out from encoder and graph, for the ranker: {hybrid.Holdout}");

        double start = results[0].Curve[0].Ndcg10, best = results.SelectMany(r => r.Curve).Max(p => p.Ndcg10),
            target = start + share * (best - start);
        EfficiencyResult teacher = results.Single(r => r.Variant == EfficiencyOptions.Teacher);
        TextEncoder[] encoders = [.. results.Select(r => OpenEncoder(options, r.Variant))];
        double[] rates = Throughput(encoders, hybrid);
        TopKReport graph = hybrid.Graph();
        Console.WriteLine($"graph alone: test NDCG@10 {graph[TopKMetric.Ndcg, 10]}");
        Console.WriteLine($"validation NDCG@10 of the text side: {start:F4} frozen, {best:F4} the best of all, {target:F4} the quality " +
            "that time is taken to");
        // The fully tuned one first: the others are told as shares of it.
        (TopKReport Text, TopKReport Hybrid) full = hybrid.Judge(encoders[Array.IndexOf(results, teacher)], teacher.Best.Centered),
            frozen = hybrid.Judge(encoders[0], results[0].Best.Centered);
        for (int i = 0; i < results.Length; i++)
        {
            var report = results[i] == teacher ? full : i == 0 ? frozen : hybrid.Judge(encoders[i], results[i].Best.Centered);
            var line = EfficiencyLine.Of(
                options, results[i], results[i].Variant is "shallow" or "static" ? teacher : null, target, rates[i], report, frozen, full);
            Console.WriteLine(line);
            JsonLines.Append(json, line);
        }
        foreach (var encoder in encoders)
            encoder.Dispose();
    }

    private static EfficiencyResult Made(EfficiencyOptions options, string variant)
    {
        if (!File.Exists(options.Result(variant)))
            OwnProcess.Run(
                "efficiency", "--variant", variant, "--data", options.Data, "--encoder", options.Encoder, "--work", options.Work, "--seed",
                $"{options.Seed}", "--epochs", $"{options.Epochs}", "--pairs", $"{options.PairsPerEpoch}", "--tokens", $"{options.Tokens}",
                "--users", $"{options.Users}", "--lora-rate", $"{options.LoraRate:R}", "--lora-tokens-rate", $"{options.LoraTokensRate:R}",
                "--full-rate", $"{options.FullRate:R}", "--projection-rate", $"{options.ProjectionRate:R}", "--batch",
                $"{options.BatchSize}", "--temperature", $"{options.Temperature:R}", "--sampling-bias-correction",
                $"{options.SamplingBiasCorrection:R}", "--drawn", $"{options.Pairs}", "--history", $"{options.HistoryLength}");
        return JsonSerializer.Deserialize<EfficiencyResult>(File.ReadAllText(options.Result(variant)))!;
    }

    // As they are served: transformers by ONNX Runtime.
    private static TextEncoder OpenEncoder(EfficiencyOptions options, string variant)
    {
        var reading = new EncoderOptions { MaxTokens = options.Tokens };
        if (variant == "static")
            return TextEncoder.FromFolder(options.Folder(variant), reading);
        using var encoder = TorchEncoder.FromFolder(options.Folder(variant), reading);
        return encoder.ToOnnx();
    }

    private static double[] Throughput(TextEncoder[] encoders, EfficiencyHybrid hybrid)
    {
        string[] texts = [.. hybrid.Texts.Take(ThroughputTexts)];
        FittedEncoder[] ready = [.. encoders.Select(e => e.Ready!)];
        Action[] kinds = [.. ready.Select(encoder => (Action)(() => encoder.Encode(
            texts, new float[texts.Length * encoder.Dimension], 32, CancellationToken.None)))];
        return [.. PropagateCommand.Interleave(kinds, ThroughputRuns, warmUps: 1)
            .Select(times => texts.Length / PropagateCommand.Median(times) * 1000)];
    }

    private static Option<double> Rate(string name, double otherwise) =>
        new(name) { Description = "Learning rate.", DefaultValueFactory = _ => otherwise };
}
