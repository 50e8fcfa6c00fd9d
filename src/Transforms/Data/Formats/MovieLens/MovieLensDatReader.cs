namespace HybridRec.MLNet.Data;

/// <summary>
/// Ratings of MovieLens 1M and 10M, <c>UserID::MovieID::Rating::Timestamp</c>, or of 100k: the same fields, separated by tabs.
/// </summary>
internal sealed class MovieLensDatReader(DataFile file, bool isTabbed, bool skipMalformed) : NumberedRowReader(file, skipMalformed)
{
    private readonly string _form =
        isTabbed ? "4 fields user, item, rating, timestamp, separated by tabs" : "4 fields UserID::MovieID::Rating::Timestamp";

    protected override RowOutcome ReadRow()
    {
        if (!NextLine())
            return RowOutcome.End;
        var line = Lines.Current;
        Span<Range> fields = stackalloc Range[5];
        int count = SeparatedFields.Split(line, isTabbed ? "\t"u8 : "::"u8, fields);
        return count == 4
            ? ParseRating(line[fields[0]], line[fields[1]], line[fields[2]], line[fields[3]], Lines.Number)
            : Malformed($"{(count > 4 ? "more than 4" : count)} fields in {Quote(line)}", _form);
    }
}
