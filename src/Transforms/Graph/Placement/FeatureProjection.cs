using System.Numerics.Tensors;
using HybridRec.MLNet.Accel.Kernels;
using MathNet.Numerics.LinearAlgebra;

namespace HybridRec.MLNet.Graph;

/// <summary>
/// Where a node without interactions goes: <c>mean + phi(x) P</c>, with phi the trained hidden layer over features (the identity, if there
/// is none), and P the ridge regression of the trained nodes' final vectors on phi(x). The
/// layer-0 projection of training alone would miss what propagation adds, and its length would not compare; this one predicts the final
/// vector itself, and a node whose features say nothing gets the mean.
/// </summary>
internal sealed class FeatureProjection
{
    // Ridge strengths tried, as multiples of the mean eigenvalue of X'X; every fifth row judges.
    private static readonly double[] s_strengths = [0.01, 0.1, 1, 10, 100];
    private const int JudgeEvery = 5;

    private readonly HiddenLayer? _hidden;
    private readonly int _dimension;

    public FeatureProjection(int width, HiddenLayer? hidden, float[] weights, int dimension, float[] featureMean, float featureScale)
    {
        Width = width;
        _hidden = hidden;
        _dimension = dimension;
        Weights = weights;
        FeatureMean = featureMean;
        FeatureScale = featureScale;
    }

    public int Width { get; }

    /// <summary>P, width of phi x dimension.</summary>
    public float[] Weights { get; }

    public float[] FeatureMean { get; }

    public float FeatureScale { get; }

    /// <summary>Fits P on the nodes that are trained and have features.</summary>
    public static FeatureProjection Fit(
        NodeFeatureTable features, HiddenLayer? hidden, float[] vectors, bool[] trained, float[] mean, int dimension)
    {
        int width = hidden?.Units ?? features.Width;
        float[] inputs = features.Rows;
        if (hidden is not null)
        {
            inputs = new float[features.Count * width];
            hidden.Apply(features.Rows, inputs);
        }

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
                MatMulKernel.Multiply(x, weights, predicted, judged.Length, dimension, width);
                double error = TensorPrimitives.Distance<float>(predicted, y);
                if (error < best)
                    (best, strength) = (error, candidate);
            }
        }

        (float[] allGram, float[] allCross) = Normal(rows);
        return new FeatureProjection(features.Width, hidden, Solve(allGram, allCross, strength), dimension, features.Mean, features.Scale);

        (float[] X, float[] Y) Gather(int[] nodes)
        {
            float[] x = new float[nodes.Length * width];
            float[] y = new float[nodes.Length * dimension];
            for (int i = 0; i < nodes.Length; i++)
            {
                inputs.AsSpan(nodes[i] * width, width).CopyTo(x.AsSpan(i * width));
                TensorPrimitives.Subtract(vectors.AsSpan(nodes[i] * dimension, dimension), mean, y.AsSpan(i * dimension, dimension));
            }

            return (x, y);
        }

        (float[] Gram, float[] Cross) Normal(int[] nodes)
        {
            (float[] x, float[] y) = Gather(nodes);
            float[] gram = new float[width * width];
            float[] cross = new float[width * dimension];
            MatMulKernel.MultiplyTransposedLeft(x, x, gram, width, width, nodes.Length);
            MatMulKernel.MultiplyTransposedLeft(x, y, cross, width, dimension, nodes.Length);
            return (gram, cross);
        }

        float[] Solve(float[] gram, float[] cross, double relative)
        {
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

    /// <summary>Adds <c>phi(x) P</c>.</summary>
    /// <param name="features">x, raw; it is changed. A row that is not finite adds nothing.</param>
    /// <param name="destination">Receives the sum.</param>
    /// <returns>Whether there was something to add.</returns>
    public bool AddTo(Span<float> features, Span<float> destination)
    {
        if (!NodeFeatureTable.Standardize(features, FeatureMean, FeatureScale))
            return false;
        AddStandardized(features, destination);
        return true;
    }

    /// <summary>Adds <c>phi(x) P</c> for an x that is centerd and scaled.</summary>
    public void AddStandardized(ReadOnlySpan<float> features, Span<float> destination)
    {
        Span<float> hidden = stackalloc float[_hidden?.Units ?? 0];
        _hidden?.Apply(features, hidden);
        ReadOnlySpan<float> inputs = _hidden is null ? features : hidden;
        for (int f = 0; f < inputs.Length; f++)
            TensorPrimitives.MultiplyAdd(Weights.AsSpan(f * _dimension, _dimension), inputs[f], destination, destination);
    }

    /// <summary>Reads a projection. Version 1 of the state had no hidden layer.</summary>
    public static FeatureProjection Read(BinaryReader reader, int dimension, int version)
    {
        int width = reader.ReadInt32();
        float scale = reader.ReadSingle();
        int units = version == 1 ? 0 : reader.ReadInt32();
        if (width < 1 || units is < 0 or > HiddenLayer.MostUnits)
            throw new InvalidDataException(
                $"Features of {width} numbers with {units} hidden units are impossible: the state of GnnEmbedding is damaged.");
        HiddenLayer? hidden = units == 0 ? null : new HiddenLayer(TableIo.Read(reader, checked(width * units)), width);
        int inputs = units == 0 ? width : units;
        return new FeatureProjection(
            width, hidden, TableIo.Read(reader, checked(inputs * dimension)), dimension, TableIo.Read(reader, width), scale);
    }

    public void Write(BinaryWriter writer)
    {
        writer.Write(Width);
        writer.Write(FeatureScale);
        writer.Write(_hidden?.Units ?? 0);
        if (_hidden is not null)
            TableIo.Write(writer, _hidden.Weights);
        TableIo.Write(writer, Weights);
        TableIo.Write(writer, FeatureMean);
    }
}
