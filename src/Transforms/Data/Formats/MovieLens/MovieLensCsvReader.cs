namespace HybridRec.MLNet.Data;

/// <summary>
/// Ratings of the later MovieLens sets (latest, latest-small, 20M, 25M, 32M): <c>userId,movieId,rating,timestamp</c> under a header.
/// </summary>
internal sealed class MovieLensCsvReader(DataFile file, bool skipMalformed) : NumberedRowReader(file, skipMalformed)
{
    private readonly CsvRecord _record = new();
    private int[]? _positions;
    private int _fields;

    protected override RowOutcome ReadRow()
    {
        if (_positions is null)
        {
            _positions = CsvHeader.Read(Lines, _record, "userId", "movieId", "rating", "timestamp");
            _fields = _record.Count;
        }
        if (!NextLine())
            return RowOutcome.End;
        if (_record.Parse(Lines) is { } problem)
            return Malformed(_record.FirstLine, problem, "a record with every quoted field closed");
        if (_record.Count != _fields)
            return Malformed(_record.FirstLine, $"{_record.Count} fields", $"{_fields} fields, as in the header");
        return ParseRating(
            _record[_positions[0]], _record[_positions[1]], _record[_positions[2]], _record[_positions[3]], _record.FirstLine);
    }
}
