using System.Globalization;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Hosting;
using HybridRec.MLNet.Text;
using static TorchSharp.torch;

namespace HybridRec.MLNet.Torch;

/// <summary>One tuning: pairs in, the tuned encoder out.</summary>
internal sealed class TuningRun : IDisposable
{
    readonly LoraTuning _options;
    readonly TorchFittedEncoder _start;
    readonly TuningContext _context;
    readonly (int Anchor, int Positive)[] _train, _validation;
    readonly TuningParameters _parameters;
    readonly PairEmbedding _embedding;
    readonly AdamW _optimizer;
    readonly TuningState _state;
    readonly TuningCheckpoint? _checkpoint;

    public TuningRun(LoraTuning options, TorchFittedEncoder start, TextPairs pairs, TuningContext context)
    {
        (_options, _start, _context) = (options, start, context);
        int[][] tokens = TokenBatches.Tokenize(start.Model.Tokenizer, start.Settings, pairs.Texts);
        (_train, _validation) = Split([.. pairs.Pairs.Where(p => tokens[p.Anchor].Length > 0 && tokens[p.Positive].Length > 0)], options);
        if (_train.Length < 2)
            throw new InvalidOperationException($"LoraTuning: {_train.Length} pairs of texts are left to train on; at least 2 are needed. Give more interactions, or a smaller ValidationFraction.");
        using var scope = NewDisposeScope();
        _parameters = new TuningParameters(options, start.Model);
        _embedding = new PairEmbedding(_parameters, start, tokens, frozen: options.Method == TuningMethod.Projection, context.Cancellation);
        _optimizer = new AdamW(_parameters.List);
        _state = new TuningState(_optimizer);
        _checkpoint = options.CheckpointPath is null ? null : new TuningCheckpoint(options.CheckpointPath, Fingerprint(tokens));
    }

    public TuningState State => _state;

    public TuningParameters Parameters => _parameters;

    /// <summary>Steps of the optimizer in an epoch.</summary>
    public int StepsPerEpoch => (BatchesPerEpoch + _options.AccumulationSteps - 1) / _options.AccumulationSteps;

    int PairsPerEpoch => Math.Min(_options.PairsPerEpoch ?? int.MaxValue, _train.Length);

    // A rest of a single pair has no negatives.
    int BatchesPerEpoch => PairsPerEpoch / _options.BatchSize + (PairsPerEpoch % _options.BatchSize >= 2 ? 1 : 0);

    /// <summary>Trains; the caller disposes the encoder.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; the last checkpoint, if any, stays.</exception>
    /// <exception cref="InvalidOperationException">The loss is no longer finite.</exception>
    public TorchEncoder Run()
    {
        var log = _context.Log;
        log.Info($"{_parameters.Count} parameters by {_options.Method}, {_train.Length} pairs to train on, {_validation.Length} held out, {StepsPerEpoch} steps an epoch");
        if (_options.Resume && _checkpoint!.TryLoad(_state))
            log.Info($"goes on after epoch {_state.Epoch}, step {_state.Steps} of '{_options.CheckpointPath}'");
        if (_validation.Length > 0 && _state.Steps == 0)
            _state.Validated(Validate().Loss);
        while (_state.Epoch < _options.Epochs && !(_validation.Length > 0 && _state.Epoch - _state.BestEpoch >= _options.Patience))
        {
            double loss = Epoch();
            double? ndcg = null;
            if (_validation.Length > 0)
            {
                (double validationLoss, ndcg) = Validate();
                _state.Validated(validationLoss);
            }
            _checkpoint?.Save(_state);
            log.Epoch(_state.Epoch, _options.Epochs, loss, ndcg);
        }
        if (_validation.Length > 0)
        {
            _state.RestoreBest();
            log.Info($"keeps epoch {_state.BestEpoch} of {_state.Epoch}: validation loss {_state.BestLoss:F6}");
        }
        if (_options.AdapterPath is not null)
            PeftAdapter.Write(_options.AdapterPath, _parameters.Adapter!, _options, _start.Model.Model, _start.Name);
        return new TorchEncoder(new TorchFittedEncoder(_parameters.Result(), _start.Settings with { StoreModel = true }, _start.Files, _start.Device, path: null));
    }

    /// <summary>The steps of an epoch that are left; the mean loss of its batches.</summary>
    double Epoch()
    {
        var order = Order(_state.Epoch);
        while (_state.EpochSteps < StepsPerEpoch)
        {
            Cancellation.ThrowIfRequested(_context.Host, _context.Cancellation);
            Step(order);
            if (_checkpoint is not null && _state.Steps % _options.CheckpointEvery == 0 && _state.EpochSteps < StepsPerEpoch)
                _checkpoint.Save(_state);
        }
        double loss = _state.LossSum / _state.LossCount;
        if (!double.IsFinite(loss))
            throw new InvalidOperationException(
                $"LoraTuning: the loss of epoch {_state.Epoch + 1} is {loss}: training diverged. Lower LearningRate (given: {_options.EffectiveLearningRate.ToString(CultureInfo.InvariantCulture)}).");
        _state.Epoch++;
        (_state.EpochSteps, _state.LossSum, _state.LossCount) = (0, 0, 0);
        return loss;
    }

