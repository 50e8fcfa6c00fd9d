using HybridRec.MLNet.Accel;

namespace HybridRec.MLNet.Ranking;

/// <summary>The numbers of a head: the start mix of its dot products, and the trained parameters.</summary>
internal sealed class HeadWeights
{
    public HeadWeights(HeadShape shape, float[] pairScales, float[] startWeights, float[] parameters)
    {
        Shape = shape;
        PairScales = pairScales;
        StartWeights = startWeights;
        Parameters = parameters;
    }

    public HeadShape Shape { get; }

    /// <summary>
    /// 1 / standard deviation of each mixed part: of the dot products, where a product slot is u_k * i_k times this, and of the scores of
    /// the pair.
    /// </summary>
    public float[] PairScales { get; }

    /// <summary>w_p: the weight of each mixed part before training.</summary>
    public float[] StartWeights { get; }

    public float[] Parameters { get; }

    /// <summary>
    /// Weights from which the head equals the start mix exactly: the user's tower and hidden layers drawn from N(0, 2 / inputs) (He et al.,
    /// arXiv 1502.01852), all that leads from them or past them to the score is zero.
    /// </summary>
    public static HeadWeights Start(HeadShape shape, float[] pairScales, float[] startWeights, int seed)
    {
        float[] parameters = new float[shape.ParameterCount];
        var random = Xoshiro256.Stream(seed);
        int inputs = shape.UserDimension + shape.ItemDimension + shape.ProductDimension;
        Span<float> values = parameters;
        Draw(ref random, shape.UserTower.Of(values), shape.UserDimension);
        Draw(ref random, shape.FirstUser.Of(values), inputs);
        Draw(ref random, shape.FirstItem.Of(values), inputs);
        Draw(ref random, shape.FirstProduct.Of(values), inputs);
        foreach (var (weights, _) in shape.Deeper)
            Draw(ref random, weights.Of(values), weights.Rows);
        return new HeadWeights(shape, pairScales, startWeights, parameters);
    }

    public HeadWeights With(float[] parameters) => new(Shape, PairScales, StartWeights, parameters);

    private static void Draw(ref Xoshiro256 random, Span<float> weights, int inputs)
    {
        double deviation = Math.Sqrt(2.0 / Math.Max(1, inputs));
        foreach (ref float weight in weights)
            weight = (float)(deviation * random.NextNormal());
    }
}
