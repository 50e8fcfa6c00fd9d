namespace HybridRec.MLNet.Data;

/// <summary>Fields between separators, such as <c>::</c> in MovieLens 1M. There is no quoting: a field cannot hold the separator.</summary>
internal static class SeparatedFields
{
    /// <summary>
    /// Fills as many ranges as there is room for and returns their number; the last one holds the rest of the
    /// line when there are more fields.
    /// </summary>
    internal static int Split(ReadOnlySpan<byte> line, ReadOnlySpan<byte> separator, Span<Range> fields)
    {
        int count = 0;
        int start = 0;
        while (count < fields.Length - 1)
        {
            int length = line[start..].IndexOf(separator);
            if (length < 0)
                break;
            fields[count++] = start..(start + length);
            start += length + separator.Length;
        }
        fields[count++] = start..line.Length;
        return count;
    }
}
