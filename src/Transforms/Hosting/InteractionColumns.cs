namespace HybridRec.MLNet.Hosting;

/// <summary>Names of the columns of an interaction view. User and item are required; the others are read when the view has them.</summary>
internal sealed record InteractionColumns(
    string User = "User",
    string Item = "Item",
    string? Label = "Label",
    string? Timestamp = "Timestamp",
    string? Holdout = "Holdout");
