using System.Globalization;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Text;
using HybridRec.MLNet.Training;
using Microsoft.Extensions.AI;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using static TorchSharp.torch;

namespace HybridRec.MLNet.Torch;

/// <summary>One distillation: a student, texts, and what the teacher says of them.</summary>
internal sealed class DistillationRun : TrainingRun
{
    private const int TextsAtATime = 64;

    // Streams of the seed: 0 the division, (1, epoch) the order.
    private readonly EncoderDistillation _options;
    private readonly TorchFittedEncoder _student;
    private readonly Parts _parts;
    private int[]? _order;
    private int _orderOf = -1;

    private DistillationRun(EncoderDistillation options, TorchFittedEncoder student, TuningContext context, Parts parts)
        : base(parts.Schedule, parts.Optimizer, context, parts.Fingerprint) => (_options, _student, _parts) = (options, student, parts);

    protected override bool Validates => _parts.Validation.Length > 0;

    /// <summary>Makes a student of some of an encoder's layers and trains it.</summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static TorchFittedEncoder Student(
        IEmbeddingGenerator<string, Embedding<float>> teacher, TorchFittedEncoder start, IReadOnlyList<string> texts, EncoderDistillation options, CancellationToken cancellationToken)
    {
        using var student = StudentModel.Of(start, options.Check(start.Model.Model.Config.Layers));
        IHost host = ((IHostEnvironment)new MLContext(options.Seed)).Register(EncoderDistillation.Stage);
        using var log = new TrainingLog(host, EncoderDistillation.Stage, options.Progress);
        using var run = Of(options, student, teacher, texts, new TuningContext(host, log, null, null, cancellationToken));
        run.Run();
        // Its hash is that of the trained weights from here on.
        return new TorchFittedEncoder(student.Model.AddReference(), student.Settings, student.Files, student.Device, path: null);
    }

    /// <summary>Asks the teacher and prepares the training; the student is trained in place.</summary>
    /// <exception cref="InvalidOperationException">There are fewer than 2 texts with tokens, or the teacher's vectors are not finite, differ in length or are all zero.</exception>
    public static DistillationRun Of(
        EncoderDistillation options, TorchFittedEncoder student, IEmbeddingGenerator<string, Embedding<float>> teacher, IReadOnlyList<string> texts, TuningContext context)
    {
        string[] sample = [.. texts.Where(text => !TextKey.IsBlank(text)).Distinct(StringComparer.Ordinal)];
        int count = Math.Min(options.MaxTexts, sample.Length);
        sample = [.. Enumerable.Range(0, count).Select(i => sample[(int)((long)i * sample.Length / count)])];
        float[] targets = TeacherVectors.Of(teacher, sample, options.TeacherBatchSize, context.Cancellation, out int width);
        targets = DistillationLoss.Normalized(targets, Math.Max(1, width));
        return new DistillationRun(options, student, context, Parts.Of(options, student, sample, Fitting(targets, width, student.Dimension)));
    }

    /// <summary>Trains; the student's weights are those of the best epoch then.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; the last checkpoint, if any, stays.</exception>
    /// <exception cref="InvalidOperationException">The loss is no longer finite.</exception>
    public void Run()
    {
        Context.Log.Info($"{_parts.Optimizer.Parameters.Sum(p => p.Value.numel())} parameters of {_student.Model.Model.Config.Layers} layers, {_parts.Train.Length} texts to learn from, {_parts.Validation.Length} held out");
        Train();
        foreach (var (name, value) in _parts.Optimizer.Parameters)
        {
            if (value.grad is not null && _student.Model.Model.Weights.Contains(name))
                _student.Model.Model.Weights.MarkTrained(name);
            value.requires_grad_(false);
        }
    }

    /// <summary>The training texts of an epoch, as indices.</summary>
    internal int[] Order(int epoch)
    {
        int[] order = [.. _parts.Train];
        Xoshiro256.Stream(_options.Seed, 1, epoch).Shuffle<int>(order);
        return order;
    }

    /// <summary>The loss of some texts.</summary>
    internal Tensor Loss(int[] texts)
    {
        float[] targets = new float[texts.Length * _student.Dimension];
        for (int i = 0; i < texts.Length; i++)
            _parts.Targets.AsSpan(texts[i] * _student.Dimension, _student.Dimension).CopyTo(targets.AsSpan(i * _student.Dimension));
        var teacher = TensorTransfer.ToTensor(targets, [texts.Length, _student.Dimension], _student.Model.Model.Weights.Device);
        return RelationalLoss.Of(Vectors(texts), teacher, _options.RelationWeight);
    }

    protected override double Backpropagate(int epoch, int batch, double share)
    {
        if (_orderOf != epoch)
            (_order, _orderOf) = (Order(epoch), epoch);
        using var scope = NewDisposeScope();
        int from = batch * _options.BatchSize;
        var loss = Loss(_order![from..Math.Min(_order.Length, from + _options.BatchSize)]);
        (loss * share).backward();
        return loss.item<float>();
    }

    // Relations over all texts at once, so that the batch has no say.
    protected override (double Loss, double? Ndcg) Validate()
    {
        using var frozen = no_grad();
        int d = _student.Dimension;
        float[] student = new float[_parts.Validation.Length * d], teacher = new float[student.Length];
        for (int start = 0; start < _parts.Validation.Length; start += TextsAtATime)
        {
            Cancellation.ThrowIfRequested(Context.Host, Context.Cancellation);
            using var scope = NewDisposeScope();
            TensorTransfer.ToArray(Vectors(_parts.Validation[start..Math.Min(_parts.Validation.Length, start + TextsAtATime)])).CopyTo(student, start * d);
        }
        for (int i = 0; i < _parts.Validation.Length; i++)
            _parts.Targets.AsSpan(_parts.Validation[i] * d, d).CopyTo(teacher.AsSpan(i * d));
        return (DistillationLoss.Of(student, teacher, d, _options.RelationWeight), null);
    }

    /// <summary>[texts, dimension] before normalization, which the loss does.</summary>
    private Tensor Vectors(int[] texts)
    {
        var pooled = _student.Model.Pooled(_student.Model.Model, TokenBatches.Batch(_parts.Tokens, texts, _student.Model.Tokenizer.PaddingId), _student.Settings, _student.PromptTokens);
        return _student.Model.Projection is { } projection ? nn.functional.linear(pooled, projection) : pooled;
    }

    /// <summary>The teacher's vectors in the student's dimension.</summary>
    private static float[] Fitting(float[] targets, int width, int dimension)
    {
        if (width <= dimension)
        {
            float[] filled = new float[width == 0 ? 0 : targets.Length / width * dimension];
            for (int from = 0, to = 0; from < targets.Length; from += width, to += dimension)
                targets.AsSpan(from, width).CopyTo(filled.AsSpan(to));
            return filled;
        }
        var components = PrincipalComponents.Fit(width, dimension, targets);
        return DistillationLoss.Normalized(components.Project(targets), dimension);
    }

    /// <summary>What a run is made of.</summary>
    private sealed record Parts(int[][] Tokens, float[] Targets, int[] Train, int[] Validation, TrainingSchedule Schedule, AdamW Optimizer, string Fingerprint)
    {
        public static Parts Of(EncoderDistillation options, TorchFittedEncoder student, string[] texts, float[] targets)
        {
            int d = student.Dimension;
            int[][] tokens = TokenBatches.Tokenize(student.Model.Tokenizer, student.Settings, texts);
            int[] usable = [.. Enumerable.Range(0, texts.Length).Where(i => tokens[i].Length > 0 && targets.AsSpan(i * d, d).ContainsAnyExcept(0f))];
            Xoshiro256.Stream(options.Seed, 0, 0).Shuffle<int>(usable);
            int held = (int)(usable.Length * options.ValidationFraction);
            var (train, validation) = held < 2 ? (usable, []) : (usable[held..], usable[..held]);
            if (train.Length < 2)
                throw new InvalidOperationException($"{EncoderDistillation.Stage}: {train.Length} of {texts.Length} texts are left to learn from (those with tokens and a vector of the teacher that is not zero); at least 2 are needed.");
            // A rest of a single text has no relations.
            var schedule = options.Schedule(train.Length / options.BatchSize + (train.Length % options.BatchSize >= 2 ? 1 : 0));
            var weights = student.Model.Model.Weights;
            List<(string Name, Tensor Value)> parameters = [.. weights.Names.Order(StringComparer.Ordinal).Select(n => (n, weights[n]))];
            if (student.Model.Projection is not null)
                parameters.Add(("2_Dense", student.Model.Projection));
            foreach (var (_, value) in parameters)
                value.requires_grad_(true);
            return new Parts(tokens, targets, train, validation, schedule, new AdamW(parameters), FingerprintOf(options, student, tokens, targets));
        }

        private static string FingerprintOf(EncoderDistillation o, TorchFittedEncoder student, int[][] tokens, float[] targets)
        {
            var hash = new XxHash3();
            string text = string.Create(CultureInfo.InvariantCulture, $"{student.ModelHash:x32}|{o.RelationWeight:R}|{o.Epochs}|{o.BatchSize}|{o.LearningRate:R}|{o.WeightDecay:R}|{o.WarmupFraction:R}|") +
                string.Create(CultureInfo.InvariantCulture, $"{o.MaxGradientNorm:R}|{o.ValidationFraction:R}|{o.Seed}");
            hash.Append(MemoryMarshal.AsBytes(text.AsSpan()));
            foreach (int[] ids in tokens)
            {
                hash.Append(BitConverter.GetBytes(ids.Length));
                hash.Append(MemoryMarshal.AsBytes(ids.AsSpan()));
            }
            hash.Append(MemoryMarshal.AsBytes(targets.AsSpan()));
            return hash.GetCurrentHashAsUInt64().ToString("x16", CultureInfo.InvariantCulture);
        }
    }
}
