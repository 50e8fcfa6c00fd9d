using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Data;

namespace HybridRec.MLNet.Serving;

/// <summary>Everything one version answers from. Immutable but for the count of who uses it: a request enters the snapshot it found, and the last to leave a retired one releases its model.</summary>
internal sealed class ServingSnapshot
{
    private int _uses = 1;

    public ServingSnapshot(
        string version, RecommenderOptions options, SharedModel model, EntityIndex users, ItemDirectory items, InteractionPairs pairs, ServingScorer scorer, TextSearch? texts)
    {
        (Version, Options, Model, Users, Items, Pairs, Scorer, Texts) = (version, options, model, users, items, pairs, scorer, texts);
        Taken = InteractionGraph.FromPairs(users.Count, items.Count, pairs.Users, pairs.Rows);
        model.Acquire();
    }

    public string Version { get; }

    public RecommenderOptions Options { get; }

    public SharedModel Model { get; }

    public EntityIndex Users { get; }

    public ItemDirectory Items { get; }

    /// <summary>The interactions of the data.</summary>
    public InteractionPairs Pairs { get; }

    /// <summary>What users have; items are rows.</summary>
    public InteractionGraph Taken { get; }

    public ServingScorer Scorer { get; }

    /// <summary>Search by text; null where the model has no text of items.</summary>
    public TextSearch? Texts { get; }

    /// <summary>Begins a use; false when the snapshot has ended, and another one is there.</summary>
    public bool TryEnter()
    {
        for (int uses = Volatile.Read(ref _uses); uses > 0;)
        {
            int seen = Interlocked.CompareExchange(ref _uses, uses + 1, uses);
            if (seen == uses)
                return true;
            uses = seen;
        }

        return false;
    }

    /// <summary>Ends a use, or, called once by its owner, the snapshot itself.</summary>
    public void Exit()
    {
        if (Interlocked.Decrement(ref _uses) == 0)
            Model.Release();
    }
}
