using HybridRec.MLNet.Text;
using static TorchSharp.torch;

namespace HybridRec.MLNet.Torch;

/// <summary>Masked-token pre-training: tells the tokens that are hidden.</summary>
/// <remarks>Streams of the seed beside those of <see cref="TrainingExamples"/>: (0, 1) the packing, (0, 2 + first) masks of a batch of the
/// validation, (2, tensor) the start, (3 + epoch, batch) masks.</remarks>
internal sealed class PretrainingTask : ITrainingTask, IDisposable
{
    private readonly PretrainingOptions _options;
    private readonly TrainingSession _session;
    private readonly MaskingVocabulary _vocabulary;
    private readonly int[][] _sequences;
    private readonly ModelFiles _files;
    private readonly SentenceModel _model;
    private readonly Dictionary<string, Tensor> _head;
    private readonly int _seed, _batchSize;

    /// <param name="options">Resolved.</param>
    /// <param name="texts">The corpus.</param>
    /// <param name="tokenizer">A BERT vocabulary.</param>
    /// <param name="session">May end it.</param>
    public PretrainingTask(PretrainingOptions options, IEnumerable<string> texts, TextTokenizer tokenizer, TrainingSession session)
    {
        (_options, _session, _seed, _batchSize) = (options, session, options.Training.Seed!.Value, options.Training.BatchSize!.Value);
        _vocabulary = new MaskingVocabulary(tokenizer);
        // Unknown words are special tokens too: a sequence of nothing else has nothing to tell.
        _sequences = [.. PackedSequences.Of(texts, tokenizer, _vocabulary, options.MaxTokens, _seed, session.Token)
            .Where(sequence => Array.Exists(sequence, id => !_vocabulary.IsSpecial(id)))];
        Examples = TrainingExamples.Divide(
            [.. Enumerable.Range(0, _sequences.Length)], options.ValidationFraction, least: 1, options.SequencesPerEpoch, options.Training);
        int[][] train = Array.ConvertAll(Examples.Train, i => _sequences[i]);
        if (train.Length == 0)
            throw new InvalidOperationException(
                $"{PretrainingOptions.Stage}: the texts hold no token to learn from. Give texts that are not blank.");
        Device device = LibTorch.Device(options.Device);
        using var scope = NewDisposeScope();
        _files = ModelFiles.Of(
            (ModelFiles.Config, NewBert.Config(options, _vocabulary.Count)), (TokenizerSource.Vocabulary, tokenizer.Source!.Bytes));
        _model = NewBert.Create(options, tokenizer, _vocabulary.Count, _files, device);
        var head = NewBert.Head(options, _vocabulary.Count, device);
        _head = head.ToDictionary(t => t.Name, t => t.Value, StringComparer.Ordinal);
        var weights = _model.Model.Weights;
        if (options.CooccurrenceStart)
        {
            float[] vectors = CooccurrenceStart.Vectors(train, _vocabulary, options.Dimension, _seed, session.Token);
            float[] frequencies = CooccurrenceStart.LogFrequencies(train, _vocabulary);
            NewBert.Warm(weights["embeddings.word_embeddings.weight"], vectors, _head["cls.predictions.bias"], frequencies);
        }

        Parameters = [.. weights.Names.Order(StringComparer.Ordinal).Select(n => (n, weights[n])), .. head];
        foreach (var (_, value) in Parameters)
            value.requires_grad_(true);
        Fingerprint = new TrainingFingerprint(options).Add<byte>(tokenizer.Source!.Bytes).Add(train)
            .Add(Examples.Validation.Select(i => _sequences[i])).ToString();
    }

    public IReadOnlyList<(string Name, Tensor Value)> Parameters { get; }

    public TrainingExamples Examples { get; }

    public int BatchesPerEpoch => Examples.BatchesPerEpoch;

    public string Fingerprint { get; }

    public bool Validates => Examples.Validation.Length > 0;

    /// <summary>Trains an encoder; the caller disposes it.</summary>
    /// <exception cref="OperationCanceledException">Canceled; the last checkpoint, if any, stays.</exception>
    /// <exception cref="InvalidOperationException">The loss is no longer finite, or there is nothing to learn from.</exception>
    public static TorchEncoder Train(
        PretrainingOptions options, IEnumerable<string> texts, TextTokenizer tokenizer, TrainingSession session)
    {
        using var task = new PretrainingTask(options, texts, tokenizer, session);
        TrainingSchedule schedule = options.Schedule(task.BatchesPerEpoch);
        using var loop = new TrainingLoop(task, schedule, session);
        long tokens = task.Examples.Train.Sum(i => (long)task._sequences[i].Length);
        session.Log.Info(
            $"{task._model.Model.Weights.ParameterCount} parameters, {task.Examples.Train.Length} sequences of {tokens} tokens to train on, {task.Examples.Validation.Length} held out, {schedule.StepsPerEpoch} steps an epoch");
        loop.Run();
        foreach (var (_, value) in task.Parameters)
            value.requires_grad_(false);
        return new TorchEncoder(new TorchFittedEncoder(
            task._model.AddReference(), task._model.Settings, task._files, options.Device, path: null));
    }

    public double Backpropagate(int epoch, int batch, double share)
    {
        using var scope = NewDisposeScope();
        var loss = Loss(Masked(Examples.Batch(epoch, batch), 3 + epoch, batch), out _);
        loss.Times(share).backward();
        return loss.item<float>();
    }

    /// <summary>The loss, and the share of the hidden tokens that are told right.</summary>
    public (double Loss, double? Measure) Validate(int epoch)
    {
        using var frozen = no_grad();
        double loss = 0, right = 0, count = 0;
        for (int from = 0; from < Examples.Validation.Length; from += _batchSize)
        {
            _session.ThrowIfCancelled();
            using var scope = NewDisposeScope();
            var masked = Masked(Examples.Validation[from..Math.Min(Examples.Validation.Length, from + _batchSize)], 0, 2 + from);
            loss += Loss(masked, out var logits).item<float>() * masked.Targets.Length;
            right += logits.argmax(1).eq(tensor(masked.Targets, device: logits.device)).sum().item<long>();
            count += masked.Targets.Length;
        }

        return (loss / count, right / count);
    }

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
        x = nn.functional.gelu(nn.functional.linear(
            x, _head["cls.predictions.transform.dense.weight"], _head["cls.predictions.transform.dense.bias"]));
        x = nn.functional.layer_norm(
            x, [_options.Dimension], _head["cls.predictions.transform.LayerNorm.weight"], _head["cls.predictions.transform.LayerNorm.bias"],
            _model.Model.Config.Epsilon);
        logits = nn.functional.linear(x, _model.Model.Weights["embeddings.word_embeddings.weight"], _head["cls.predictions.bias"]);
        return nn.functional.cross_entropy(logits, tensor(masked.Targets, device: device));
    }

    private MaskedBatch Masked(int[] chosen, int stream, int draw) => MaskedBatch.Of(
        TokenBatches.Batch(_sequences, chosen, _model.Tokenizer.PaddingId), _vocabulary, _options.MaskFraction, _seed, stream, draw);

    public void Dispose()
    {
        foreach (var value in _head.Values)
            value.Dispose();
        _model.Dispose();
    }
}
