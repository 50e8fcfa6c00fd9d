namespace HybridRec.MLNet.Data;

/// <summary>What a step of a <see cref="RowReader"/> came to.</summary>
internal enum RowOutcome
{
    /// <summary>A row stands in the reader's fields.</summary>
    Row,

    /// <summary>There are no more rows.</summary>
    End,

    /// <summary>What stood there is no row.</summary>
    Malformed,
}
