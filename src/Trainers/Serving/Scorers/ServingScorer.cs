namespace HybridRec.MLNet.Serving;

/// <summary>Finds the rows of the item table with the highest scores. Thread-safe; equal scores come by ascending row.</summary>
internal abstract class ServingScorer
{
    /// <summary>Whether the lists of users and histories are those that scoring all items gives.</summary>
    public abstract bool IsExact { get; }

    /// <summary>Length of a query vector; 0 where the model has none.</summary>
    public virtual int Dimension => 0;

    /// <summary>The best rows for a user of the data.</summary>
    /// <returns>How many were found.</returns>
    public abstract int ForUser(int user, ServingFilter filter, Span<int> rows, Span<float> scores);

    /// <summary>What finds the lists of all users, a block of them at a time.</summary>
    public virtual UserBlocks Blocks() => new(this);

    /// <summary>The best rows for someone who has some items; false when the model does not tell.</summary>
    public virtual bool TryForHistory(
        ReadOnlySpan<int> history, ServingFilter filter, Span<int> rows, Span<float> scores, out int found,
        CancellationToken cancellationToken)
    {
        found = 0;
        return false;
    }

    /// <summary>The rows most like one; false when the model does not tell.</summary>
    public virtual bool TryLike(int item, ServingFilter filter, Span<int> rows, Span<float> scores, out int found)
    {
        found = 0;
        return false;
    }

    /// <summary>The rows with the largest inner products; called only where there is a <see cref="Dimension"/>.</summary>
    public virtual int ForVector(ReadOnlySpan<float> query, ServingFilter filter, Span<int> rows, Span<float> scores) => throw NoVectors();

    /// <summary>The query vector of a user.</summary>
    public virtual float[] QueryVector(int user) => throw NoVectors();

    /// <summary>The query vector of someone who has some items, one or more.</summary>
    public virtual float[] QueryVector(ReadOnlySpan<int> history, CancellationToken cancellationToken) => throw NoVectors();

    /// <summary>The vector of an item.</summary>
    public virtual ReadOnlySpan<float> ItemVector(int row) => throw NoVectors();

    /// <summary>How much having one item speaks for another; 0 when the model does not tell.</summary>
    public virtual ItemAffinity Affinity(int had, int recommended) => default;

    /// <summary>What tells how much each of some rows speaks for a recommended one, in the order given.</summary>
    /// <param name="user">The user of the data who has them; -1: somebody else.</param>
    /// <param name="had">The rows.</param>
    /// <param name="cancellationToken">Stops what has to be computed first.</param>
    public virtual Func<int, ItemAffinity[]> Affinities(int user, int[] had, CancellationToken cancellationToken) =>
        recommended => Array.ConvertAll(had, one => one == recommended ? default : Affinity(one, recommended));

    /// <summary>What a model without vectors answers.</summary>
    public static NotSupportedException NoVectors() => new(
        "This model scores items by no vectors: vector queries need a chain that ends in ml.Hybrid.Ranking.");
}
