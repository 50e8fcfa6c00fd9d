namespace HybridRec.MLNet.ClosedForms;

/// <summary>The columns of a fitted closed form.</summary>
/// <param name="User">The user key.</param>
/// <param name="Item">The item key.</param>
/// <param name="Output">The scores.</param>
/// <param name="Holdout">The marks of held-out rows; null where it writes none.</param>
/// <param name="Label">What tells positives among further rows; null in a state of a version that did not keep it.</param>
internal sealed record FilterColumns(string User, string Item, string Output, string? Holdout, PositiveLabel? Label)
{
    /// <summary>Reads what <see cref="Write"/> wrote, or what an older version did.</summary>
    public static FilterColumns Read(BinaryReader reader, int version)
    {
        var columns = new FilterColumns(reader.ReadString(), reader.ReadString(), ColumnNames.Score, null, null);
        if (version >= 2)
            columns = columns with { Output = reader.ReadString(), Holdout = reader.ReadBoolean() ? reader.ReadString() : null };
        return version >= 3 && reader.ReadBoolean() ? columns with { Label = PositiveLabel.Read(reader) } : columns;
    }

    /// <summary>Writes the names.</summary>
    public void Write(BinaryWriter writer)
    {
        writer.Write(User);
        writer.Write(Item);
        writer.Write(Output);
        writer.Write(Holdout is not null);
        if (Holdout is not null)
            writer.Write(Holdout);
        writer.Write(Label is not null);
        Label?.Write(writer);
    }
}
