namespace HybridRec.MLNet.ClosedForms;

/// <summary>The columns of a fitted closed form.</summary>
/// <param name="User">The user key.</param>
/// <param name="Item">The item key.</param>
/// <param name="Output">The scores.</param>
/// <param name="Holdout">The marks of held-out rows; null where it writes none.</param>
internal sealed record FilterColumns(string User, string Item, string Output, string? Holdout);
