using System.Globalization;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Text;
using HybridRec.MLNet.Training;
using static TorchSharp.torch;

namespace HybridRec.MLNet.Torch;

/// <summary>One tuning: pairs in, the tuned encoder out.</summary>
internal sealed class TuningRun : TrainingRun
{
    // Streams of the seed: 0 the division, (1, epoch) the order, (2, module) the start, (3 + epoch, batch) dropout, (-1 - epoch, batch) hard negatives,
    // (int.MinValue + epoch, batch) profiles of an epoch, (int.MaxValue, batch) those that epochs are judged by.
    private readonly LoraTuning _options;
    private readonly TorchFittedEncoder _start;
    private readonly Parts _parts;
    private int[]? _order;
    private int _orderOf = -1;

    public TuningRun(LoraTuning options, TorchFittedEncoder start, TextPairs pairs, TuningContext context)
        : this(options, start, context, Parts.Of(options, start, pairs, context))
    {
    }

    private TuningRun(LoraTuning options, TorchFittedEncoder start, TuningContext context, Parts parts)
        : base(parts.Schedule, parts.Optimizer, context, parts.Fingerprint) => (_options, _start, _parts) = (options, start, parts);

    public TuningParameters Parameters => _parts.Parameters;

    protected override bool Validates => _options.Quality is not null || _parts.Validation.Length > 0;

    protected override string Best => _options.Quality is null ? base.Best : $"quality {-State.BestLoss:F6}";

    /// <summary>Trains; the caller disposes the encoder.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; the last checkpoint, if any, stays.</exception>
    /// <exception cref="InvalidOperationException">The loss is no longer finite.</exception>
    public TorchEncoder Run()
    {
        Context.Log.Info($"{Parameters.Count} parameters by {_options.Method}, {_parts.Train.Length} pairs to train on, {_parts.Validation.Length} held out, {StepsPerEpoch} steps an epoch");
        if (_options.Precision == TuningPrecision.Mixed && Parameters.Model.ComputeType == ScalarType.Float32)
            Context.Log.Info($"Precision is Mixed, but this device has no products of BFloat16: all is Single");
        Train();
        if (_options.AdapterPath is not null)
            PeftAdapter.Write(_options.AdapterPath, Parameters.Adapter!, _options, _start.Model.Model, _start.Name);
        return Encoder(Parameters.Result());
    }

