namespace HybridRec.MLNet.Serving;

/// <summary>An item that a refresh brings: it is new, or known better than before.</summary>
/// <param name="Row">Its row in the snapshot.</param>
/// <param name="Code">Its code in the tables of the refresh.</param>
/// <param name="Id">Its id.</param>
internal readonly record struct ItemChange(int Row, int Code, string Id);
