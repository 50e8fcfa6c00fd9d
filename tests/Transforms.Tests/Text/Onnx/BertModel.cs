using HybridRec.MLNet.Text;

namespace HybridRec.MLNet.Tests.Text;

/// <summary>A BERT-family encoder of random weights, and its forward pass in plain loops of doubles.</summary>
internal sealed class BertModel
{
    private readonly BertShape _shape;

    public BertModel(BertShape shape, int seed, float scale = 0.3f) =>
        (_shape, Weights) = (shape, BertRandomWeights.Create(shape, seed, scale, bias: 0.1f));

    public Dictionary<string, FloatTensor> Weights { get; }

    /// <summary>Token vectors of one text without padding.</summary>
    public double[][] Forward(params int[] ids)
    {
        int d = _shape.Dimension;
        double[][] h = [.. ids.Select((id, t) => Row("embeddings.word_embeddings.weight", id)
            .Zip(Row("embeddings.position_embeddings.weight", t), (a, b) => a + b)
                .Zip(Row("embeddings.token_type_embeddings.weight", 0), (a, b) => a + b).ToArray())];
        h = Normalize(h, "embeddings.LayerNorm");
        for (int l = 0; l < _shape.Layers; l++)
        {
            string name = $"encoder.layer.{l}.";
            double[][] q = Apply(h, name + "attention.self.query"), k = Apply(h, name + "attention.self.key"),
                v = Apply(h, name + "attention.self.value");
            double[][] attended = Normalize(
                Sum(Apply(Attend(q, k, v), name + "attention.output.dense"), h), name + "attention.output.LayerNorm");
            double[][] wide = [.. Apply(attended, name + "intermediate.dense").Select(row => row.Select(Active).ToArray())];
            h = Normalize(Sum(Apply(wide, name + "output.dense"), attended), name + "output.LayerNorm");
        }
        Assert.All(h, row => Assert.Equal(d, row.Length));
        return h;
    }

    private double[][] Attend(double[][] q, double[][] k, double[][] v)
    {
        int width = _shape.Dimension / _shape.Heads;
        double[][] result = [.. q.Select(_ => new double[_shape.Dimension])];
        for (int head = 0; head < _shape.Heads; head++)
            for (int t = 0; t < q.Length; t++)
            {
                double[] scores = [.. k.Select(row => Enumerable.Range(head * width, width).Sum(c => q[t][c] * row[c]) / Math.Sqrt(width))];
                double[] shares = [.. scores.Select(s => Math.Exp(s - scores.Max()))];
                double total = shares.Sum();
                for (int s = 0; s < shares.Length; s++)
                    for (int c = head * width; c < (head + 1) * width; c++)
                        result[t][c] += shares[s] / total * v[s][c];
            }
        return result;
    }

    private double Active(double x) => _shape.Activation switch
    {
        "relu" => Math.Max(0, x),
        "gelu" => x * 0.5 * (1 + Erf(x / Math.Sqrt(2))),
        _ => 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x)))),
    };

    // The Maclaurin series: exact enough for |x| < 5.
    private static double Erf(double x)
    {
        if (Math.Abs(x) > 5)
            return Math.Sign(x);
        double term = x, sum = x;
        for (int n = 1; n < 200; n++)
        {
            term *= -x * x / n;
            sum += term / ((2 * n) + 1);
        }
        return 2 / Math.Sqrt(Math.PI) * sum;
    }

    private double[][] Normalize(double[][] rows, string name)
    {
        double[] weight = All(name + ".weight"), bias = All(name + ".bias");
        return [.. rows.Select(row =>
        {
            double mean = row.Average(), variance = row.Average(x => (x - mean) * (x - mean));
            return row.Select((x, c) => ((x - mean) / Math.Sqrt(variance + _shape.LayerNormEpsilon) * weight[c]) + bias[c]).ToArray();
        })];
    }

    private double[][] Apply(double[][] rows, string name)
    {
        double[] weight = All(name + ".weight"), bias = All(name + ".bias");
        return [.. rows.Select(row => bias.Select((b, o) => b + row.Select((x, i) => x * weight[(o * row.Length) + i]).Sum()).ToArray())];
    }

    private static double[][] Sum(double[][] a, double[][] b) => [.. a.Zip(b, (x, y) => x.Zip(y, (p, q) => p + q).ToArray())];

    private double[] All(string name) => Array.ConvertAll(Weights[name].Values.ToArray(), v => (double)v);

    private double[] Row(string name, int row) =>
        Array.ConvertAll(Weights[name].Values.Slice(row * _shape.Dimension, _shape.Dimension).ToArray(), v => (double)v);
}
