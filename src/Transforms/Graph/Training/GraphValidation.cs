using HybridRec.MLNet.Accel;

namespace HybridRec.MLNet.Graph;

/// <summary>
/// NDCG@10 of the full ranking of all items on the held out pairs, the items trained on left out; a fixed sample of users.
/// </summary>
internal sealed class GraphValidation
{
    private const int Cutoff = 10;

    private readonly InteractionGraph _fit;
    private readonly InteractionGraph _holdout;
    private readonly GnnEmbeddingOptions _options;
    private readonly int[] _users;
    private readonly float[] _userTable;
    private readonly float[] _itemTable;
    private readonly float[] _final;

    public GraphValidation(InteractionGraph fit, InteractionGraph holdout, int nodeCount, GnnEmbeddingOptions options)
    {
        _fit = fit;
        _holdout = holdout;
        _options = options;
        int[] users = GraphNodes.UsersWithEdges(holdout);
        if (users.Length > options.ValidationUsers)
        {
            Xoshiro256 random = Streams.Open(options.Seed, StreamKind.ValidationUsers);
            random.Shuffle<int>(users);
            Array.Resize(ref users, options.ValidationUsers);
            Array.Sort(users);
        }

        _users = users;
        _userTable = new float[users.Length * options.Dimension];
        _itemTable = new float[fit.ItemCount * options.Dimension];
        _final = new float[nodeCount * options.Dimension];
    }

    /// <summary>Ranks by the current parameters: the mean over the users.</summary>
    public double Ndcg(GraphNetwork network)
    {
        network.Final(_final);
        return UserNdcg(network, _options.ServedExponent).Average();
    }

    /// <summary>Ranks by the current parameters under exponents of the items' lengths: NDCG@10 of each user, for each exponent.</summary>
    public double[][] Ndcg(GraphNetwork network, IEnumerable<float> exponents)
    {
        network.Final(_final);
        return [.. exponents.Select(exponent => UserNdcg(network, exponent))];
    }

    private double[] UserNdcg(GraphNetwork network, float? served)
    {
        int dimension = _options.Dimension;
        Array.Copy(_final, _fit.UserCount * dimension, _itemTable, 0, _itemTable.Length);
        for (int item = 0; network.Graph.LeavesOut && item < _fit.ItemCount; item++)
        {
            // As unconnected ones are: at zero.
            if (!network.Graph.Served[_fit.UserCount + item])
                _itemTable.AsSpan(item * dimension, dimension).Clear();
        }

        for (int row = 0; row < _users.Length; row++)
            _final.AsSpan(_users[row] * dimension, dimension).CopyTo(_userTable.AsSpan(row * dimension));
        if (served is float exponent)
            new CosineRows(_fit.ItemCount, dimension, exponent).Forward(_itemTable);

        // A user's length does not change the order of items, so users stay as they are.
        RankedLists lists = TopKRanking.RankAll(
            _userTable, _itemTable, dimension, null, row => _fit.ItemsOf(_users[row]), Cutoff, _options.Training.Threads,
            _options.Training.CancellationToken);
        return [.. _users.Select((user, row) => RankingMath.Ndcg(lists.ItemsOf(row), _holdout.ItemsOf(user), Cutoff))];
    }
}
