namespace HybridRec.MLNet.Data;

/// <summary>Ratings of MovieLens 100k: user id, item id, rating, timestamp, separated by tabs.</summary>
internal sealed class MovieLensTabReader(DataFile file, bool skipMalformed) : NumberedRowReader(file, skipMalformed)
{
    private const string Form = "4 fields user, item, rating, timestamp, separated by tabs";

    protected override RowOutcome ReadRow()
    {
        if (!NextLine())
            return RowOutcome.End;
        var line = Lines.Current;
        Span<Range> fields = stackalloc Range[5];
        int count = 0;
        foreach (var field in line.Split((byte)'\t'))
        {
            if (count == fields.Length)
                break;
            fields[count++] = field;
        }
        return count == 4
            ? ParseRating(line[fields[0]], line[fields[1]], line[fields[2]], line[fields[3]], Lines.Number)
            : Malformed($"{(count > 4 ? "more than 4" : count)} fields in {Quote(line)}", Form);
    }
}
