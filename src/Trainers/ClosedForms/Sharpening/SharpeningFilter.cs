using System.Collections.Concurrent;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Accel.Dense;
using HybridRec.MLNet.Accel.Kernels;

namespace HybridRec.MLNet.ClosedForms;

/// <summary>
/// Blurring and sharpening (BSPM): y(0) = x P + b x L, and the answer is y(T) of y' = -y P by one step of Runge-Kutta's fourth order,
/// which for a linear equation is the Taylor polynomial <c>y(0) (I - T P + (TP)^2/2 - (TP)^3/6 + (TP)^4/24)</c>. P = R^T R with
/// R = D_u^-1/2 X D_i^-1/2, and L = D_i^-1/2 V V^T D_i^1/2 keeps the k lowest frequencies. Users are scored in blocks, items x users,
/// since a product with P reads all positives however few users it is for.
/// </summary>
internal sealed class SharpeningFilter : IItemFilter
{
    /// <summary>Enough for all digits of a list; fewer do to choose by.</summary>
    public const int Iterations = 20;

    private const int Terms = 4;
    private const int MostUsersAtOnce = 32;

    private readonly float _lowPassWeight;
    private readonly float _time;
    private readonly int _rank;
    private readonly CsrMatrix _matrix; // R, users x items
    private readonly CsrMatrix _transposed;
    private readonly float[] _degrees; // of items
    private readonly float[] _basis; // D_i^1/2 V, items x rank
    private readonly ConcurrentBag<SharpeningBuffers> _buffers = [];

    private SharpeningFilter(
        InteractionGraph graph, CsrMatrix matrix, CsrMatrix transposed, float[] basis, int rank, float lowPassWeight, float time)
    {
        (_matrix, _transposed, _basis, _rank, _lowPassWeight, _time) = (matrix, transposed, basis, rank, lowPassWeight, time);
        _degrees = [.. Enumerable.Range(0, graph.ItemCount).Select(item => (float)Math.Max(1, graph.UsersOf(item).Length))];
    }

    public int ItemCount => _matrix.Columns;

    public bool ScoresAllAtOnce => true;

    /// <summary>Finds the low frequencies.</summary>
    /// <param name="graph">Positives.</param>
    /// <param name="rank">How many.</param>
    /// <param name="lowPassWeight">Their weight.</param>
    /// <param name="time">How long scores are sharpened.</param>
    /// <param name="threads">Threads; 0: all cores. The result does not depend on it.</param>
    /// <param name="step">Told (done, of) before each iteration; may throw to stop.</param>
    /// <param name="iterations">Iterations of the search for them.</param>
    public static SharpeningFilter Fit(
        InteractionGraph graph, int rank, float lowPassWeight, float time, int threads, Action<int, int> step, int iterations = Iterations)
    {
        CsrMatrix matrix = graph.NormalizedBiadjacency(), transposed = matrix.Transpose();
        float[] basis = DominantSubspace.Right(matrix, transposed, rank, iterations, threads, iteration => step(iteration, iterations));
        for (int item = 0; item < graph.ItemCount; item++)
        {
            var row = basis.AsSpan(item * rank, rank);
            TensorPrimitives.Multiply(row, MathF.Sqrt(graph.UsersOf(item).Length), row);
        }

        return new SharpeningFilter(graph, matrix, transposed, basis, rank, lowPassWeight, time);
    }

    /// <summary>The largest rank whose search fits into memory of so many bytes; 0 if none does.</summary>
    public static int RankWithin(int users, int items, long bytes)
    {
        long fits = bytes / (sizeof(float) * ((2L * items) + users));
        return (int)Math.Min(fits, Array.MaxLength / Math.Max(items, users));
    }

    public void Score(ReadOnlySpan<int> taken, Span<float> scores)
    {
        var buffers = Rent(1);
        buffers.Take(0, taken);
        Run(buffers);
        buffers.Sharpened.AsSpan(0, ItemCount).CopyTo(scores);
        _buffers.Add(buffers);
    }

