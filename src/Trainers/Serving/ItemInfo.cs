namespace HybridRec.MLNet;

/// <summary>An item that can be recommended.</summary>
/// <param name="Item">Its id, as invariant text.</param>
/// <param name="Title">Its title, where the data has a title column.</param>
/// <param name="Categories">Its categories, where the data has a category column.</param>
/// <param name="Interactions">Interactions the data has with it.</param>
public sealed record ItemInfo(string Item, string? Title, IReadOnlyList<string> Categories, int Interactions);
