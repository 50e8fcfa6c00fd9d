using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using HybridRec.MLNet.Accel;

namespace HybridRec.MLNet.Graph;

/// <summary>
/// The noise of SimGCL: <c>h + eps sign(h) o u/|u|</c> with u uniform in [0,1), so that every vector moves by eps and stays in its orthant.
/// What is added depends on seed, epoch, step, pass, layer and node block alone.
/// </summary>
internal sealed class Perturbation
{
    private const int RowsPerChunk = 256;
    private const float Scale = 1f / (1 << 16);

    private readonly int _nodeCount;
    private readonly int _dimension;
    private readonly float _magnitude;
    private readonly int _seed;
    private readonly int _threads;
    private long _key;

    public Perturbation(NetworkShape shape, float magnitude)
    {
        _nodeCount = shape.NodeCount;
        _dimension = shape.Dimension;
        _magnitude = magnitude;
        _seed = shape.Seed;
        _threads = shape.Threads;
    }

    /// <summary>Opens the noise of a pass over a batch: the same batch and pass have the same noise again.</summary>
    public void Begin(GraphBatch batch, int pass)
    {
        Xoshiro256 random = Streams.Open(_seed, StreamKind.Noise, batch.Epoch, batch.Step);
        for (int i = 0; i <= pass; i++)
            _key = (long)random.NextBits();
    }

    /// <summary>Adds noise to a layer: to all rows, or to those of a batch.</summary>
    public void Add(float[] table, NodeSet? rows, int layer)
    {
        if (_magnitude == 0)
            return;
        int count = rows?.Count ?? _nodeCount;
        Parallelism.For((count + RowsPerChunk - 1) / RowsPerChunk, _threads, chunk =>
        {
            Xoshiro256 random = Xoshiro256.Stream(_key, layer, chunk);
            Span<ulong> bits = stackalloc ulong[(_dimension + 3) / 4];
            Span<float> noise = stackalloc float[_dimension];
            int end = Math.Min(count, (chunk + 1) * RowsPerChunk);
            for (int r = chunk * RowsPerChunk; r < end; r++)
            {
                int node = rows is null ? r : rows.Nodes[r];
                AddRow(table.AsSpan(node * _dimension, _dimension), noise, bits, ref random);
            }
        });
    }

    private void AddRow(Span<float> row, Span<float> noise, Span<ulong> bits, ref Xoshiro256 random)
    {
        // 16 bits a number are plenty for noise, and a quarter of the work.
        foreach (ref ulong word in bits)
            word = random.NextBits();
        TensorPrimitives.ConvertSaturating<ushort, float>(MemoryMarshal.Cast<ulong, ushort>(bits)[..noise.Length], noise);
        float norm = TensorPrimitives.Norm((ReadOnlySpan<float>)noise);
        if (norm < Scale)
            return;
        TensorPrimitives.CopySign(noise, row, noise);
        TensorPrimitives.MultiplyAdd(noise, _magnitude / norm, row, row);
    }
}
