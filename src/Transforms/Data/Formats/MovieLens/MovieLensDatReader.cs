namespace HybridRec.MLNet.Data;

/// <summary>Ratings of MovieLens 1M and 10M: <c>UserID::MovieID::Rating::Timestamp</c>.</summary>
internal sealed class MovieLensDatReader(DataFile file, bool skipMalformed) : NumberedRowReader(file, skipMalformed)
{
    private const string Form = "4 fields UserID::MovieID::Rating::Timestamp";

    protected override RowOutcome ReadRow()
    {
        if (!NextLine())
            return RowOutcome.End;
        var line = Lines.Current;
        Span<Range> fields = stackalloc Range[5];
        int count = DoubleColon.Split(line, fields);
        return count == 4
            ? ParseRating(line[fields[0]], line[fields[1]], line[fields[2]], line[fields[3]], Lines.Number)
            : Malformed($"{(count > 4 ? "more than 4" : count)} fields in {Quote(line)}", Form);
    }
}
