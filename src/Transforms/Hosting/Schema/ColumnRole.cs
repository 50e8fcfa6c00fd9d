namespace HybridRec.MLNet;

/// <summary>Whom a column describes.</summary>
/// <remarks>The numbers stand in saved models.</remarks>
public enum ColumnRole
{
    /// <summary>The user: the same for all candidates of one list.</summary>
    User = 0,

    /// <summary>The item.</summary>
    Item = 1,

    /// <summary>The interaction: time, place and the like.</summary>
    Context = 2,

    /// <summary>User and item together, known for every pair of them: the score of a closed form.</summary>
    Pair = 3,
}
