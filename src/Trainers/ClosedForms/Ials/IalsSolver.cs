using HybridRec.MLNet.Accel;

namespace HybridRec.MLNet.ClosedForms;

/// <summary>The vectors of users and items, solved in turn; each half of a sweep lowers the objective, or leaves it.</summary>
internal sealed class IalsSolver
{
    private const int ChunkNodes = 64;
    private const int ChunkDrawn = 1024; // rows of a stream of random numbers
    private const double Deviation = 0.1; // of a vector's length, at the start

    private readonly InteractionGraph _graph;
    private readonly int _dimension;
    private readonly IalsObjective _objective;
    private readonly int _threads;

    /// <param name="graph">Positives.</param>
    /// <param name="dimension">Numbers of a vector.</param>
    /// <param name="objective">What is minimized.</param>
    /// <param name="seed">Seed of the items' vectors at the start; those of the users are solved first.</param>
    /// <param name="threads">Threads; 0: all cores. The result does not depend on it.</param>
    public IalsSolver(InteractionGraph graph, int dimension, IalsObjective objective, int seed, int threads)
    {
        (_graph, _dimension, _objective, _threads) = (graph, dimension, objective, threads);
        Users = new float[graph.UserCount * dimension];
        Items = new float[graph.ItemCount * dimension];
        double deviation = Deviation / Math.Sqrt(dimension);
        Parallelism.For((graph.ItemCount + ChunkDrawn - 1) / ChunkDrawn, threads, chunk =>
        {
            var random = Xoshiro256.Stream(seed, chunk: chunk);
            int first = chunk * ChunkDrawn, count = Math.Min(ChunkDrawn, graph.ItemCount - first);
            foreach (ref float value in Items.AsSpan(first * dimension, count * dimension))
                value = (float)(deviation * random.NextNormal());
        });
    }

    /// <summary>w, users x dimension.</summary>
    public float[] Users { get; }

    /// <summary>h, items x dimension.</summary>
    public float[] Items { get; }

    /// <summary>Replaces the users' vectors by the best for the items' ones.</summary>
    public void SolveUsers()
    {
        var fixedItems = new IalsFactors(Items, _dimension, _objective, _threads);
        ForAll(_graph.UserCount, user => fixedItems.Solve(_graph.ItemsOf(user), Users.AsSpan(user * _dimension, _dimension)));
    }

    /// <summary>Replaces the items' vectors by the best for the users' ones.</summary>
    public void SolveItems()
    {
        var fixedUsers = new IalsFactors(Users, _dimension, _objective, _threads);
        ForAll(_graph.ItemCount, item => fixedUsers.Solve(_graph.UsersOf(item), Items.AsSpan(item * _dimension, _dimension)));
    }

    private void ForAll(int count, Action<int> solve) => Parallelism.For((count + ChunkNodes - 1) / ChunkNodes, _threads, chunk =>
    {
        for (int node = chunk * ChunkNodes; node < Math.Min(count, (chunk + 1) * ChunkNodes); node++)
            solve(node);
    });
}
