using HybridRec.MLNet.Text;
using Microsoft.Extensions.AI;
using Microsoft.ML.Runtime;
using static TorchSharp.torch;

namespace HybridRec.MLNet.Torch;

/// <summary>Distillation: a student learns what a teacher says of texts.</summary>
internal sealed class DistillationTask : ITrainingTask
{
    private const int TextsAtATime = 64;

    private readonly EncoderDistillation _options;
    private readonly TorchFittedEncoder _student;
    private readonly TrainingSession _session;
    private readonly int[][] _tokens;
    private readonly float[] _targets;

    /// <param name="options">Resolved.</param>
    /// <param name="student">Trained in place.</param>
    /// <param name="teacher">Asked here.</param>
    /// <param name="texts">What it is taught on.</param>
    /// <param name="session">May end it.</param>
    /// <exception cref="InvalidOperationException">
    /// There are fewer than 2 texts with tokens, or the teacher's vectors are not finite, differ in length or are all zero.
    /// </exception>
    public DistillationTask(
        EncoderDistillation options, TorchFittedEncoder student, IEmbeddingGenerator<string, Embedding<float>> teacher,
        IReadOnlyList<string> texts, TrainingSession session)
    {
        (_options, _student, _session) = (options, student, session);
        string[] sample = Sample(texts, options.MaxTexts);
        float[] targets = TeacherVectors.Of(teacher, sample, options.TeacherBatchSize, session.Token, out int width);
        _targets = Fitting(DistillationLoss.Normalized(targets, Math.Max(1, width)), width, student.Dimension);
        _tokens = TokenBatches.Tokenize(student.Model.Tokenizer, student.Settings, sample);
        int d = student.Dimension;
        int[] usable = [.. Enumerable.Range(0, sample.Length)
            .Where(i => _tokens[i].Length > 0 && _targets.AsSpan(i * d, d).ContainsAnyExcept(0f))];
        // A batch of a single text has no relations.
        Examples = TrainingExamples.Divide(usable, options.ValidationFraction, least: 2, perEpoch: null, options.Training);
        if (Examples.Train.Length < 2)
        {
            throw new InvalidOperationException(
                $"{EncoderDistillation.Stage}: {Examples.Train.Length} of {sample.Length} texts are left to learn from (those with " +
                "tokens and a vector of the teacher that is not zero); at least 2 are needed.");
        }

        var weights = student.Model.Model.Weights;
        List<(string Name, Tensor Value)> parameters = [.. weights.Names.Order(StringComparer.Ordinal).Select(n => (n, weights[n]))];
        if (student.Model.Projection is not null)
            parameters.Add(("2_Dense", student.Model.Projection));
        foreach (var (_, value) in parameters)
            value.requires_grad_(true);
        Parameters = parameters;
        Fingerprint = new TrainingFingerprint(options).Add($"{student.ModelHash:x32}").Add(_tokens).Add<float>(_targets).ToString();
    }

    public IReadOnlyList<(string Name, Tensor Value)> Parameters { get; }

    public TrainingExamples Examples { get; }

    public int BatchesPerEpoch => Examples.BatchesPerEpoch;

    public string Fingerprint { get; }

    public bool Validates => Examples.Validation.Length > 0;

