using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Data;

namespace HybridRec.MLNet.Serving;

/// <summary>
/// Everything one version answers from. Immutable but for the count of who uses it: a request enters the snapshot it found, and the last to
/// leave a
/// retired one releases its model.
/// </summary>
internal sealed class ServingSnapshot
{
    private int _uses = 1;

    public ServingSnapshot(string version, RecommenderOptions options, SharedModel model)
    {
        (Version, Options, Model) = (version, options, model);
        model.Acquire();
    }

    public string Version { get; }

    public RecommenderOptions Options { get; }

    public SharedModel Model { get; }

    public required EntityIndex Users { get; init; }

    public required ItemDirectory Items { get; init; }

    /// <summary>The interactions of the data.</summary>
    public required InteractionPairs Pairs { get; init; }

    /// <summary>What users have; items are rows.</summary>
    public required InteractionGraph Taken { get; init; }

    public required ServingScorer Scorer { get; init; }

    /// <summary>Search by text; null where the model has no text of items.</summary>
    public required TextSearch? Texts { get; init; }

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
