namespace HybridRec.MLNet.ClosedForms;

/// <summary>The columns of a fitted closed form.</summary>
/// <param name="User">The user key.</param>
/// <param name="Item">The item key.</param>
/// <param name="Output">The scores.</param>
/// <param name="Holdout">The marks of held-out rows; null where it writes none.</param>
/// <param name="Label">What tells positives among further rows; null in a state of a version that did not keep it.</param>
/// <param name="UserVector">The users' vectors; null where it writes none.</param>
/// <param name="ItemVector">The items' vectors; null where it writes none.</param>
internal sealed record FilterColumns(
    string User, string Item, string Output, string? Holdout, PositiveLabel? Label, string? UserVector = null, string? ItemVector = null)
{
    /// <summary>Reads what <see cref="Write"/> wrote, or what an older version did.</summary>
    public static FilterColumns Read(BinaryReader reader, int version)
    {
        var columns = new FilterColumns(reader.ReadString(), reader.ReadString(), ColumnNames.Score, null, null);
        if (version >= 2)
            columns = columns with { Output = reader.ReadString(), Holdout = ReadOptional(reader) };
        if (version >= 3 && reader.ReadBoolean())
            columns = columns with { Label = PositiveLabel.Read(reader) };
        return version < 4 ? columns : columns with { UserVector = ReadOptional(reader), ItemVector = ReadOptional(reader) };
    }

    /// <summary>Writes the names.</summary>
    public void Write(BinaryWriter writer)
    {
        writer.Write(User);
        writer.Write(Item);
        writer.Write(Output);
        WriteOptional(writer, Holdout);
        writer.Write(Label is not null);
        Label?.Write(writer);
        WriteOptional(writer, UserVector);
        WriteOptional(writer, ItemVector);
    }

    private static string? ReadOptional(BinaryReader reader) => reader.ReadBoolean() ? reader.ReadString() : null;

    private static void WriteOptional(BinaryWriter writer, string? name)
    {
        writer.Write(name is not null);
        if (name is not null)
            writer.Write(name);
    }
}