    /// <summary>Makes a student of some of an encoder's layers and trains it; the caller disposes it.</summary>
    /// <param name="teacher">Not disposed.</param>
    /// <param name="start">What the student begins with; it stays as it is.</param>
    /// <param name="texts">What it is taught on.</param>
    /// <param name="options">Checked; resolved here.</param>
    /// <param name="host">Hears the log.</param>
    /// <param name="seed">The seed where the options have none.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="OperationCanceledException">Canceled; the last checkpoint, if any, stays.</exception>
    /// <exception cref="InvalidOperationException">There is too little to learn from, or the loss is no longer finite.</exception>
    public static TorchFittedEncoder Student(
        IEmbeddingGenerator<string, Embedding<float>> teacher, TorchFittedEncoder start, IReadOnlyList<string> texts,
        EncoderDistillation options, IHost host, int seed, CancellationToken cancellationToken)
    {
        options = options.Resolved(options.Training.Seed ?? seed);
        using var student = StudentModel.Of(start, options.Kept(start.Model.Model.Config.Layers));
        using var session = new TrainingSession(host, EncoderDistillation.Stage, options.Training, cancellationToken);
        var task = new DistillationTask(options, student, teacher, texts, session);
        using var loop = new TrainingLoop(task, options.Schedule(task.BatchesPerEpoch), session);
        session.Log.Info(
            $"{task.Parameters.Sum(p => p.Value.numel())} parameters of {student.Model.Model.Config.Layers} layers, {task.Examples.Train.Length} texts to learn from, {task.Examples.Validation.Length} held out");
        loop.Run();
        task.Freeze();
        // Its hash is that of the trained weights from here on.
        return new TorchFittedEncoder(student.Model.AddReference(), student.Settings, student.Files, student.Device, path: null);
    }

    public double Backpropagate(int epoch, int batch, double share)
    {
        using var scope = NewDisposeScope();
        var loss = Loss(Examples.Batch(epoch, batch));
        loss.Times(share).backward();
        return loss.item<float>();
    }

    // Relations over all texts at once, so that the batch has no say.
    public (double Loss, double? Measure) Validate(int epoch)
    {
        using var frozen = no_grad();
        int d = _student.Dimension;
        int[] texts = Examples.Validation;
        float[] student = new float[texts.Length * d], teacher = new float[student.Length];
        for (int start = 0; start < texts.Length; start += TextsAtATime)
        {
            _session.ThrowIfCancelled();
            using var scope = NewDisposeScope();
            TensorTransfer.ToArray(Vectors(texts[start..Math.Min(texts.Length, start + TextsAtATime)])).CopyTo(student, start * d);
        }

        for (int i = 0; i < texts.Length; i++)
            _targets.AsSpan(texts[i] * d, d).CopyTo(teacher.AsSpan(i * d));
        return (DistillationLoss.Of(student, teacher, d, _options.RelationWeight), null);
    }

    /// <summary>The loss of some texts.</summary>
    private Tensor Loss(int[] texts)
    {
        float[] targets = new float[texts.Length * _student.Dimension];
        for (int i = 0; i < texts.Length; i++)
            _targets.AsSpan(texts[i] * _student.Dimension, _student.Dimension).CopyTo(targets.AsSpan(i * _student.Dimension));
        var teacher = TensorTransfer.ToTensor(targets, [texts.Length, _student.Dimension], _student.Model.Model.Weights.Device);
        return RelationalLoss.Of(Vectors(texts), teacher, _options.RelationWeight);
    }

    /// <summary>[texts, dimension] before normalization, which the loss does.</summary>
    private Tensor Vectors(int[] texts)
    {
        var pooled = _student.Model.Pooled(
            _student.Model.Model, TokenBatches.Batch(_tokens, texts, _student.Model.Tokenizer.PaddingId), _student.Settings,
            _student.PromptTokens);
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

    /// <summary>Distinct texts that are not blank, spread evenly.</summary>
    private static string[] Sample(IReadOnlyList<string> texts, int most)
    {
        string[] sample = [.. texts.Where(text => !TextKey.IsBlank(text)).Distinct(StringComparer.Ordinal)];
        int count = Math.Min(most, sample.Length);
        return [.. Enumerable.Range(0, count).Select(i => sample[(int)((long)i * sample.Length / count)])];
    }

    /// <summary>The parameters ask for no gradient any more; those that had one are written as they are.</summary>
    private void Freeze()
    {
        var weights = _student.Model.Model.Weights;
        foreach (var (name, value) in Parameters)
        {
            if (value.grad is not null && weights.Contains(name))
                weights.MarkTrained(name);
            value.requires_grad_(false);
        }
    }
}