    public float Score(ReadOnlySpan<int> taken, int item)
    {
        float[] scores = new float[ItemCount];
        Score(taken, scores);
        return scores[item];
    }

    public void Score(InteractionGraph graph, ReadOnlySpan<int> users, Span<float> scores)
    {
        for (int first = 0; first < users.Length; first += MostUsersAtOnce)
        {
            int count = Math.Min(MostUsersAtOnce, users.Length - first);
            var buffers = Rent(count);
            for (int u = 0; u < count; u++)
                buffers.Take(u, graph.ItemsOf(users[first + u]));
            Run(buffers);
            buffers.CopyUsers(scores.Slice(first * ItemCount, count * ItemCount));
            _buffers.Add(buffers);
        }
    }

    public void Write(BinaryWriter writer)
    {
        writer.Write(_lowPassWeight);
        writer.Write(_time);
        writer.Write(_rank);
        writer.Write(MemoryMarshal.AsBytes(_basis.AsSpan()));
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static SharpeningFilter Read(BinaryReader reader, InteractionGraph graph)
    {
        float lowPassWeight = reader.ReadSingle(), time = reader.ReadSingle();
        int rank = reader.ReadInt32();
        if (rank < 1 || rank > Math.Min(graph.UserCount, graph.ItemCount)
            || (long)rank * graph.ItemCount * sizeof(float) > reader.BaseStream.Length - reader.BaseStream.Position)
            throw new FormatException($"a basis of {rank} vectors for {graph.UserCount} users and {graph.ItemCount} items");
        float[] basis = new float[graph.ItemCount * rank];
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(basis.AsSpan()));
        CsrMatrix matrix = graph.NormalizedBiadjacency();
        return new SharpeningFilter(graph, matrix, matrix.Transpose(), basis, rank, lowPassWeight, time);
    }

    private SharpeningBuffers Rent(int users)
    {
        if (!_buffers.TryTake(out var buffers))
            buffers = new SharpeningBuffers(_matrix.Rows, ItemCount, _rank);
        buffers.Begin(users);
        return buffers;
    }

    private void Run(SharpeningBuffers b)
    {
        Blur(b, b.Taken, b.Start);
        if (_lowPassWeight != 0)
        {
            // x D_i^-1/2 V is the sum of the rows of the user's items, and the basis holds D_i^1/2 V: one degree makes up for the other.
            foreach ((int user, int item) in b.Pairs)
            {
                var sum = b.Frequencies.AsSpan(user * _rank, _rank);
                TensorPrimitives.MultiplyAdd(_basis.AsSpan(item * _rank, _rank), _lowPassWeight / _degrees[item], sum, sum);
            }

            MatMulKernel.MultiplyTransposedRight(
                _basis, b.Frequencies.AsSpan(0, b.Width * _rank), b.Of(b.Start), ItemCount, b.Width, _rank, accumulate: true);
        }

        // Horner: y(0) - T P (y(0) - T/2 P (y(0) - ...)).
        b.Of(b.Start).CopyTo(b.Sharpened);
        for (int term = _time == 0 ? 0 : Terms; term > 0; term--)
        {
            Blur(b, b.Sharpened, b.Taken);
            TensorPrimitives.MultiplyAdd(b.Of(b.Taken), -_time / term, b.Of(b.Start), b.Of(b.Sharpened));
        }
    }

    // P x, on this thread: callers have a thread for each block.
    private void Blur(SharpeningBuffers b, float[] source, float[] destination)
    {
        SpmmKernel.Multiply(_matrix, b.Of(source), b.Users.AsSpan(0, _matrix.Rows * b.Width), b.Width, 0, _matrix.Rows);
        SpmmKernel.Multiply(_transposed, b.Users.AsSpan(0, _matrix.Rows * b.Width), b.Of(destination), b.Width, 0, ItemCount);
    }
}
