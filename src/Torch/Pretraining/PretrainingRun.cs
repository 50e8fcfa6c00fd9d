using System.Globalization;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Text;
using HybridRec.MLNet.Training;
using Microsoft.ML.Runtime;
using static TorchSharp.torch;

namespace HybridRec.MLNet.Torch;

/// <summary>One masked-token pre-training: texts in, an encoder out. State, optimizer and checkpoints are those of a tuning.</summary>
internal sealed class PretrainingRun : IDisposable
{
    private readonly PretrainingOptions _options;
    private readonly IHostEnvironment _host;
    private readonly TrainingLog _log;
    private readonly MaskingVocabulary _vocabulary;
    private readonly int[][] _train, _validation;
    private readonly ModelFiles _files;
    private readonly SentenceModel _model;
    private readonly Dictionary<string, Tensor> _head;
    private readonly AdamW _optimizer;
    private readonly TuningState _state;
    private readonly TuningCheckpoint? _checkpoint;

    public PretrainingRun(PretrainingOptions options, IEnumerable<string> texts, TextTokenizer tokenizer, IHostEnvironment host, TrainingLog log)
    {
        (_options, _host, _log) = (options, host, log);
        _vocabulary = new MaskingVocabulary(tokenizer);
        // Unknown words are special tokens too: a sequence of nothing else has nothing to tell.
        int[][] sequences = [.. PackedSequences.Of(texts, tokenizer, _vocabulary, options.MaxTokens, options.Seed, options.CancellationToken)
            .Where(sequence => Array.Exists(sequence, id => !_vocabulary.IsSpecial(id)))];
        Xoshiro256.Stream(options.Seed, 0, 0).Shuffle<int[]>(sequences);
        int held = (int)(sequences.Length * options.ValidationFraction);
        (_train, _validation) = (sequences[held..], sequences[..held]);
        if (_train.Length == 0)
            throw new InvalidOperationException("Pretraining: the texts hold no token to learn from. Give texts that are not blank.");
        Device device = LibTorch.Device(options.Device);
        using var scope = NewDisposeScope();
        _files = ModelFiles.Of((ModelFiles.Config, NewBert.Config(options, _vocabulary.Count)), (TokenizerSource.Vocabulary, tokenizer.Source!.Bytes));
        _model = NewBert.Create(options, tokenizer, _vocabulary.Count, _files, device);
        var head = NewBert.Head(options, _vocabulary.Count, device);
        _head = head.ToDictionary(t => t.Name, t => t.Value, StringComparer.Ordinal);
        var weights = _model.Model.Weights;
        if (options.CooccurrenceStart)
            NewBert.Warm(weights["embeddings.word_embeddings.weight"], CooccurrenceStart.Vectors(_train, _vocabulary, options.Dimension, options.Seed, options.CancellationToken),
                _head["cls.predictions.bias"], CooccurrenceStart.LogFrequencies(_train, _vocabulary));
        (string Name, Tensor Value)[] parameters = [.. weights.Names.Order(StringComparer.Ordinal).Select(n => (n, weights[n])), .. head];
        foreach (var (_, value) in parameters)
            value.requires_grad_(true);
        _optimizer = new AdamW(parameters);
        _state = new TuningState(_optimizer);
        _checkpoint = options.CheckpointPath is null ? null : new TuningCheckpoint(options.CheckpointPath, Fingerprint());
    }

    public TuningState State => _state;

    public IReadOnlyList<(string Name, Tensor Value)> Parameters => _optimizer.Parameters;

    private int SequencesPerEpoch => Math.Min(_options.SequencesPerEpoch ?? int.MaxValue, _train.Length);

    /// <summary>Steps of the optimizer in an epoch.</summary>
    public int StepsPerEpoch => (SequencesPerEpoch + _options.BatchSize - 1) / _options.BatchSize;

