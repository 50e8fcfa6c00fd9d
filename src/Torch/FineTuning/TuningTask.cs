using System.Globalization;
using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Text;
using static TorchSharp.torch;

namespace HybridRec.MLNet.Torch;

/// <summary>Fine-tuning: draws together the texts of a pair.</summary>
/// <remarks>
/// Streams of the seed beside those of <see cref="TrainingExamples"/>: (2, module) the start, (3 + epoch, batch) dropout, (-1 - epoch,
/// batch) hard negatives, (int.MinValue + epoch, batch) profiles of an epoch, (int.MaxValue, batch) those that epochs are judged by.
/// </remarks>
internal sealed class TuningTask : ITrainingTask, IDisposable
{
    private readonly LoraTuning _options;
    private readonly TorchFittedEncoder _start;
    private readonly TuningData _data;
    private readonly TrainingSession _session;
    private readonly PairEmbedding _embedding;
    private readonly int _seed;

    /// <param name="options">Resolved.</param>
    /// <param name="start">Stays as it is.</param>
    /// <param name="pairs">What is learned from.</param>
    /// <param name="session">May end it.</param>
    public TuningTask(LoraTuning options, TorchFittedEncoder start, TextPairs pairs, TrainingSession session)
    {
        (_options, _start, _session, _seed) = (options, start, session, options.DrawnSeed);
        _data = TuningData.Of(options, start, pairs);
        using var scope = NewDisposeScope();
        Parameters = new TuningParameters(options, start.Model);
        _embedding = new PairEmbedding(Parameters, start, _data.Tokens, frozen: options.Method is ProjectionMethod, session.Token);
        Fingerprint = FingerprintOf();
    }

    public TuningParameters Parameters { get; }

    public TrainingExamples Examples => _data.Examples;

    public int BatchesPerEpoch => Examples.BatchesPerEpoch;

    public string Fingerprint { get; }

    public bool Validates => _options.Quality is not null || Examples.Validation.Length > 0;

    IReadOnlyList<(string Name, Tensor Value)> ITrainingTask.Parameters => Parameters.List;

    /// <summary>Tunes a copy of an encoder; the caller disposes it.</summary>
    /// <exception cref="OperationCanceledException">Canceled; the last checkpoint, if any, stays.</exception>
    /// <exception cref="InvalidOperationException">The loss is no longer finite, or there are too few pairs.</exception>
    public static TorchEncoder Tune(LoraTuning options, TorchFittedEncoder start, TextPairs pairs, TrainingSession session)
    {
        using var task = new TuningTask(options, start, pairs, session);
        TrainingSchedule schedule = options.Schedule(task.BatchesPerEpoch);
        using var loop = new TrainingLoop(task, schedule, session);
        session.Log.Info($"{task.Parameters.Count} parameters by {options.Method.Name}, {task.Examples.Train.Length} pairs to train on, {task.Examples.Validation.Length} held out, {schedule.StepsPerEpoch} steps an epoch");
        if (options.Precision == TuningPrecision.Mixed && task.Parameters.Model.ComputeType == ScalarType.Float32)
            session.Log.Info($"Precision is Mixed, but this device has no products of BFloat16: all is Single");
        loop.Run();
        if (options.Method is LoraMethod { AdapterPath: { } path } lora)
            PeftAdapter.Write(path, task.Parameters.Adapter!, lora, start.Model.Model, start.Name);
        return task.Encoder(task.Parameters.Result());
    }

    public string Verdict(double loss) =>
        _options.Quality is null
            ? FormattableString.Invariant($"validation loss {loss:F6}")
            : FormattableString.Invariant($"quality {-loss:F6}");

    /// <summary>The loss of a batch of pairs.</summary>
    /// <param name="batch">Indices of pairs.</param>
    /// <param name="dropout">Draws the dropout; null for none.</param>
    /// <param name="negatives">Indices of texts that are everyone's negatives, but for who took them.</param>
    /// <param name="tape">See <see cref="TransformerModel.Hidden"/>.</param>
    /// <param name="profiles">The texts that are each pair's anchor together; null where the anchors are single texts.</param>
    internal Tensor Loss(int[] batch, Generator? dropout, int[]? negatives = null, LayerTape? tape = null, int[][]? profiles = null)
    {
        if (Parameters.Adapter is not null)
            Parameters.Adapter.DropoutGenerator = dropout;
        try
        {
            return ContrastiveLoss.Mean(Scores(batch, profiles, negatives ?? [], tape));
        }
        finally
        {
            if (Parameters.Adapter is not null)
                Parameters.Adapter.DropoutGenerator = null;
        }
    }

    /// <summary>The hard negatives of a batch, each once.</summary>
    internal int[] Negatives(int[] batch, int epoch, int number)
    {
        if (_data.Pairs.Negatives is not { } negatives)
            return [];
        var random = Xoshiro256.Stream(_seed, -1 - epoch, number);
        var drawn = new List<int>();
        foreach (int pair in batch)
            drawn.AddRange(negatives.Draw(pair, _data.Pairs.Pairs[pair].Positive, _options.HardNegatives, ref random));
        return [.. drawn.Where(text => _data.Tokens[text].Length > 0).Distinct()];
    }

    /// <summary>The texts that stand for each pair's user; null where the anchors are single texts.</summary>
    internal int[][]? Profiles(int[] batch, int stream, int number)
    {
        if (_data.Pairs.Profiles is not { } profiles)
            return null;
        var random = Xoshiro256.Stream(_seed, stream, number);
        int[][] drawn = new int[batch.Length][];
        for (int i = 0; i < batch.Length; i++)
        {
            var (anchor, positive) = _data.Pairs.Pairs[batch[i]];
            drawn[i] = [.. profiles.Draw(batch[i], anchor, positive, _options.HistoryLength, ref random)
                .Where(text => _data.Tokens[text].Length > 0)];
        }
        return drawn;
    }

