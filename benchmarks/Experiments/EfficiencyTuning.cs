using System.Diagnostics;
using System.Text.Json;
using HybridRec.MLNet.Hosting;
using Microsoft.ML;

namespace HybridRec.MLNet.Experiments;

/// <summary>One variant's encoder, made in this process: its folder and what it cost.</summary>
internal sealed class EfficiencyTuning(EfficiencyOptions options)
{
    // What distils has no quality to be judged by on the way: it learns from texts, not from interactions.
    private const int DistillationEpochs = 5;

    private readonly MLContext _ml = new(options.Seed);
    private readonly List<EfficiencyPoint> _curve = [];
    private readonly Stopwatch _wall = new();
    private double _cpuFrom, _cpu;

    private LoraMethod Lora => new() { Rank = options.Rank, Alpha = 2 * options.Rank, TargetPattern = Torch.LoraTargets.All };

    /// <summary>Writes the encoder's folder and, last, its result.</summary>
    public void Run(string variant)
    {
        LibTorch.Require();
        TorchSharp.torch.set_num_threads(1); // seconds are those of one core
        var data = options.Open(_ml);
        var keys = _ml.Transforms.Conversion.MapValueToKey("User").Append(_ml.Transforms.Conversion.MapValueToKey("Item"))
            .Fit(data.Split.TrainSet);
        IDataView train = keys.Transform(data.Split.TrainSet);
        var judge = new TextSideJudge(train, keys.Transform(data.Split.ValidationSet!), data.RelevanceThreshold, options.Users);
        string from = variant is "shallow" or "static" ? options.Folder(EfficiencyOptions.Teacher) : options.Encoder;
        using var encoder = TorchEncoder.FromFolder(from, new EncoderOptions { MaxTokens = options.Tokens });

        Go();
        var (parameters, heldOut) = variant switch
        {
            "frozen" => Frozen(),
            "shallow" => Shallow(),
            "static" => Static(),
            _ => Tuned(),
        };
        Stop();
        File.WriteAllText(options.Result(variant), JsonSerializer.Serialize(new EfficiencyResult(
            variant, options.Seed, parameters,
            Directory.EnumerateFiles(options.Folder(variant), "*", SearchOption.AllDirectories).Sum(f => new FileInfo(f).Length),
            heldOut, judge.Users, _curve, _wall.Elapsed.TotalSeconds, _cpu, OwnProcess.PeakMemoryMiB)));

        (long, string?) Frozen()
        {
            Judge(0, encoder);
            return (0, null);
        }

        (long, string?) Tuned()
        {
            var tuning = new LoraTuning
            {
                Method = variant switch
                {
                    "lora" => Lora,
                    EfficiencyOptions.LoraAndTokens => Lora with { ModulesToSave = ["word_embeddings"] },
                    "full" => TuningMethod.Full,
                    _ => TuningMethod.Projection(),
                },
                Training = new()
                {
                    Epochs = options.Epochs,
                    LearningRate = variant switch
                    {
                        "lora" => options.LoraRate,
                        EfficiencyOptions.LoraAndTokens => options.LoraTokensRate,
                        "full" => options.FullRate,
                        _ => options.ProjectionRate,
                    },
                    BatchSize = options.BatchSize,
                    Patience = options.Epochs,
                    Seed = options.Seed,
                },
                PairsPerEpoch = options.PairsPerEpoch,
                Temperature = options.Temperature,
                SamplingBiasCorrection = options.SamplingBiasCorrection,
                Pairs = options.Pairs,
                HistoryLength = options.HistoryLength,
                HoldoutFraction = EfficiencyOptions.HoldoutShare,
                PositiveThreshold = data.RelevanceThreshold,
                Quality = asTrained => Judge(_curve.Count, asTrained),
            };
            using var stage = _ml.Hybrid.LlmEmbedding(new LlmEmbeddingOptions
            {
                Encoder = encoder,
                Tuning = tuning,
                MaxTokens = options.Tokens
            }).Fit(train);
            using var tuned = TorchEncoder.Of(stage);
            Save(tuned.Save);
            return (Trained(variant, encoder), HoldoutOf(stage.Transform(train)));
        }

        (long, string?) Shallow()
        {
            var distillation = new EncoderDistillation
            {
                Layers = 1,
                Training = new() { Epochs = DistillationEpochs, Seed = options.Seed }
            };
            using var student = _ml.Hybrid.DistillEncoder(encoder, [.. judge.Texts], distillation);
            Judge(DistillationEpochs, student);
            Save(student.Save);
            return (student.ParameterCount, null);
        }

        (long, string?) Static()
        {
            var student = TextEncoder.Distilled(
                encoder.AsEmbeddingGenerator(), TextTokenizer.FromFile(Path.Combine(options.Encoder, "vocab.txt")));
            using var stage = _ml.Hybrid.LlmEmbedding(new LlmEmbeddingOptions { Encoder = student, MaxTokens = options.Tokens }).Fit(train);
            Save(stage.SaveEncoder);
            using var read = TextEncoder.FromFolder(options.Folder(variant), new EncoderOptions { MaxTokens = options.Tokens });
            Judge(1, read);
            return ((long)File.ReadLines(Path.Combine(options.Encoder, "vocab.txt")).Count() * stage.Dimension, null);
        }

        void Save(Action<string> save)
        {
            if (Directory.Exists(options.Folder(variant)))
                Directory.Delete(options.Folder(variant), recursive: true);
            save(options.Folder(variant));
        }

        double Judge(int epoch, TextEncoder asTrained)
        {
            Stop();
            var (plain, centered) = judge.Ndcg(asTrained);
            double ndcg = Math.Max(plain, centered);
            _curve.Add(new EfficiencyPoint(epoch, _wall.Elapsed.TotalSeconds, _cpu, ndcg, centered > plain));
            Console.WriteLine($"{variant}, epoch {epoch}: validation NDCG@10 {plain:F4}, centered {centered:F4}, after " +
                $"{_wall.Elapsed.TotalSeconds:F1} s, {_cpu:F1} s of a core");
            Go();
            return ndcg;
        }
    }

