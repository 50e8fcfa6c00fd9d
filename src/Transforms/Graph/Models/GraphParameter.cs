namespace HybridRec.MLNet.Graph;

/// <summary>A trained table with its gradient and the two moments of Adam.</summary>
internal sealed class GraphParameter(string name, int length)
{
    public string Name { get; } = name;

    /// <summary>Its share of the learning rate.</summary>
    public float Rate { get; init; } = 1;

    public float[] Value { get; } = new float[length];

    public float[] Gradient { get; } = new float[length];

    public float[] FirstMoment { get; } = new float[length];

    public float[] SecondMoment { get; } = new float[length];
}
