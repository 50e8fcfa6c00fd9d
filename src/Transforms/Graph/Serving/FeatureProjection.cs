using System.Numerics.Tensors;
using HybridRec.MLNet.Accel.Kernels;
using MathNet.Numerics.LinearAlgebra;

namespace HybridRec.MLNet.Graph;

/// <summary>
/// Where a node without interactions goes: <c>mean + x P</c>, with P the ridge regression of the trained nodes' final vectors on their features. The
/// layer-0 projection of training alone would miss what propagation adds, and its length would not compare; this one predicts the final vector itself, and a
/// node whose features say nothing gets the mean.
/// </summary>
internal sealed class FeatureProjection
{
    // Ridge strengths tried, as multiples of the mean eigenvalue of X'X; every fifth row judges.
    private static readonly double[] s_strengths = [0.01, 0.1, 1, 10, 100];
    private const int JudgeEvery = 5;

    public FeatureProjection(int width, float[] weights, float[] featureMean, float featureScale)
    {
        Width = width;
        Weights = weights;
        FeatureMean = featureMean;
        FeatureScale = featureScale;
    }

    public int Width { get; }

    /// <summary>P, width x dimension.</summary>
    public float[] Weights { get; }

    public float[] FeatureMean { get; }

    public float FeatureScale { get; }

    /// <summary>Fits P on the nodes that are trained and have features.</summary>
    public static FeatureProjection Fit(NodeFeatureTable features, float[] vectors, bool[] trained, float[] mean, int dimension)
    {
        int[] rows = [.. Enumerable.Range(0, features.Count).Where(n => trained[n] && features.Present[n])];
        int[] judged = [.. rows.Where((_, i) => i % JudgeEvery == JudgeEvery - 1)];
        int[] learned = [.. rows.Where((_, i) => i % JudgeEvery != JudgeEvery - 1)];
        double strength = 1;
        if (judged.Length > 0)
        {
            (float[] x, float[] y) = Gather(judged);
            (float[] gram, float[] cross) = Normal(learned);
            double best = double.PositiveInfinity;
            foreach (double candidate in s_strengths)
            {
                float[] weights = Solve(gram, cross, candidate);
                float[] predicted = new float[y.Length];
                MatMulKernel.Multiply(x, weights, predicted, judged.Length, dimension, features.Width);
                double error = TensorPrimitives.Distance<float>(predicted, y);
                if (error < best)
                    (best, strength) = (error, candidate);
            }
        }

        (float[] allGram, float[] allCross) = Normal(rows);
        return new FeatureProjection(features.Width, Solve(allGram, allCross, strength), features.Mean, features.Scale);

        (float[] X, float[] Y) Gather(int[] nodes)
        {
            float[] x = new float[nodes.Length * features.Width];
            float[] y = new float[nodes.Length * dimension];
            for (int i = 0; i < nodes.Length; i++)
            {
                features.Rows.AsSpan(nodes[i] * features.Width, features.Width).CopyTo(x.AsSpan(i * features.Width));
                TensorPrimitives.Subtract(vectors.AsSpan(nodes[i] * dimension, dimension), mean, y.AsSpan(i * dimension, dimension));
            }

            return (x, y);
        }

        (float[] Gram, float[] Cross) Normal(int[] nodes)
        {
            (float[] x, float[] y) = Gather(nodes);
            float[] gram = new float[features.Width * features.Width];
            float[] cross = new float[features.Width * dimension];
            MatMulKernel.MultiplyTransposedLeft(x, x, gram, features.Width, features.Width, nodes.Length);
            MatMulKernel.MultiplyTransposedLeft(x, y, cross, features.Width, dimension, nodes.Length);
            return (gram, cross);
        }

        float[] Solve(float[] gram, float[] cross, double relative)
        {
            int width = features.Width;
            double trace = Enumerable.Range(0, width).Sum(f => (double)gram[(f * width) + f]);
            double ridge = relative * Math.Max(trace / width, 1e-9);
            Matrix<double> left = Matrix<double>.Build.Dense(width, width, (r, c) => gram[(r * width) + c] + (r == c ? ridge : 0));
            Matrix<double> right = Matrix<double>.Build.Dense(width, dimension, (r, c) => cross[(r * dimension) + c]);
            Matrix<double> solved = left.Cholesky().Solve(right);
            float[] weights = new float[width * dimension];
            for (int r = 0; r < width; r++)
            {
                for (int c = 0; c < dimension; c++)
                    weights[(r * dimension) + c] = (float)solved[r, c];
            }

            return weights;
        }
    }

    public static FeatureProjection Read(BinaryReader reader, int dimension)
    {
        int width = reader.ReadInt32();
        float scale = reader.ReadSingle();
        return new FeatureProjection(width, NodeTable.ReadArray(reader, checked(width * dimension)), NodeTable.ReadArray(reader, width), scale);
    }

    public void Write(BinaryWriter writer)
    {
        writer.Write(Width);
        writer.Write(FeatureScale);
        NodeTable.WriteArray(writer, Weights);
        NodeTable.WriteArray(writer, FeatureMean);
    }
}
