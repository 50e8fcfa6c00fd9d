using System.Numerics.Tensors;
using HybridRec.MLNet.Training;
using Microsoft.ML.Runtime;

namespace HybridRec.MLNet.Text;

/// <summary>
/// Encodes the distinct texts of one fit: from the persistent cache where they are known, else by the encoder, longest first.
/// </summary>
internal sealed class EncodingRun(
    FittedEncoder fitted, TextEncoder encoder, LlmEmbeddingOptions options, IHostEnvironment host, TrainingLog log)
{
    /// <summary>Texts between two looks at progress, cancellation and the clock, in batches.</summary>
    private const int BatchesAPart = 16;

    private static readonly TimeSpan s_saveEvery = TimeSpan.FromSeconds(30);

    /// <summary>How many texts the cache had.</summary>
    public int FromCache { get; private set; }

    /// <returns>One row a text, in their order.</returns>
    public float[] Encode(DistinctTexts distinct)
    {
        int d = fitted.Dimension, n = distinct.Texts.Count;
        float[] rows = new float[checked(n * d)];
        var cache = OpenCache();
        var missing = new List<int>(n);
        for (int i = 0; i < n; i++)
        {
            if (cache is not null && cache.TryCopy(distinct.Keys[i], rows.AsSpan(i * d, d)))
                FromCache++;
            else
                missing.Add(i);
        }
        // By characters here, by tokens inside a part: batches of like length waste little on padding, and
        // memory runs out at once or never.
        int[] order = [.. missing.OrderByDescending(i => distinct.Texts[i].Length).ThenBy(i => i)];
        int part = checked(options.BatchSize * BatchesAPart), parts = (order.Length + part - 1) / part;
        var lastSave = log.Elapsed;
        try
        {
            for (int p = 0; p < parts; p++)
            {
                Cancellation.ThrowIfRequested(host, options.CancellationToken);
                EncodePart(distinct, order.AsSpan(p * part, Math.Min(part, order.Length - p * part)), rows, cache);
                log.Epoch(p + 1, parts, loss: 0);
                if (log.Elapsed - lastSave > s_saveEvery)
                {
                    cache?.Save();
                    lastSave = log.Elapsed;
                }
            }
        }
        finally
        {
            cache?.Save(); // also what was done before a failure or a cancel
        }
        return rows;
    }

    private void EncodePart(DistinctTexts distinct, ReadOnlySpan<int> part, float[] rows, EmbeddingCache? cache)
    {
        int d = fitted.Dimension;
        string[] texts = new string[part.Length];
        for (int i = 0; i < part.Length; i++)
            texts[i] = distinct.Texts[part[i]];
        float[] encoded = new float[part.Length * d];
        fitted.Encode(texts, encoded, options.BatchSize, options.CancellationToken);
        for (int i = 0; i < part.Length; i++)
        {
            var row = encoded.AsSpan(i * d, d);
            if (!TensorPrimitives.IsFiniteAll<float>(row))
                throw new InvalidOperationException(
                    $"The encoder '{fitted.Name}' gave a vector that is not finite for the text that begins \"{Start(texts[i])}\". The " +
                    "model or its export is broken.");
            row.CopyTo(rows.AsSpan(part[i] * d, d));
            cache?.Add(distinct.Keys[part[i]], row);
        }
    }

    private EmbeddingCache? OpenCache()
    {
        if (options.CachePath is null || !fitted.IsCostly)
            return null;
        if (encoder is GeneratorTextEncoder { ModelId: null })
            throw new ArgumentException(
                $"Nothing says which model the generator '{encoder.Name}' uses, so its vectors cannot be told apart in a cache: set " +
                "modelId of TextEncoder.FromGenerator.");
        if (fitted.Kind == DetachedEncoder.StateKind && encoder is FolderTextEncoder)
            throw new ArgumentException("A tokenizer given as code has no identity, so vectors made with it cannot be cached: leave " +
                "CachePath null, or read the tokenizer from its file.");
        return EmbeddingCache.Open(options.CachePath, fitted, message => log.Warning(message));
    }

    private static string Start(string text) => text.Length <= 40 ? text : text[..40];
}
