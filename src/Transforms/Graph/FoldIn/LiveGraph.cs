using System.Numerics.Tensors;
using HybridRec.MLNet.Accel;

namespace HybridRec.MLNet.Graph;

/// <summary>
/// The graph and the layer-0 vectors of an updatable model, open to further users, items and edges. Trained vectors stay as they are. A
/// node that was not trained has the projection of its features where its side has features, else it is put by its neighbors
/// (<see cref="NewcomerRule"/>). AlphaRec's users have the mean features of the items they have by then.
/// </summary>
internal sealed class LiveGraph
{
    private readonly GraphUpdates _kept;
    private readonly List<bool> _trainedUsers;
    private readonly List<bool> _trainedItems;
    private readonly HashSet<int> _movedUsers = [];
    private readonly HashSet<int> _movedItems = [];
    private readonly RowTable? _content;
    private readonly List<bool> _present = [];
    private readonly float[] _mean = [];

    public LiveGraph(GraphUpdates kept)
    {
        _kept = kept;
        Graph = new DynamicGraph(kept.Graph);
        Users = new RowTable(kept.Rule.Dimension, (float[])kept.Users.Rows.Clone());
        Items = new RowTable(kept.Rule.Dimension, (float[])kept.Items.Rows.Clone());
        (_trainedUsers, _trainedItems) = ([.. kept.Users.Trained], [.. kept.Items.Trained]);
        if (kept.Content is not { } content)
            return;
        _content = new RowTable(content.Width, (float[])content.Rows.Clone());
        _present.AddRange(content.Present);
        _mean = new float[content.Width];
    }

    public DynamicGraph Graph { get; }

    /// <summary>E of users; current after <see cref="Settle"/>.</summary>
    public RowTable Users { get; }

    /// <summary>E of items; current after <see cref="Settle"/>.</summary>
    public RowTable Items { get; }

    /// <summary>Adds a user.</summary>
    /// <param name="features">Raw features, which are changed; empty for none.</param>
    public void AddUser(Span<float> features)
    {
        Users.GrowTo(Graph.AddUser() + 1);
        _trainedUsers.Add(false);
        if (!features.IsEmpty)
            _kept.Users.Map?.AddTo(features, Users[Users.Count - 1]);
    }

    /// <summary>Adds an item.</summary>
    /// <param name="features">Raw features, which are changed; empty for none.</param>
    public void AddItem(Span<float> features)
    {
        int item = Graph.AddItem();
        Items.GrowTo(item + 1);
        _trainedItems.Add(false);
        bool present = !features.IsEmpty && _kept.Items.Map is { } map
            && NodeFeatureTable.Standardize(features, map.FeatureMean, map.FeatureScale);
        if (present)
            _kept.Items.Map!.AddStandardized(features, Items[item]);
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

        // The id embedding, if there is one, is what is left between the two, and stays.
        if (_content is not null && _movedUsers.Add(user))
            MoveUser(user, -1);
        Graph.Add(user, item);
        _movedUsers.Add(user);
        _movedItems.Add(item);
        return true;
    }

    /// <summary>Brings E up to date with the edges.</summary>
    public void Settle()
    {
        foreach (int user in _movedUsers)
        {
            if (_content is not null)
                MoveUser(user, 1);
            else if (!_trainedUsers[user])
                _kept.Users.Newcomers?.Place(Graph.ItemsOf(user), Items, _trainedItems, Users[user]);
        }

        foreach (int item in _movedItems)
        {
            if (!_trainedItems[item])
                _kept.Items.Newcomers?.Place(Graph.UsersOf(item), Users, _trainedUsers, Items[item]);
        }

        _movedUsers.Clear();
        _movedItems.Clear();
    }

    /// <summary>The state of this moment, independent of later changes.</summary>
    public GraphUpdates Freeze()
    {
        Settle();
        return _kept with
        {
            Graph = Graph.ToInteractionGraph(),
            Users = _kept.Users with { Rows = Users.ToArray(), Trained = [.. _trainedUsers] },
            Items = _kept.Items with { Rows = Items.ToArray(), Trained = [.. _trainedItems] },
            Content = _content is null ? null : new ContentFeatures(_kept.Content!.Width, _content.ToArray(), [.. _present]),
        };
    }

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
        _kept.Items.Map!.AddStandardized(_mean, mapped);
        TensorPrimitives.MultiplyAdd(mapped, sign, Users[user], Users[user]);
    }
}
