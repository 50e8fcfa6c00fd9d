using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Accel.Kernels;

namespace HybridRec.MLNet.ClosedForms;

/// <summary>Solves columns of <see cref="LocalSolver"/> one after another; owns its scratch, so one a thread.</summary>
internal sealed class LocalColumn
{
    private readonly InteractionGraph _graph;
    private readonly TextLinks? _text;
    private readonly int _neighbors;
    private readonly float _ridge;
    private readonly float _lambdaE;
    private readonly CooccurrenceWalk _walk;
    private readonly float[] _closeness;
    private readonly List<int>[] _membersOf;
    private readonly List<int> _users = [];

    public LocalColumn(InteractionGraph graph, TextLinks? text, int neighbors, float ridge, float lambdaE)
    {
        (_graph, _text, _neighbors, _ridge, _lambdaE) = (graph, text, neighbors, ridge, lambdaE);
        _walk = new CooccurrenceWalk(graph);
        _closeness = new float[graph.ItemCount];
        _membersOf = new List<int>[graph.UserCount];
    }

    /// <summary>The support of an item, ascending, and its weights.</summary>
    public (int[] Support, float[] Weights) Solve(int item)
    {
        var touched = _walk.Walk(item, []);
        int[] support = Support(item, touched);
        double[] right = new double[support.Length];
        for (int a = 0; a < support.Length; a++)
            right[a] = _walk.Sums[support[a]] + (_text is null ? 0 : _lambdaE * _text.Link(support[a], item));
        _walk.Clear(touched);
        double[] gram = Gram(support);
        SmallCholesky.Solve(gram, right, support.Length);
        return (support, Array.ConvertAll(right, value => (float)value));
    }

    // By cosine with the item's users; with texts half of the places, and those left over, go to the nearest texts.
    private int[] Support(int item, ReadOnlySpan<int> touched)
    {
        int byUsers = _text is null ? _neighbors : (_neighbors + 1) / 2;
        foreach (int other in touched)
            _closeness[other] = _walk.Sums[other] / MathF.Sqrt(_graph.UsersOf(other).Length);
        int[] support = Best(byUsers, [item], onlyAbove: 0);
        Array.Clear(_closeness);
        if (_text is null)
            return support;
        int[] taken = [.. support.Append(item).Order()];
        int width = _text.Dimension;
        MatMulKernel.Multiply(_text.Scaled.AsSpan(item * width, width), _text.Packed, _closeness, 1);
        int[] near = Best(_neighbors - support.Length, taken, onlyAbove: float.NegativeInfinity);
        Array.Clear(_closeness);
        return [.. support.Concat(near).Order()];
    }

    private int[] Best(int count, int[] excluded, float onlyAbove)
    {
        int[] best = new int[count];
        float[] scores = new float[count];
        int found = TopKKernel.Select(_closeness, excluded, best, scores);
        while (found > 0 && !(scores[found - 1] > onlyAbove))
            found--;
        return [.. best.Take(found).Order()];
    }

    // Through the users: each adds one for every two of the support that they have. Cheaper than rows of X^T X, most of
    // which lie outside the support.
    private double[] Gram(int[] support)
    {
        int n = support.Length;
        double[] gram = new double[n * n];
        for (int a = 0; a < n; a++)
        {
            foreach (int user in _graph.UsersOf(support[a]))
            {
                var members = _membersOf[user] ??= [];
                if (members.Count == 0)
                    _users.Add(user);
                members.Add(a);
            }
            gram[(a * n) + a] = _ridge;
        }
        foreach (int user in _users)
        {
            var members = _membersOf[user];
            for (int i = 0; i < members.Count; i++)
            {
                for (int j = 0; j <= i; j++)
                    gram[(members[i] * n) + members[j]]++;
            }
            members.Clear();
        }
        _users.Clear();
        return gram;
    }
}