    private void Go()
    {
        _cpuFrom = OwnProcess.CpuSeconds;
        _wall.Start();
    }

    private void Stop()
    {
        _wall.Stop();
        _cpu += OwnProcess.CpuSeconds - _cpuFrom;
    }

    private long Trained(string variant, TorchEncoder encoder)
    {
        var model = encoder.Encoder.Model;
        return variant switch
        {
            "full" => encoder.ParameterCount,
            "projection" => (long)model.Dimension * model.PooledSize,
            _ => Torch.LoraTargets.Select(model.Model, null, Torch.LoraTargets.All)
                .Select(m => model.Model.Weights[model.Model.Prefix + m + ".weight"].shape)
                .Sum(shape => options.Rank * (shape[0] + shape[1]))
                + (variant == "lora" ? 0 : (long)model.Model.Config.VocabularySize * model.Model.Config.HiddenSize),
        };
    }

    /// <summary>Which rows a stage was not trained on, as one word: other stages have to leave out the same.</summary>
    public static string HoldoutOf(IDataView view)
    {
        var hash = new System.IO.Hashing.XxHash3();
        // As a stage that is fitted on the view reads it: a chain's own Transform gives what serving sees.
        bool[] held = InteractionRows.ReadForTraining(ref view, new InteractionColumns(Timestamp: null), "efficiency").Holdout ?? [];
        byte[] marks = [.. held.Select(row => row ? (byte)1 : (byte)0)];
        hash.Append(marks);
        return $"{marks.Sum(m => m)} of {marks.Length} rows, {hash.GetCurrentHashAsUInt64():x16}";
    }
}

/// <summary>
/// The encoder's quality at a time of its training, and whether it is that of profiles less the items' mean
/// (<see cref="UserProfileOptions.Center"/>). Judging it is not in the times.
/// </summary>
internal sealed record EfficiencyPoint(int Epoch, double Seconds, double CpuSeconds, double Ndcg10, bool Centered);

/// <summary>What a variant's process tells.</summary>
internal sealed record EfficiencyResult(
    string Variant, int Seed, long TrainedParameters, long Bytes, string? Holdout, int Users, IReadOnlyList<EfficiencyPoint> Curve,
    double Seconds, double CpuSeconds, double PeakMemoryMiB)
{
    /// <summary>The point whose encoder was kept.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public EfficiencyPoint Best => Curve.MaxBy(point => point.Ndcg10)!;
}
