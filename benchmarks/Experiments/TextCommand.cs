using System.CommandLine;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Experiments;

/// <summary>Speed, size and error of text encoding, on a transformer of random weights with a real tokenizer and real texts.</summary>
internal static class TextCommand
{
    public static Command Create()
    {
        var kase = new Option<string>("--case")
        {
            Description = "int8: the float model against the INT8 one. throughput: encoding against ONNX Runtime alone. distill: the " +
                "model against its static student.",
            DefaultValueFactory = _ => "int8"
        };
        kase.AcceptOnlyFromAmong("int8", "throughput", "distill");
        var data = new Option<string>("--data")
        {
            Description = "Data whose items have texts, or its name under HYBRIDREC_DATA.",
            DefaultValueFactory = _ => "ml-1m-colakg-split"
        };
        var texts = NumberOption.Create("--texts", "Texts encoded.", 512, 32);
        var layers = NumberOption.Create("--layers", "Transformer layers.", 6, 1);
        var dimension = NumberOption.Create("--dimension", "Length of a token vector, a multiple of 32.", 256, 32);
        var tokens = NumberOption.Create("--tokens", "Longest text in tokens.", 128, 8);
        var batch = NumberOption.Create("--batch", "Texts in a batch.", 32, 1);
        var threads = NumberOption.Create("--threads", "Threads inside a run; 0 takes all cores.", 0, 0);
        var runs = NumberOption.Create("--runs", "Measurements of each kind, in turn; medians are reported.", 5, 1);
        var scaling = new Option<ActivationScaling>("--scaling")
        {
            Description = "Dynamic or Static.",
            DefaultValueFactory = _ => ActivationScaling.Dynamic
        };
        var bits = NumberOption.Create("--bits", "Bits of a weight, 7 or 8.", 7, 7);
        var encoder = new Option<string?>("--encoder")
        {
            Description = "With int8: a folder of a float ONNX encoder, instead of random weights of --layers and --dimension."
        };
        var maxError = new Option<double>("--max-error")
        {
            Description = "With int8: error up to which layers are INT8.",
            DefaultValueFactory = _ => new QuantizationOptions().MaxError
        };
        var seed = NumberOption.Create("--seed", "Seed of the weights.", 1, 0);
        var json = new Option<FileInfo?>("--json") { Description = "File to append one JSON object to." };
        dimension.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() % 32 != 0)
                result.AddError("--dimension has to be a multiple of 32, the width of a head.");
        });
        var command = new Command("text", "Throughput of text encoders, and what INT8 does to size, error and speed.")
        {
            kase, data, texts, layers, dimension, tokens, batch, threads, runs, scaling, bits, encoder, maxError, seed, json
        };
        command.SetAction(parsed =>
        {
            var bench = new TextBench(
                parsed.GetValue(data)!, Texts(parsed.GetValue(data)!, parsed.GetValue(texts)), parsed.GetValue(layers),
                parsed.GetValue(dimension), parsed.GetValue(tokens), parsed.GetValue(batch), parsed.GetValue(threads),
                parsed.GetValue(runs), parsed.GetValue(seed), parsed.GetValue(encoder));
            object result = parsed.GetValue(kase) switch
            {
                "int8" => bench.Int8(new QuantizationOptions
                {
                    Scaling = parsed.GetValue(scaling),
                    WeightBits = parsed.GetValue(bits),
                    MaxError = parsed.GetValue(maxError)
                }),
                "throughput" => bench.Throughput(),
                _ => bench.Distill(),
            };
            Console.WriteLine(result); // the console must not fold it
            JsonLines.Append(parsed.GetValue(json), result);
        });
        return command;
    }

    private static string[] Texts(string data, int count)
    {
        var items = ExperimentDataSets.Open(new MLContext(1), data, null, 1).Items
            ?? throw new ArgumentException($"'{data}' has no item texts; take ml-1m-colakg-split, ml-1m or yelp-s3rec-text.");
        return [.. items.GetColumn<string>("ItemText").Where(t => !string.IsNullOrWhiteSpace(t)).Distinct().Take(count)];
    }
}
