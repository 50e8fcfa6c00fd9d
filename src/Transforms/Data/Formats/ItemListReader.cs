namespace HybridRec.MLNet.Data;

/// <summary>
/// Interactions as <c>user item item ...</c>, one line a user (the LightGCN text form): one row an item. A user without items is a
/// line without rows. The label is 1.
/// </summary>
internal sealed class ItemListReader(DataFile file, bool skipMalformed) : NumberedRowReader(file, skipMalformed)
{
    private int _at = int.MaxValue;

    protected override RowOutcome ReadRow()
    {
        while (true)
        {
            var token = NextToken();
            if (!token.IsEmpty)
            {
                if (!Utf8Numbers.TryId(token, out int item))
                    return MalformedField("item id", token, AllowedId);
                Item = item;
                return RowOutcome.Row;
            }
            if (!NextLine())
                return RowOutcome.End;
            _at = 0;
            token = NextToken();
            if (!Utf8Numbers.TryId(token, out int user))
            {
                _at = int.MaxValue;
                return MalformedField("user id", token, AllowedId);
            }
            (User, Label) = (user, 1f);
        }
    }

    private ReadOnlySpan<byte> NextToken()
    {
        if (_at == int.MaxValue)
            return default;
        var line = Lines.Current;
        int start = _at;
        while (start < line.Length && line[start] is (byte)' ' or (byte)'\t')
            start++;
        int end = start;
        while (end < line.Length && line[end] is not ((byte)' ' or (byte)'\t'))
            end++;
        _at = end;
        return line[start..end];
    }
}
