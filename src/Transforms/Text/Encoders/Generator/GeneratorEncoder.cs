using Microsoft.Extensions.AI;

namespace HybridRec.MLNet.Text;

/// <summary>
/// Any embedding generator of Microsoft.Extensions.AI: called in batches, never for a single row where a batch is at hand.
/// </summary>
internal sealed class GeneratorEncoder : FittedEncoder
{
    private readonly IEmbeddingGenerator<string, Embedding<float>> _generator;
    private readonly string _prompt;
    private readonly (string Text, ReadOnlyMemory<float> Vector)? _known;

    /// <param name="generator">The generator.</param>
    /// <param name="name">Names its model.</param>
    /// <param name="dimension">Length of its vectors.</param>
    /// <param name="prompt">Stands before every text.</param>
    /// <param name="known">A text (with prompt) that was asked for already.</param>
    public GeneratorEncoder(IEmbeddingGenerator<string, Embedding<float>> generator, string name, int dimension, string prompt,
        (string Text, ReadOnlyMemory<float> Vector)? known)
    {
        (_generator, _prompt, _known, Name, Dimension) = (generator, prompt, known, name, dimension);
        ModelHash = TextKey.Combine(TextKey.Of(name), System.FormattableString.Invariant($"{dimension}|{prompt}"));
    }

    public override string Kind => DetachedEncoder.StateKind;

    public override string Name { get; }

    public override int Dimension { get; }

    public override UInt128 ModelHash { get; }

    public override void Encode(IReadOnlyList<string> texts, Memory<float> rows, int batchSize, CancellationToken cancellationToken)
    {
        var asked = new List<int>(texts.Count);
        for (int i = 0; i < texts.Count; i++)
        {
            if (_known is { } known && known.Text == _prompt + texts[i])
                Store(known.Vector, rows, i);
            else
                asked.Add(i);
        }
        foreach (int[] batch in asked.Chunk(batchSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var vectors = Generate(_generator, [.. batch.Select(i => _prompt + texts[i])], cancellationToken);
            for (int i = 0; i < batch.Length; i++)
                Store(vectors[i], rows, batch[i]);
        }
    }

    private void Store(ReadOnlyMemory<float> vector, Memory<float> rows, int row)
    {
        if (vector.Length != Dimension)
            throw new InvalidOperationException(
                $"The generator '{Name}' gave a vector of {vector.Length} components; expected {Dimension}. Set the dimension of " +
                "TextEncoder.FromGenerator.");
        vector.CopyTo(rows.Slice(row * Dimension, Dimension));
    }

    public override void Write(BinaryWriter writer) => DetachedEncoder.WriteState(writer, this);

    /// <summary>One call of a generator, waited for. On the thread pool: a caller's synchronization context must not deadlock it.</summary>
    public static ReadOnlyMemory<float>[] Generate(
        IEmbeddingGenerator<string, Embedding<float>> generator, string[] texts, CancellationToken cancellationToken)
    {
        var result = Task.Run(() => generator.GenerateAsync(texts, options: null, cancellationToken), cancellationToken).GetAwaiter()
            .GetResult();
        return result.Count == texts.Length
            ? [.. result.Select(e => e.Vector)]
            : throw new InvalidOperationException(
                $"The generator gave {result.Count} vectors for {texts.Length} texts; it must give one each.");
    }
}