    public double Backpropagate(int epoch, int batch, double share) => Backpropagate(Examples.Batch(epoch, batch), epoch, batch, share);

    /// <summary>Adds a share of the gradient of a batch.</summary>
    internal double Backpropagate(int[] batch, int epoch, int number, double share)
    {
        using var scope = NewDisposeScope();
        using var generator = DropoutGenerator(epoch, number);
        using var tape = _options.GradientCheckpointing ? new LayerTape() : null;
        var loss = Loss(batch, generator, Negatives(batch, epoch, number), tape, Profiles(batch, int.MinValue + epoch, number));
        loss.Times(share).backward();
        if (tape is not null)
        {
            if (Parameters.Adapter is not null)
                Parameters.Adapter.DropoutGenerator = generator;
            tape.Backward();
            if (Parameters.Adapter is not null)
                Parameters.Adapter.DropoutGenerator = null;
        }
        return loss.item<float>();
    }

    public (double Loss, double? Measure) Validate(int epoch)
    {
        if (_options.Quality is not null)
            return Quality(epoch);
        using var frozen = no_grad();
        double loss = 0, ndcg = 0;
        int number = 0;
        foreach (int[] batch in Examples.Validation.Chunk(_options.Training.BatchSize!.Value))
        {
            _session.ThrowIfCancelled();
            using var scope = NewDisposeScope();
            var scores = Scores(batch, Profiles(batch, int.MaxValue, number++), [], tape: null);
            loss += ContrastiveLoss.Mean(scores).item<float>() * batch.Length;
            ndcg += ContrastiveLoss.Ndcg(scores) * batch.Length;
        }
        return (loss / Examples.Validation.Length, ndcg / Examples.Validation.Length);
    }

    private (double Loss, double? Measure) Quality(int epoch)
    {
        double quality = Parameters.AsTrained(model =>
        {
            using var encoder = Encoder(model);
            return _options.Quality!(encoder);
        });
        return double.IsFinite(quality)
            ? (-quality, quality)
            : throw new InvalidOperationException(
                $"LoraTuning: Quality gave {quality.ToString(CultureInfo.InvariantCulture)} after epoch {epoch}; it has to be finite.");
    }

    private TorchEncoder Encoder(SentenceModel model) =>
        new(new TorchFittedEncoder(model, _start.Settings with { StoreModel = true }, _start.Files, _start.Device, path: null));

    private Tensor Scores(int[] batch, int[][]? profiles, int[] negatives, LayerTape? tape)
    {
        var pairs = Array.ConvertAll(batch, p => _data.Pairs.Pairs[p]);
        int[] anchorTexts = profiles is null ? Array.ConvertAll(pairs, p => p.Anchor) : [.. profiles.SelectMany(texts => texts).Distinct()];
        var vectors = _embedding.Embed(tape, anchorTexts, Array.ConvertAll(pairs, p => p.Positive), negatives);
        var anchors = profiles is null ? vectors[0] : ContrastiveLoss.Profiles(vectors[0], anchorTexts, profiles);
        float[]? corrections = _data.LogShare is { } share
            ? Array.ConvertAll(pairs, p => (float)_options.SamplingBiasCorrection * share[p.Positive])
            : null;
        var scores = ContrastiveLoss.Scores(anchors, vectors[1], pairs, _options.Temperature, corrections, profiles);
        if (negatives.Length == 0)
            return scores;
        bool[] none = new bool[batch.Length * negatives.Length];
        for (int i = 0; i < batch.Length; i++)
            for (int n = 0; n < negatives.Length; n++)
                none[i * negatives.Length + n] = negatives[n] == pairs[i].Anchor || negatives[n] == pairs[i].Positive
                    || _data.Pairs.Negatives!.IsTaken(batch[i], negatives[n]);
        return cat([scores, ContrastiveLoss.Negatives(anchors, vectors[2], none, _options.Temperature)], 1);
    }

    // One for each batch of the whole run, so that a resumed one draws the same.
    private Generator DropoutGenerator(int epoch, int batch) =>
        new((ulong)Xoshiro256.Stream(_seed, 3 + epoch, batch).NextInt32(int.MaxValue), _start.Model.Model.Weights.Device);

    // GradientCheckpointing and AccumulationSteps round otherwise, so that they count too.
    private string FingerprintOf()
    {
        var fingerprint = new TrainingFingerprint(_options).Add(
            $"{_start.ModelHash:x32}|{Parameters.Model.ComputeType}|{(_options.Quality is null ? "loss" : "quality")}");
        if (_options.Method is LoraMethod { InitialAdapterPath: not null })
        {
            fingerprint.Add(string.Create(CultureInfo.InvariantCulture, $"adapter {Parameters.Adapter!.Scale:R}"));
            foreach (var (name, value) in Parameters.List)
                fingerprint.Add(name).Add<float>(TensorTransfer.ToArray(value));
        }

        fingerprint.Add(_data.Tokens);
        foreach (int[] part in (ReadOnlySpan<int[]>)[Examples.Train, Examples.Validation])
            fingerprint.Add<(int, int)>(Array.ConvertAll(part, p => _data.Pairs.Pairs[p]));
        return fingerprint.ToString();
    }

    public void Dispose()
    {
        _embedding.Dispose();
        Parameters.Dispose();
    }
}