    /// <summary>The training pairs of an epoch, as indices.</summary>
    internal int[] Order(int epoch)
    {
        int[] order = [.. _parts.Train];
        Xoshiro256.Stream(_options.Seed, 1, epoch).Shuffle<int>(order);
        return order;
    }

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
        if (_parts.Pairs.Negatives is not { } negatives)
            return [];
        var random = Xoshiro256.Stream(_options.Seed, -1 - epoch, number);
        var drawn = new List<int>();
        foreach (int pair in batch)
            drawn.AddRange(negatives.Draw(pair, _parts.Pairs.Pairs[pair].Positive, _options.HardNegatives, ref random));
        return [.. drawn.Where(text => _parts.Tokens[text].Length > 0).Distinct()];
    }

    /// <summary>The texts that stand for each pair's user; null where the anchors are single texts.</summary>
    internal int[][]? Profiles(int[] batch, int stream, int number)
    {
        if (_parts.Pairs.Profiles is not { } profiles)
            return null;
        var random = Xoshiro256.Stream(_options.Seed, stream, number);
        int[][] drawn = new int[batch.Length][];
        for (int i = 0; i < batch.Length; i++)
        {
            var (anchor, positive) = _parts.Pairs.Pairs[batch[i]];
            drawn[i] = [.. profiles.Draw(batch[i], anchor, positive, _options.HistoryLength, ref random).Where(text => _parts.Tokens[text].Length > 0)];
        }
        return drawn;
    }

    protected override double Backpropagate(int epoch, int batch, double share)
    {
        if (_orderOf != epoch)
            (_order, _orderOf) = (Order(epoch), epoch);
        int from = batch * _options.BatchSize, to = Math.Min(_parts.PairsPerEpoch, from + _options.BatchSize);
        return Backpropagate(_order![from..to], epoch, batch, share);
    }

    /// <summary>Adds a share of the gradient of a batch.</summary>
    internal double Backpropagate(int[] batch, int epoch, int number, double share)
    {
        using var scope = NewDisposeScope();
        using var generator = DropoutGenerator(epoch, number);
        using var tape = _options.GradientCheckpointing ? new LayerTape() : null;
        var loss = Loss(batch, generator, Negatives(batch, epoch, number), tape, Profiles(batch, int.MinValue + epoch, number));
        (loss * share).backward();
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

    protected override (double Loss, double? Ndcg) Validate()
    {
        if (_options.Quality is not null)
            return Quality();
        using var frozen = no_grad();
        double loss = 0, ndcg = 0;
        int number = 0;
        foreach (int[] batch in _parts.Validation.Chunk(_options.BatchSize))
        {
            Cancellation.ThrowIfRequested(Context.Host, Context.Cancellation);
            using var scope = NewDisposeScope();
            var scores = Scores(batch, Profiles(batch, int.MaxValue, number++), [], tape: null);
            loss += ContrastiveLoss.Mean(scores).item<float>() * batch.Length;
            ndcg += ContrastiveLoss.Ndcg(scores) * batch.Length;
        }
        return (loss / _parts.Validation.Length, ndcg / _parts.Validation.Length);
    }

    private (double Loss, double? Ndcg) Quality()
    {
        double quality = Parameters.AsTrained(model =>
        {
            using var encoder = Encoder(model);
            return _options.Quality!(encoder);
        });
        return double.IsFinite(quality)
            ? (-quality, quality)
            : throw new InvalidOperationException($"LoraTuning: Quality gave {quality.ToString(CultureInfo.InvariantCulture)} after epoch {State.Epoch}; it has to be finite.");
    }

    private TorchEncoder Encoder(SentenceModel model) => new(new TorchFittedEncoder(model, _start.Settings with { StoreModel = true }, _start.Files, _start.Device, path: null));

    private Tensor Scores(int[] batch, int[][]? profiles, int[] negatives, LayerTape? tape)
    {
        var pairs = Array.ConvertAll(batch, p => _parts.Pairs.Pairs[p]);
        int[] anchorTexts = profiles is null ? Array.ConvertAll(pairs, p => p.Anchor) : [.. profiles.SelectMany(texts => texts).Distinct()];
        var vectors = _parts.Embedding.Embed(tape, anchorTexts, Array.ConvertAll(pairs, p => p.Positive), negatives);
        var anchors = profiles is null ? vectors[0] : ContrastiveLoss.Profiles(vectors[0], anchorTexts, profiles);
        float[]? corrections = _parts.LogShare is { } share ? Array.ConvertAll(pairs, p => (float)_options.SamplingBiasCorrection * share[p.Positive]) : null;
        var scores = ContrastiveLoss.Scores(anchors, vectors[1], pairs, _options.Temperature, corrections, profiles);
        if (negatives.Length == 0)
            return scores;
        bool[] none = new bool[batch.Length * negatives.Length];
        for (int i = 0; i < batch.Length; i++)
            for (int n = 0; n < negatives.Length; n++)
                none[i * negatives.Length + n] = negatives[n] == pairs[i].Anchor || negatives[n] == pairs[i].Positive || _parts.Pairs.Negatives!.IsTaken(batch[i], negatives[n]);
        return cat([scores, ContrastiveLoss.Negatives(anchors, vectors[2], none, _options.Temperature)], 1);
    }

    // One for each batch of the whole run, so that a resumed one draws the same.
    private Generator DropoutGenerator(int epoch, int batch) =>
        new((ulong)Xoshiro256.Stream(_options.Seed, 3 + epoch, batch).NextInt32(int.MaxValue), _start.Model.Model.Weights.Device);

    public override void Dispose()
    {
        base.Dispose();
        _parts.Embedding.Dispose();
        Parameters.Dispose();
    }

    /// <summary>What a run is made of.</summary>
    private sealed record Parts(
        TextPairs Pairs, int[][] Tokens, int[] Train, int[] Validation, int PairsPerEpoch, TrainingSchedule Schedule, TuningParameters Parameters, PairEmbedding Embedding, AdamW Optimizer, string Fingerprint)
    {
        /// <summary>ln of the share of the pairs whose positive a text is, which is how often it is a negative; null where nothing is corrected by it.</summary>
        public float[]? LogShare { get; private init; }

        public static Parts Of(LoraTuning options, TorchFittedEncoder start, TextPairs pairs, TuningContext context)
        {
            int[][] tokens = TokenBatches.Tokenize(start.Model.Tokenizer, start.Settings, pairs.Texts);
            int[] usable = [.. Enumerable.Range(0, pairs.Pairs.Count).Where(p => tokens[pairs.Pairs[p].Anchor].Length > 0 && tokens[pairs.Pairs[p].Positive].Length > 0)];
            Xoshiro256.Stream(options.Seed, 0, 0).Shuffle<int>(usable);
            int held = options.Quality is null ? (int)(usable.Length * options.ValidationFraction) : 0;
            var (train, validation) = held < 2 ? (usable, []) : (usable[held..], usable[..held]);
            if (train.Length < 2)
                throw new InvalidOperationException($"LoraTuning: {train.Length} pairs of texts are left to train on; at least 2 are needed. Give more interactions, or a smaller ValidationFraction.");
            int perEpoch = Math.Min(options.PairsPerEpoch ?? int.MaxValue, train.Length);
            // A rest of a single pair has no negatives.
            var schedule = options.Schedule(perEpoch / options.BatchSize + (perEpoch % options.BatchSize >= 2 ? 1 : 0));
            using var scope = NewDisposeScope();
            var parameters = new TuningParameters(options, start.Model);
            var embedding = new PairEmbedding(parameters, start, tokens, frozen: options.Method == TuningMethod.Projection, context.Cancellation);
            return new Parts(pairs, tokens, train, validation, perEpoch, schedule, parameters, embedding, new AdamW(parameters.List), FingerprintOf(options, start, parameters, tokens, pairs, train, validation))
            {
                LogShare = options.SamplingBiasCorrection > 0 ? LogShareOf(pairs, usable) : null,
            };
        }

        private static float[] LogShareOf(TextPairs pairs, int[] usable)
        {
            int[] counts = new int[pairs.Texts.Count];
            foreach (int pair in usable)
                counts[pairs.Pairs[pair].Positive]++;
            return Array.ConvertAll(counts, count => (float)Math.Log(Math.Max(1, count) / (double)usable.Length));
        }

        private static string FingerprintOf(LoraTuning o, TorchFittedEncoder start, TuningParameters parameters, int[][] tokens, TextPairs pairs, int[] train, int[] validation)
        {
            var hash = new XxHash3();
            string text = string.Create(CultureInfo.InvariantCulture, $"{start.ModelHash:x32}|{o.Method}|{o.Rank}|{o.Alpha:R}|{o.Dropout:R}|{o.RankStabilized}|{o.InitialAdapterPath}|{o.ProjectionDimension}|") +
                string.Create(CultureInfo.InvariantCulture, $"{o.Epochs}|{o.PairsPerEpoch}|{o.BatchSize}|{o.AccumulationSteps}|{o.EffectiveLearningRate:R}|{o.WeightDecay:R}|{o.WarmupFraction:R}|{o.MaxGradientNorm:R}|") +
                string.Create(CultureInfo.InvariantCulture, $"{o.Temperature:R}|{o.ValidationFraction:R}|{o.Seed}|{string.Join(',', parameters.List.Select(p => p.Name))}");
            if (o.HardNegatives > 0)
                text += string.Create(CultureInfo.InvariantCulture, $"|{o.HardNegatives}|{o.HardNegativeNeighbors}|{o.HardNegativeSkip}");
            if (parameters.Model.ComputeType != ScalarType.Float32)
                text += "|" + parameters.Model.ComputeType;
            if (o.SamplingBiasCorrection > 0)
                text += string.Create(CultureInfo.InvariantCulture, $"|corrected {o.SamplingBiasCorrection:R}");
            if (pairs.Profiles is not null)
                text += string.Create(CultureInfo.InvariantCulture, $"|profiles {o.HistoryLength}");
            if (o.Quality is not null)
                text += "|quality";
            hash.Append(MemoryMarshal.AsBytes(text.AsSpan()));
            foreach (int[] ids in tokens)
            {
                hash.Append(BitConverter.GetBytes(ids.Length));
                hash.Append(MemoryMarshal.AsBytes(ids.AsSpan()));
            }
            foreach (int[] part in (ReadOnlySpan<int[]>)[train, validation])
                hash.Append(MemoryMarshal.AsBytes(Array.ConvertAll(part, p => pairs.Pairs[p]).AsSpan()));
            return hash.GetCurrentHashAsUInt64().ToString("x16", CultureInfo.InvariantCulture);
        }
    }
}
