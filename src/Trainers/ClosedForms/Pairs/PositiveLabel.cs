namespace HybridRec.MLNet.ClosedForms;

/// <summary>What tells the positives among further rows.</summary>
/// <param name="Column">Label column.</param>
/// <param name="Threshold">The least label that counts; null is above 0.</param>
internal sealed record PositiveLabel(string Column, float? Threshold)
{
    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static PositiveLabel Read(BinaryReader reader) =>
        new(reader.ReadString(), reader.ReadBoolean() ? reader.ReadSingle() : null);

    /// <summary>Writes it.</summary>
    public void Write(BinaryWriter writer)
    {
        writer.Write(Column);
        writer.Write(Threshold is not null);
        if (Threshold is { } threshold)
            writer.Write(threshold);
    }
}
