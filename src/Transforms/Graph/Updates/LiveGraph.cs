using System.Numerics.Tensors;
using HybridRec.MLNet.Accel;

namespace HybridRec.MLNet.Graph;

/// <summary>
/// The graph and the layer-0 vectors of an updatable model, open to further users, items and edges. A new node's E is its mapped features, zero without any: a vector of its own
/// would have to be trained. AlphaRec's user takes the mean features of the items they have by then.
/// </summary>
internal sealed class LiveGraph
{
    private readonly GraphUpdates _kept;
    private readonly RowTable? _content;
    private readonly List<bool> _present = [];
    private readonly float[] _mean = [];

    public LiveGraph(GraphUpdates kept)
    {
        _kept = kept;
        Graph = new DynamicGraph(kept.Graph);
        Users = new RowTable(kept.Rule.Dimension, (float[])kept.Users.Clone());
        Items = new RowTable(kept.Rule.Dimension, (float[])kept.Items.Clone());
        if (kept.Content is not { } content)
            return;
        _content = new RowTable(content.Width, (float[])content.Rows.Clone());
        _present.AddRange(content.Present);
        _mean = new float[content.Width];
    }

    public DynamicGraph Graph { get; }

    /// <summary>E of users.</summary>
    public RowTable Users { get; }

    /// <summary>E of items.</summary>
    public RowTable Items { get; }

    /// <summary>Adds a user.</summary>
    /// <param name="features">Raw features, which are changed; empty for none.</param>
    public void AddUser(Span<float> features)
    {
        Users.GrowTo(Graph.AddUser() + 1);
        if (!features.IsEmpty)
            _kept.UserMap?.AddTo(features, Users[Users.Count - 1]);
    }

    /// <summary>Adds an item.</summary>
    /// <param name="features">Raw features, which are changed; empty for none.</param>
    public void AddItem(Span<float> features)
    {
        int item = Graph.AddItem();
        Items.GrowTo(item + 1);
        bool present = !features.IsEmpty && _kept.ItemMap is { } map && NodeFeatureTable.Standardize(features, map.FeatureMean, map.FeatureScale);
        if (present)
            _kept.ItemMap!.AddStandardized(features, Items[item]);
        if (_content is null)
            return;
        _content.GrowTo(item + 1);
        _present.Add(present);
        if (present)
            features.CopyTo(_content[item]);
    }

    /// <summary>Adds an edge; false when it was there.</summary>
    public bool Connect(int user, int item)
    {
        if (Graph.Contains(user, item))
            return false;

        // The id embedding, if there is one, stays in what is left between the two.
        if (_content is not null)
            MoveUser(user, -1);
        Graph.Add(user, item);
        if (_content is not null)
            MoveUser(user, 1);
        return true;
    }

    /// <summary>The state of this moment, independent of later changes.</summary>
    public GraphUpdates Freeze() => _kept with
    {
        Graph = Graph.ToInteractionGraph(),
        Users = Users.ToArray(),
        Items = Items.ToArray(),
        Content = _content is null ? null : new ContentFeatures(_kept.Content!.Width, _content.ToArray(), [.. _present]),
    };

    // Adds or takes away the map of the mean features of the user's items, as ContentRows has it.
    private void MoveUser(int user, float sign)
    {
        Array.Clear(_mean);
        int count = 0;
        foreach (int item in Graph.ItemsOf(user))
        {
            if (!_present[item])
                continue;
            TensorPrimitives.Add(_mean, _content![item], _mean);
            count++;
        }

        if (count > 1)
            TensorPrimitives.Divide(_mean, count, _mean);
        Span<float> mapped = new float[_kept.Rule.Dimension];
        _kept.ItemMap!.AddStandardized(_mean, mapped);
        TensorPrimitives.MultiplyAdd(mapped, sign, Users[user], Users[user]);
    }
}
