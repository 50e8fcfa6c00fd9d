using HybridRec.MLNet.Accel;

namespace HybridRec.MLNet.Graph;

/// <summary>
/// The served vectors of a graph that changes, recomputed only where touched. All layers h(0)..h(L-1) are held; a new edge recomputes,
/// layer by layer, those of its two ends (and of their neighbors, as many rounds as asked for) from the layers below and the degrees of
/// now: <c>h_v(l) = sum over u of a_vu h_u(l-1)</c>. What was not touched keeps its vectors. So the ends are exact up to what their
/// neighbors miss: with one layer they are exact, and after L rounds every node is. Not safe for several threads. Source: selective
/// recomputation of layer-wise embeddings, OMEGA (arXiv 2501.08547); there by a budget of nodes, here by distance.
/// </summary>
internal sealed class LivePropagation
{
    private const int NodesPerChunk = 32;

    private readonly LiveGraph _live;
    private readonly PropagationRule _rule;
    private readonly int _rounds;

    /// <param name="kept">The state that the mapping was made of.</param>
    /// <param name="mapping">The vectors served so far.</param>
    /// <param name="rounds">How far from a new edge vectors are recomputed: 0 for its ends.</param>
    public LivePropagation(GraphUpdates kept, GnnMapping mapping, int rounds)
    {
        (_live, _rule, _rounds) = (new LiveGraph(kept), kept.Rule, rounds);
        Users = new LiveSide(_rule, _live.Users, mapping.Users, user => _live.Graph.ItemsOf(user));
        Items = new LiveSide(_rule, _live.Items, mapping.Items, item => _live.Graph.UsersOf(item));
        GraphOperator a = _rule.Operator(kept.Graph);
        float[] layer = [.. kept.Users.Rows, .. kept.Items.Rows];
        int boundary = kept.Users.Rows.Length;
        for (int l = 1; l < _rule.Layers; l++)
        {
            float[] next = new float[layer.Length];
            a.Multiply(layer, next, _rule.Dimension);
            Users.AddLayer(next[..boundary]);
            Items.AddLayer(next[boundary..]);
            layer = next;
        }
    }

    public LiveSide Users { get; }

    public LiveSide Items { get; }

    /// <summary>The graph of now; to read.</summary>
    public DynamicGraph Graph => _live.Graph;

    /// <summary>Nodes recomputed by the last edge.</summary>
    public int LastTouched { get; private set; }

    /// <summary>Adds a user without items.</summary>
    public void AddUser()
    {
        _live.AddUser([]);
        Users.GrowTo(Graph.UserCount);
    }

    /// <summary>Adds an item without users.</summary>
    public void AddItem()
    {
        _live.AddItem([]);
        Items.GrowTo(Graph.ItemCount);
    }

    /// <summary>Adds an edge and brings the vectors around it up to date; false when the edge was there, and nothing changed.</summary>
    public bool Connect(int user, int item)
    {
        if (!_live.Connect(user, item))
            return false;
        _live.Settle();
        (int[] users, int[] items) = Touched(user, item);
        LastTouched = users.Length + items.Length;
        for (int layer = 1; layer <= _rule.Layers; layer++)
        {
            int l = layer;
            Each(users, u => Users.Propagate(u, l, Items));
            Each(items, i => Items.Propagate(i, l, Users));
        }

        Each(users, Users.Finish);
        Each(items, Items.Finish);
        return true;
    }

    /// <summary>The state and the vectors of this moment, independent of later changes.</summary>
    public (GraphUpdates Kept, GnnMapping Mapping) Freeze() => (_live.Freeze(), new GnnMapping(Users.Freeze(), Items.Freeze(), null));

    private (int[] Users, int[] Items) Touched(int user, int item)
    {
        HashSet<int> users = [user], items = [item];
        for (int round = 0; round < _rounds; round++)
        {
            int[] usersSoFar = [.. users];
            foreach (int i in items)
                users.UnionWith(Graph.UsersOf(i).ToArray());
            foreach (int u in usersSoFar)
                items.UnionWith(Graph.ItemsOf(u).ToArray());
        }

        return ([.. users], [.. items]);
    }

    // Each node writes its own rows of one layer and reads the layer below: the order does not matter.
    private static void Each(int[] nodes, Action<int> body) =>
        Parallelism.For((nodes.Length + NodesPerChunk - 1) / NodesPerChunk, 0, chunk =>
        {
            int end = Math.Min(nodes.Length, (chunk + 1) * NodesPerChunk);
            for (int n = chunk * NodesPerChunk; n < end; n++)
                body(nodes[n]);
        });
}
