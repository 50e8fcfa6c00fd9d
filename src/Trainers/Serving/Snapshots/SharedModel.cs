using Microsoft.ML;

namespace HybridRec.MLNet.Serving;

/// <summary>A model that several snapshots use; disposed with the last of them, where the recommender owns it.</summary>
/// <param name="model">The model.</param>
/// <param name="owned">Whether to dispose it.</param>
internal sealed class SharedModel(ITransformer model, bool owned)
{
    private int _users;

    /// <summary>The model.</summary>
    public ITransformer Model => model;

    /// <summary>One more snapshot uses it.</summary>
    public void Acquire() => Interlocked.Increment(ref _users);

    /// <summary>A snapshot has ended.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _users) == 0 && owned)
            (model as IDisposable)?.Dispose();
    }
}