    /// <summary>Trains; the caller disposes the encoder.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; the last checkpoint, if any, stays.</exception>
    /// <exception cref="InvalidOperationException">The loss is no longer finite.</exception>
    public TorchEncoder Run()
    {
        _log.Info($"{_model.Model.Weights.ParameterCount} parameters, {_train.Length} sequences of {_train.Sum(s => (long)s.Length)} tokens to train on, {_validation.Length} held out, {StepsPerEpoch} steps an epoch");
        if (_options.Resume && _checkpoint!.TryLoad(_state))
            _log.Info($"goes on after epoch {_state.Epoch}, step {_state.Steps} of '{_options.CheckpointPath}'");
        if (_validation.Length > 0 && _state.Steps == 0)
            _state.Validated(Validate().Loss);
        while (_state.Epoch < _options.Epochs && !(_validation.Length > 0 && _state.Epoch - _state.BestEpoch >= _options.Patience))
        {
            double loss = Epoch();
            double? right = null;
            if (_validation.Length > 0)
            {
                (double validationLoss, right) = Validate();
                _state.Validated(validationLoss);
                _log.Info($"validation loss {validationLoss:F4}, {right:P1} of the hidden tokens right");
            }
            _checkpoint?.Save(_state);
            _log.Epoch(_state.Epoch, _options.Epochs, loss, right);
        }
        if (_validation.Length > 0)
        {
            _state.RestoreBest();
            _log.Info($"keeps epoch {_state.BestEpoch} of {_state.Epoch}: validation loss {_state.BestLoss:F6}");
        }
        foreach (var (_, value) in Parameters)
            value.requires_grad_(false);
        return new TorchEncoder(new TorchFittedEncoder(_model.AddReference(), _model.Settings, _files, _options.Device, path: null));
    }

    /// <summary>The steps of an epoch that are left; the mean loss of its batches.</summary>
    private double Epoch()
    {
        int[] order = Order(_state.Epoch);
        while (_state.EpochSteps < StepsPerEpoch)
        {
            Cancellation.ThrowIfRequested(_host, _options.CancellationToken);
            Step(order);
            if (_checkpoint is not null && _state.Steps % _options.CheckpointEvery == 0 && _state.EpochSteps < StepsPerEpoch)
            {
                _checkpoint.Save(_state);
                _log.Info($"step {_state.Steps}: mean loss of the epoch so far {_state.LossSum / _state.LossCount:F4}, {_log.Elapsed.TotalSeconds:F0} s");
            }
        }
        double loss = _state.LossSum / _state.LossCount;
        if (!double.IsFinite(loss))
            throw new InvalidOperationException(
                $"Pretraining: the loss of epoch {_state.Epoch + 1} is {loss}: training diverged. Lower LearningRate (given: {_options.LearningRate.ToString(CultureInfo.InvariantCulture)}).");
        _state.Epoch++;
        (_state.EpochSteps, _state.LossSum, _state.LossCount) = (0, 0, 0);
        return loss;
    }

    /// <summary>The training sequences of an epoch.</summary>
    internal int[] Order(int epoch)
    {
        int[] order = [.. Enumerable.Range(0, _train.Length)];
        Xoshiro256.Stream(_options.Seed, 1, epoch).Shuffle<int>(order);
        return order;
    }

    /// <summary>One step of the optimizer over the next batch.</summary>
    internal void Step(int[] order)
    {
        int from = _state.EpochSteps * _options.BatchSize, to = Math.Min(SequencesPerEpoch, from + _options.BatchSize);
        using (var scope = NewDisposeScope())
        {
            var loss = Loss(Masked(_train, order[from..to], 3 + _state.Epoch, _state.EpochSteps), out _);
            _state.LossSum += loss.item<float>();
            _state.LossCount++;
            loss.backward();
        }
        _state.EpochSteps++;
        _state.Steps++;
        double rate = WarmupCosine.Rate(_state.Steps, (double)StepsPerEpoch * _options.Epochs, _options.WarmupFraction, _options.LearningRate);
        _optimizer.Step(_state.Steps, rate, _options.WeightDecay, _options.MaxGradientNorm);
    }

