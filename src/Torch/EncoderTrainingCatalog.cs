using HybridRec.MLNet;
using HybridRec.MLNet.Text;
using HybridRec.MLNet.Torch;
using HybridRec.MLNet.Training;
using Microsoft.Extensions.AI;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>Encoders that are trained from texts alone, on <c>ml.Hybrid</c>.</summary>
public static class EncoderTrainingCatalog
{
    /// <summary>
    /// Trains a small BERT from scratch to tell hidden tokens (<see cref="PretrainingOptions"/>). Its text vector is the mean of the token
    /// vectors, scaled to length 1; only a contrastive tuning (<see cref="TuneEncoder"/>, or <see cref="LoraTuning"/> in a pipeline) makes
    /// it one that compares well.
    /// </summary>
    /// <param name="catalog"><c>ml.Hybrid</c>.</param>
    /// <param name="texts">The corpus, read once; about 4 bytes a token are held in memory.</param>
    /// <param name="tokenizer">A BERT vocabulary with all five special tokens, such as <see cref="WordPieceTrainer"/> learns from the same
    /// texts.</param>
    /// <param name="options">Shape and training. <value>The default is null: the defaults.</value></param>
    /// <param name="cancellationToken">Ends it early, beside the token of the options; the last checkpoint stays.</param>
    /// <returns>The encoder; the caller disposes it. <see cref="TextEncoder.Save"/> writes it as a folder that transformers
    /// reads.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    /// <exception cref="NotSupportedException">The tokenizer is no BERT vocabulary.</exception>
    /// <exception cref="InvalidDataException">The vocabulary lacks a special token, or the checkpoint cannot be used.</exception>
    /// <exception cref="InvalidOperationException">There is nothing to learn from, training diverged, or the native libtorch is
    /// missing.</exception>
    /// <exception cref="OperationCanceledException">Canceled.</exception>
    public static TorchEncoder PretrainEncoder(
        this HybridCatalog catalog, IEnumerable<string> texts, TextTokenizer tokenizer, PretrainingOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentNullException.ThrowIfNull(tokenizer);
        options ??= new PretrainingOptions();
        options.Validate();
        IHost host = ((IHostEnvironment)catalog.Context).Register(PretrainingOptions.Stage);
        options = options.Resolved(host.Seed(options.Training.Seed));
        LibTorch.Require();
        using var session = new TrainingSession(host, PretrainingOptions.Stage, options.Training, cancellationToken);
        return PretrainingTask.Train(options, texts, tokenizer, session);
    }

    /// <summary>
    /// Tunes an encoder on pairs of texts that mean alike, by the loss and the options of <see cref="LoraTuning"/>: what
    /// <see cref="LlmEmbeddingOptions.Tuning"/> does with the interactions of a pipeline, on any pairs. The options' columns, <c>Pairs</c>
    /// and <c>HoldoutFraction</c> mean nothing here.
    /// </summary>
    /// <param name="catalog"><c>ml.Hybrid</c>.</param>
    /// <param name="encoder">Where to begin; stays as it is.</param>
    /// <param name="pairs">The pairs, such as a title and its description; those with a blank text are left out.</param>
    /// <param name="tuning">How. <value>The default is null: all weights (<see cref="TuningMethod.Full"/>), the other
    /// defaults.</value></param>
    /// <param name="maxTokens">Longest text in training. <value>The default is null: as the encoder has it.</value></param>
    /// <param name="cancellationToken">Ends it early, beside the token of the options; the last checkpoint stays.</param>
    /// <returns>The tuned encoder, whose longest text is <paramref name="maxTokens"/>; the caller disposes it.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    /// <exception cref="InvalidDataException">The checkpoint cannot be used.</exception>
    /// <exception cref="InvalidOperationException">There are too few pairs, or training diverged.</exception>
    /// <exception cref="OperationCanceledException">Canceled.</exception>
    public static TorchEncoder TuneEncoder(
        this HybridCatalog catalog, TorchEncoder encoder, IEnumerable<(string Anchor, string Positive)> pairs,
        LoraTuning? tuning = null, int? maxTokens = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(encoder);
        ArgumentNullException.ThrowIfNull(pairs);
        const string Stage = "EncoderTuning";
        new OptionCheck(Stage).AtLeast(maxTokens, 1, nameof(maxTokens));
        tuning ??= new LoraTuning { Method = TuningMethod.Full };
        tuning.Validate(encoder);
        IHost host = ((IHostEnvironment)catalog.Context).Register(Stage);
        var context = new TuningContext(host, Stage, maxTokens, Prompt: null, Progress: null, cancellationToken);
        return (TorchEncoder)tuning.Seeded(host).Tune(encoder, TextPairs.Of(pairs), context);
    }

    /// <summary>
    /// A shallow student of an encoder, taught on texts at once; <see cref="TorchEncoder.Distilled"/> is one that is taught when a pipeline
    /// is fitted.
    /// </summary>
    /// <param name="catalog"><c>ml.Hybrid</c>.</param>
    /// <param name="start">What the student takes its embeddings and layers from; stays as it is.</param>
    /// <param name="texts">What it is taught on; blank ones and repetitions are left out.</param>
    /// <param name="options">Layers, loss, training. <value>The default is null: the defaults.</value></param>
    /// <param name="teacher">What teaches. <value>The default is null: <paramref name="start"/>.</value></param>
    /// <param name="cancellationToken">Ends it early, beside the token of the options; the last checkpoint stays.</param>
    /// <returns>An encoder of its own, which the caller disposes.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    /// <exception cref="InvalidOperationException">
    /// There are fewer than 2 texts with tokens, the teacher's vectors are not finite or differ in length, or training diverged.
    /// </exception>
    /// <exception cref="InvalidDataException">The checkpoint is damaged or belongs to other texts or options.</exception>
    /// <exception cref="OperationCanceledException">Canceled.</exception>
    public static TorchEncoder DistillEncoder(
        this HybridCatalog catalog, TorchEncoder start, IReadOnlyList<string> texts, EncoderDistillation? options = null,
        IEmbeddingGenerator<string, Embedding<float>>? teacher = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(start);
        ArgumentNullException.ThrowIfNull(texts);
        options ??= new EncoderDistillation();
        options.Validate(start.Encoder.Model.Model.Config.Layers);
        IHost host = ((IHostEnvironment)catalog.Context).Register(EncoderDistillation.Stage);
        int seed = host.Seed(options.Training.Seed);
        return new TorchEncoder(DistillationTask.Student(
            teacher ?? start.AsEmbeddingGenerator(), start.Encoder, texts, options, host, seed, cancellationToken));
    }
}
