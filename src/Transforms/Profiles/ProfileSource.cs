namespace HybridRec.MLNet.Profiles;

/// <summary>Where profiles come from, for taking in further rows.</summary>
/// <param name="ItemVector">Column of the item's vector.</param>
/// <param name="Label">Label column.</param>
/// <param name="PositiveThreshold">The least label that counts; null is above 0.</param>
internal sealed record ProfileSource(string ItemVector, string Label, float? PositiveThreshold)
{
    public static ProfileSource Read(BinaryReader reader) =>
        new(reader.ReadString(), reader.ReadString(), reader.ReadBoolean() ? reader.ReadSingle() : null);

    public void Write(BinaryWriter writer)
    {
        writer.Write(ItemVector);
        writer.Write(Label);
        writer.Write(PositiveThreshold is not null);
        if (PositiveThreshold is { } threshold)
            writer.Write(threshold);
    }
}