    private MaskedBatch Masked(int[][] sequences, int[] chosen, int stream, int batch) => MaskedBatch.Of(
        TokenBatches.Batch(sequences, chosen, _model.Tokenizer.PaddingId), _vocabulary, _options.MaskFraction, _options.Seed, stream, batch);

    /// <summary>Token vectors [texts, tokens, dimension].</summary>
    internal Tensor Hidden(TokenBatch batch)
    {
        var device = _model.Model.Weights.Device;
        long[] shape = [batch.Count, batch.Length];
        return _model.Model.Hidden(tensor(batch.Ids, shape, device: device), tensor(batch.Mask, shape, device: device).to(ScalarType.Bool));
    }

    /// <summary>Mean over the hidden tokens of -ln p(token), and the logits [hidden tokens, vocabulary].</summary>
    internal Tensor Loss(MaskedBatch masked, out Tensor logits)
    {
        var device = _model.Model.Weights.Device;
        var x = Hidden(masked.Batch).view(-1, _options.Dimension).index_select(0, tensor(masked.Places, device: device));
        x = nn.functional.gelu(nn.functional.linear(x, _head["cls.predictions.transform.dense.weight"], _head["cls.predictions.transform.dense.bias"]));
        x = nn.functional.layer_norm(x, [_options.Dimension], _head["cls.predictions.transform.LayerNorm.weight"], _head["cls.predictions.transform.LayerNorm.bias"], _model.Model.Config.Epsilon);
        logits = nn.functional.linear(x, _model.Model.Weights["embeddings.word_embeddings.weight"], _head["cls.predictions.bias"]);
        return nn.functional.cross_entropy(logits, tensor(masked.Targets, device: device));
    }

    private (double Loss, double Right) Validate()
    {
        using var frozen = no_grad();
        double loss = 0, right = 0, count = 0;
        foreach (int[] chosen in Enumerable.Range(0, _validation.Length).Chunk(_options.BatchSize))
        {
            Cancellation.ThrowIfRequested(_host, _options.CancellationToken);
            using var scope = NewDisposeScope();
            var masked = Masked(_validation, chosen, 0, 2 + chosen[0]);
            loss += Loss(masked, out var logits).item<float>() * masked.Targets.Length;
            right += logits.argmax(1).eq(tensor(masked.Targets, device: logits.device)).sum().item<long>();
            count += masked.Targets.Length;
        }
        return (loss / count, right / count);
    }

    private string Fingerprint()
    {
        var o = _options;
        var hash = new XxHash3();
        string text = string.Create(CultureInfo.InvariantCulture, $"pretraining|{o.Dimension}|{o.Layers}|{o.Heads}|{o.EffectiveIntermediateSize}|{o.MaxTokens}|{o.MaskFraction:R}|{o.Epochs}|{o.SequencesPerEpoch}|{o.BatchSize}|{o.CooccurrenceStart}|") +
            string.Create(CultureInfo.InvariantCulture, $"{o.LearningRate:R}|{o.WeightDecay:R}|{o.WarmupFraction:R}|{o.MaxGradientNorm:R}|{o.ValidationFraction:R}|{o.Seed}|{_vocabulary.Count}");
        hash.Append(MemoryMarshal.AsBytes(text.AsSpan()));
        hash.Append(_model.Tokenizer.Source!.Bytes);
        foreach (int[] ids in _train.Concat(_validation))
        {
            hash.Append(BitConverter.GetBytes(ids.Length));
            hash.Append(MemoryMarshal.AsBytes(ids.AsSpan()));
        }
        return hash.GetCurrentHashAsUInt64().ToString("x16", CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        _state.Dispose();
        _optimizer.Dispose();
        foreach (var value in _head.Values)
            value.Dispose();
        _model.Dispose();
    }
}
