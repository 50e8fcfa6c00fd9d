using System.Buffers;
using System.Runtime.InteropServices;
using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Accel.Kernels;

namespace HybridRec.MLNet.ClosedForms;

/// <summary>The items' vectors of iALS: the vector of whoever has some items is solved from them, then multiplied with all.</summary>
internal sealed class IalsFilter : IItemFilter
{
    private readonly float[] _vectors; // items x dimension
    private readonly int _dimension;
    private readonly IalsObjective _objective;
    private readonly IalsFactors _factors;
    private readonly PackedMatrix _packed = new();

    /// <param name="vectors">Of the items, row-major.</param>
    /// <param name="dimension">Numbers of a vector.</param>
    /// <param name="objective">What they minimize.</param>
    /// <param name="threads">Threads of what is computed once; 0: all cores.</param>
    public IalsFilter(float[] vectors, int dimension, IalsObjective objective, int threads)
    {
        (_vectors, _dimension, _objective) = (vectors, dimension, objective);
        _factors = new IalsFactors(vectors, dimension, objective, threads);
        _packed.Pack(vectors, dimension, ItemCount, transposed: true);
    }

    /// <summary>Numbers of a vector.</summary>
    public int Dimension => _dimension;

    /// <summary>Of the items, row-major.</summary>
    public float[] Vectors => _vectors;

    public int ItemCount => _vectors.Length / _dimension;

    public bool ScoresAllAtOnce => true;

    public void Score(ReadOnlySpan<int> taken, Span<float> scores)
    {
        float[] vector = ArrayPool<float>.Shared.Rent(_dimension);
        var own = vector.AsSpan(0, _dimension);
        _factors.Solve(taken, own);
        MatMulKernel.Multiply(own, _packed, scores, 1);
        ArrayPool<float>.Shared.Return(vector);
    }

    public float Score(ReadOnlySpan<int> taken, int item)
    {
        float[] scores = ArrayPool<float>.Shared.Rent(ItemCount);
        Score(taken, scores.AsSpan(0, ItemCount));
        float score = scores[item];
        ArrayPool<float>.Shared.Return(scores);
        return score;
    }

    public void Score(InteractionGraph graph, ReadOnlySpan<int> users, Span<float> scores)
    {
        float[] vectors = ArrayPool<float>.Shared.Rent(users.Length * _dimension);
        for (int row = 0; row < users.Length; row++)
            _factors.Solve(graph.ItemsOf(users[row]), vectors.AsSpan(row * _dimension, _dimension));
        MatMulKernel.Multiply(vectors.AsSpan(0, users.Length * _dimension), _packed, scores, users.Length);
        ArrayPool<float>.Shared.Return(vectors);
    }

    /// <summary>The vector of somebody who has some items; zero with none.</summary>
    public void SolveUser(ReadOnlySpan<int> taken, Span<float> vector) => _factors.Solve(taken, vector);

    public void Write(BinaryWriter writer)
    {
        writer.Write(_objective.UnobservedWeight);
        writer.Write(_objective.Regularization);
        writer.Write(_objective.FrequencyExponent);
        writer.Write(_dimension);
        writer.Write(MemoryMarshal.AsBytes(_vectors.AsSpan()));
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static IalsFilter Read(BinaryReader reader, InteractionGraph graph)
    {
        var objective = new IalsObjective(reader.ReadSingle(), reader.ReadSingle(), reader.ReadSingle());
        int dimension = reader.ReadInt32();
        if (!(Positive(objective.UnobservedWeight) && Positive(objective.Regularization)
            && objective.FrequencyExponent >= 0 && float.IsFinite(objective.FrequencyExponent)))
            throw new FormatException($"there is no {objective}");
        if (dimension < 1 || (long)dimension * dimension > Array.MaxLength || (long)dimension * graph.ItemCount > Array.MaxLength
            || (long)dimension * graph.ItemCount * sizeof(float) > reader.BaseStream.Length - reader.BaseStream.Position)
            throw new FormatException($"{graph.ItemCount} vectors of {dimension} numbers");
        float[] vectors = new float[graph.ItemCount * dimension];
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(vectors.AsSpan()));
        if (Array.Exists(vectors, value => !float.IsFinite(value)))
            throw new FormatException("a vector that is not finite");
        return new IalsFilter(vectors, dimension, objective, threads: 0);
    }

    private static bool Positive(float value) => value > 0 && float.IsFinite(value);
}
