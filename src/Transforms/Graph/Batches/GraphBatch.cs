namespace HybridRec.MLNet.Graph;

/// <summary>One step's interactions. Users, positives and negatives are compact rows of <see cref="Nodes"/>.</summary>
internal sealed class GraphBatch(int nodeCount, int maxSize, int maxNegatives)
{
    public NodeSet Nodes { get; } = new(nodeCount, (int)Math.Min(int.MaxValue, (2L * maxSize) + maxNegatives));

    public int[] Users { get; } = new int[maxSize];

    public int[] Positives { get; } = new int[maxSize];

    public int[] Negatives { get; } = new int[maxNegatives];

    /// <summary>What is added to the score of each negative under a softmax, if <see cref="HasNegativeBias"/>.</summary>
    public float[] NegativeBias { get; } = new float[maxNegatives];

    public bool HasNegativeBias { get; set; }

    /// <summary>The epoch and step the batch was made for: what is random in a step is opened by them.</summary>
    public int Epoch { get; set; }

    /// <inheritdoc cref="Epoch"/>
    public int Step { get; set; }

    /// <summary>Interactions in the batch.</summary>
    public int Size { get; set; }

    /// <summary>Negatives in the batch: as many as interactions when each has its own, else shared by all.</summary>
    public int NegativeCount { get; set; }
}
