namespace HybridRec.MLNet.Data;

/// <summary>A reader of interactions whose ids are numbers.</summary>
internal abstract class NumberedRowReader(DataFile file, bool skipMalformed) : RowReader(file, skipMalformed)
{
    internal int User { get; private protected set; }

    internal int Item { get; private protected set; }

    internal float Label { get; private protected set; }

    internal long Timestamp { get; private protected set; }

    /// <summary>Parses the four fields of a rating; false with the outcome to return when one is wrong.</summary>
    private protected RowOutcome ParseRating(
        ReadOnlySpan<byte> user, ReadOnlySpan<byte> item, ReadOnlySpan<byte> label, ReadOnlySpan<byte> timestamp, long line)
    {
        if (!Utf8Numbers.TryId(user, out int userId))
            return Malformed(line, $"user id {Quote(user)}", AllowedId);
        if (!Utf8Numbers.TryId(item, out int itemId))
            return Malformed(line, $"item id {Quote(item)}", AllowedId);
        if (!Utf8Numbers.TryLabel(label, out float stars))
            return Malformed(line, $"rating {Quote(label)}", "a finite number");
        if (!Utf8Numbers.TrySeconds(timestamp, out long seconds))
            return Malformed(line, $"timestamp {Quote(timestamp)}", "whole seconds since 1970");
        (User, Item, Label, Timestamp) = (userId, itemId, stars, seconds);
        return RowOutcome.Row;
    }
}
