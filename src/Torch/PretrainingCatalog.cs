using HybridRec.MLNet;
using HybridRec.MLNet.Text;
using HybridRec.MLNet.Torch;
using HybridRec.MLNet.Training;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>Encoders trained from texts alone, on <c>ml.Hybrid</c>.</summary>
public static class PretrainingCatalog
{
    /// <summary>
    /// Trains a small BERT from scratch to tell hidden tokens (<see cref="PretrainingOptions"/>). Its text vector is the mean of the token vectors, scaled to length 1; only a contrastive tuning
    /// (<see cref="TuneEncoder"/>, or <see cref="LoraTuning"/> in a pipeline) makes it one that compares well.
    /// </summary>
    /// <param name="catalog">The items.</param>
    /// <param name="texts">The corpus, read once; about 4 bytes a token are held in memory.</param>
    /// <param name="tokenizer">A BERT vocabulary with all five special tokens, such as <see cref="WordPieceTrainer"/> learns from the same texts.</param>
    /// <param name="options">Shape and training. <value>Default null: the defaults.</value></param>
    /// <returns>The encoder; the caller disposes it. <see cref="TextEncoder.Save"/> writes it as a folder that transformers reads.</returns>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="NotSupportedException">The tokenizer is no BERT vocabulary.</exception>
    /// <exception cref="InvalidDataException">The vocabulary lacks a special token, or the checkpoint cannot be used.</exception>
    /// <exception cref="InvalidOperationException">There is nothing to learn from, training diverged, or the native libtorch is missing.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static TorchEncoder PretrainEncoder(this HybridCatalog catalog, IEnumerable<string> texts, TextTokenizer tokenizer, PretrainingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentNullException.ThrowIfNull(tokenizer);
        const string Stage = "Pretraining";
        options = (options ?? new PretrainingOptions()).Checked();
        IHost host = ((IHostEnvironment)catalog.Context).Register(Stage);
        using var log = new TrainingLog(host, Stage, options.Progress);
        using var run = new PretrainingRun(options, texts, tokenizer, host, log);
        return run.Run();
    }

    /// <summary>
    /// Tunes an encoder on pairs of texts that mean alike, by the loss and the options of <see cref="LoraTuning"/>: what <see cref="LlmEmbeddingOptions.Tuning"/> does with the interactions of a pipeline,
    /// on any pairs. The options' columns, <c>Pairs</c> and <c>HoldoutFraction</c> mean nothing here.
    /// </summary>
    /// <param name="catalog">The items.</param>
    /// <param name="encoder">Where to begin; stays as it is.</param>
    /// <param name="pairs">The pairs, such as a title and its description; those with a blank text are left out.</param>
    /// <param name="tuning">How. <value>Default null: all weights (<see cref="TuningMethod.Full"/>), the other defaults.</value></param>
    /// <param name="maxTokens">Longest text in training. <value>Default null: as the encoder has it.</value></param>
    /// <param name="progress">Told after every epoch. <value>Default null.</value></param>
    /// <param name="cancellationToken">Cancels between steps.</param>
    /// <returns>The tuned encoder, whose longest text is <paramref name="maxTokens"/>; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="InvalidDataException">The checkpoint cannot be used.</exception>
    /// <exception cref="InvalidOperationException">There are too few pairs, or training diverged.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static TorchEncoder TuneEncoder(this HybridCatalog catalog, TorchEncoder encoder, IEnumerable<(string Anchor, string Positive)> pairs, LoraTuning? tuning = null,
        int? maxTokens = null, IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(encoder);
        ArgumentNullException.ThrowIfNull(pairs);
        if (maxTokens is { } most)
            ArgumentOutOfRangeException.ThrowIfLessThan(most, 1, nameof(maxTokens));
        const string Stage = "EncoderTuning";
        tuning ??= new LoraTuning { Method = TuningMethod.Full };
        tuning.Check(encoder);
        var texts = TextPairs.Of(pairs);
        IHost host = ((IHostEnvironment)catalog.Context).Register(Stage);
        using var log = new TrainingLog(host, Stage, progress);
        return (TorchEncoder)tuning.Tune(encoder, texts, new TuningContext(host, log, maxTokens, Prompt: null, cancellationToken));
    }
}
