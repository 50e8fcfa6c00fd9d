using System.Diagnostics;
using Microsoft.ML;

namespace HybridRec.MLNet.EncoderRecipe;

/// <summary>
/// The steps from texts to the encoder in the box: vocabulary, masked tokens, pairs of texts, items taken together, whitening, ONNX, INT8.
/// </summary>
internal sealed class Recipe(RecipeOptions options, MLContext ml)
{
    private const int ContrastiveTokens = 64, SampleTexts = 256;

    private readonly Stopwatch _clock = Stopwatch.StartNew();

    public void Run()
    {
        Directory.CreateDirectory(options.Work);
        var heldOut = HeldOut.Choose(ml, options.Data, options.Seed);
        var corpora = Corpora.Read(ml, options.Data, heldOut);
        Say($"{corpora.Texts.Count:N0} texts of {corpora.Texts.Sum(t => (long)t.Length):N0} characters, {corpora.Pairs.Count:N0} pairs; " +
            $"held out: {heldOut.Films.Count:N0} films, {heldOut.Businesses.Count:N0} businesses");

        string vocabulary = Path.Combine(options.Work, "vocab.txt");
        if (!File.Exists(vocabulary))
            File.WriteAllText(vocabulary, string.Concat(WordPieceTrainer.Train(
                corpora.Texts,
                new() { VocabularySize = options.Vocabulary, MinFrequency = 20, MaxCharacters = 120 }).Select(t => t + "\n")));
        var tokenizer = TextTokenizer.FromFile(vocabulary);
        Say($"vocabulary: {File.ReadLines(vocabulary).Count():N0} tokens");

        Step("1-masked", () => ml.Hybrid.PretrainEncoder(corpora.Texts, tokenizer, Pretraining()));
        Step("2-text", () => From(
            "1-masked",
            encoder => ml.Hybrid.TuneEncoder(encoder, corpora.Pairs, Contrastive("2-text", 60_000, 3e-4), maxTokens: ContrastiveTokens)));
        Step("3-visits", () => From("2-text", encoder => Together(encoder, heldOut.Visits, Contrastive("3-visits", 30_000, 1e-4))));
        Step("4-films", () => From(
            "3-visits",
            encoder => Together(encoder, heldOut.FilmRows, Contrastive("4-films", 40_000, 1e-4) with { PositiveThreshold = 4 })));
        // of the length that texts will have: the mean depends on it
        Step("5-whitened", () => From("4-films", encoder => encoder.Whiten(corpora.FilmTexts), options.MaxTokens));
        Write(corpora, heldOut);
    }

    private PretrainingOptions Pretraining() => new()
    {
        Name = "hybridrec-mini",
        Dimension = options.Dimension,
        Layers = options.Layers,
        IntermediateSize = options.Intermediate,
        MaxTokens = options.MaxTokens,
        MaskFraction = 0.2,
        SequencesPerEpoch = options.Amount(20_000),
        ValidationFraction = 0.01,
        Training = new()
        {
            Epochs = 2,
            BatchSize = 16,
            LearningRate = 1e-3,
            Seed = options.Seed,
            CheckpointPath = Checkpoint("1-masked"),
            CheckpointEvery = 100,
            Resume = true,
            Progress = new Lines(Say),
        },
    };

    // A pair in each step stands against 63 others. One epoch is what there is time for; the last weights are kept,
    // there being nothing to choose by.
    private LoraTuning Contrastive(string step, int pairs, double learningRate) => new()
    {
        Method = TuningMethod.Full,
        PairsPerEpoch = options.Amount(pairs / 2),
        Temperature = 0.05,
        ValidationFraction = 0.003,
        HoldoutFraction = 0,
        Training = new()
        {
            Epochs = 2,
            BatchSize = 64,
            LearningRate = learningRate,
            Seed = options.Seed,
            CheckpointPath = Checkpoint(step),
            CheckpointEvery = 50,
            Resume = true,
            Progress = new Lines(Say),
        },
    };

    // The texts of what a user took one after the other: the stage of a pipeline, tuned on training rows.
    private TorchEncoder Together(TorchEncoder encoder, IDataView rows, LoraTuning tuning)
    {
        var keys = ml.Transforms.Conversion.MapValueToKey("User").Append(ml.Transforms.Conversion.MapValueToKey("Item")).Fit(rows)
            .Transform(rows);
        using var stage =
            ml.Hybrid.LlmEmbedding(new LlmEmbeddingOptions { Encoder = encoder, Tuning = tuning, MaxTokens = ContrastiveTokens }).Fit(keys);
        return TorchEncoder.Of(stage);
    }

    private void Step(string name, Func<TorchEncoder> make)
    {
        string folder = Path.Combine(options.Work, name);
        if (Directory.Exists(folder))
            return;
        using var encoder = make();
        encoder.Save(folder);
        File.Delete(Checkpoint(name));
        Say($"{name}: {encoder.ParameterCount:N0} parameters, '{folder}'");
    }

    private TorchEncoder From(string name, Func<TorchEncoder, TorchEncoder> tune, int? maxTokens = null)
    {
        using var encoder = TorchEncoder.FromFolder(Path.Combine(options.Work, name), new EncoderOptions { MaxTokens = maxTokens });
        return tune(encoder);
    }

    private string Checkpoint(string step) => Path.Combine(options.Work, step + ".checkpoint");

    private void Write(Corpora corpora, HeldOut heldOut)
    {
        using var tuned = TorchEncoder.FromFolder(
            Path.Combine(options.Work, "5-whitened"), new EncoderOptions { MaxTokens = options.MaxTokens });
        using var single = tuned.ToOnnx();
        single.Save(Path.Combine(options.Work, "6-float"));
        string[] sample = [.. corpora.Texts.Where((_, i) => i % (corpora.Texts.Count / SampleTexts) == 0)];
        using var small = single.Quantize(sample, new QuantizationOptions { SampleTexts = SampleTexts, MaxError = 0.001 });
        small.Save(options.Out);
        Say($"{small.Quantization}");
        Say($"'{options.Out}': " +
            $"{Directory.EnumerateFiles(options.Out, "*", SearchOption.AllDirectories).Sum(f => new FileInfo(f).Length):N0} bytes");
        foreach (string line in Neighbors.OfFilmsAsync(ml, options.Data, heldOut, small).GetAwaiter().GetResult())
            Say(line);
    }

    private void Say(string line) => Console.WriteLine($"{_clock.Elapsed:hh\\:mm\\:ss} {line}");

    private sealed class Lines(Action<string> say) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => say($"{value.Stage}: epoch {value.Epoch} of {value.Epochs}, loss " +
            $"{value.Loss:F4}{(value.Validation is { } right ? $", validation {right:F4}" : "")}");
    }
}