    /// <summary>One step of the optimizer over the next batches.</summary>
    internal void Step((int Anchor, int Positive)[] order)
    {
        int first = _state.EpochSteps * _options.AccumulationSteps, count = Math.Min(_options.AccumulationSteps, BatchesPerEpoch - first);
        for (int b = first; b < first + count; b++)
        {
            using var scope = NewDisposeScope();
            int from = b * _options.BatchSize, to = Math.Min(PairsPerEpoch, from + _options.BatchSize);
            using var generator = DropoutGenerator(b);
            var loss = Loss(order[from..to], generator);
            _state.LossSum += loss.item<float>();
            _state.LossCount++;
            (loss / count).backward();
        }
        _state.EpochSteps++;
        _state.Steps++;
        _optimizer.Step(_state.Steps, Rate(_state.Steps), _options.WeightDecay, _options.MaxGradientNorm);
    }

    /// <summary>The training pairs of an epoch.</summary>
    internal (int Anchor, int Positive)[] Order(int epoch)
    {
        var order = _train.ToArray();
        Xoshiro256.Stream(_options.Seed, 1, epoch).Shuffle<(int, int)>(order);
        return order;
    }

    /// <summary>The loss of a batch.</summary>
    internal Tensor Loss((int Anchor, int Positive)[] batch, Generator? dropout)
    {
        if (_parameters.Adapter is not null)
            _parameters.Adapter.DropoutGenerator = dropout;
        try
        {
            var (anchors, positives) = _embedding.Embed(batch);
            return ContrastiveLoss.Mean(ContrastiveLoss.Scores(anchors, positives, batch, _options.Temperature));
        }
        finally
        {
            if (_parameters.Adapter is not null)
                _parameters.Adapter.DropoutGenerator = null;
        }
    }

    (double Loss, double Ndcg) Validate()
    {
        using var frozen = no_grad();
        double loss = 0, ndcg = 0;
        foreach (var batch in _validation.Chunk(_options.BatchSize))
        {
            Cancellation.ThrowIfRequested(_context.Host, _context.Cancellation);
            using var scope = NewDisposeScope();
            var (anchors, positives) = _embedding.Embed(batch);
            var scores = ContrastiveLoss.Scores(anchors, positives, batch, _options.Temperature);
            loss += ContrastiveLoss.Mean(scores).item<float>() * batch.Length;
            ndcg += ContrastiveLoss.Ndcg(scores) * batch.Length;
        }
        return (loss / _validation.Length, ndcg / _validation.Length);
    }

    double Rate(int step) => WarmupCosine.Rate(step, (double)StepsPerEpoch * _options.Epochs, _options.WarmupFraction, _options.EffectiveLearningRate);

    // One for each batch of the whole run, so that a resumed one draws the same.
    Generator DropoutGenerator(int batch) =>
        new((ulong)Xoshiro256.Stream(_options.Seed, 3 + _state.Epoch, batch).NextInt32(int.MaxValue), _start.Model.Model.Weights.Device);

    static ((int, int)[] Train, (int, int)[] Validation) Split((int Anchor, int Positive)[] pairs, LoraTuning options)
    {
        Xoshiro256.Stream(options.Seed, 0, 0).Shuffle<(int, int)>(pairs);
        int held = (int)(pairs.Length * options.ValidationFraction);
        return held < 2 ? (pairs, []) : (pairs[held..], pairs[..held]);
    }

    string Fingerprint(int[][] tokens)
    {
        var o = _options;
        var hash = new XxHash3();
        string text = string.Create(CultureInfo.InvariantCulture, $"{_start.ModelHash:x32}|{o.Method}|{o.Rank}|{o.Alpha:R}|{o.Dropout:R}|{o.RankStabilized}|{o.InitialAdapterPath}|{o.ProjectionDimension}|") +
            string.Create(CultureInfo.InvariantCulture, $"{o.Epochs}|{o.PairsPerEpoch}|{o.BatchSize}|{o.AccumulationSteps}|{o.EffectiveLearningRate:R}|{o.WeightDecay:R}|{o.WarmupFraction:R}|{o.MaxGradientNorm:R}|") +
            string.Create(CultureInfo.InvariantCulture, $"{o.Temperature:R}|{o.ValidationFraction:R}|{o.Seed}|{string.Join(',', _parameters.List.Select(p => p.Name))}");
        hash.Append(MemoryMarshal.AsBytes(text.AsSpan()));
        foreach (int[] ids in tokens)
        {
            hash.Append(BitConverter.GetBytes(ids.Length));
            hash.Append(MemoryMarshal.AsBytes(ids.AsSpan()));
        }
        foreach (var part in (ReadOnlySpan<(int, int)[]>)[_train, _validation])
            hash.Append(MemoryMarshal.AsBytes(part.AsSpan()));
        return hash.GetCurrentHashAsUInt64().ToString("x16", CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        _state.Dispose();
        _optimizer.Dispose();
        _embedding.Dispose();
        _parameters.Dispose();
    }
}
