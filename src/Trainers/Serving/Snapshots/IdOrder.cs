namespace HybridRec.MLNet.Serving;

/// <summary>The order of ids where nothing else tells two items apart: numbers by their size, before words by their letters.</summary>
internal static class IdOrder
{
    /// <summary>Compares two ids; the order does not depend on where they stand in the data.</summary>
    public static IComparer<string> Comparer { get; } = Comparer<string>.Create(Compare);

    private static int Compare(string left, string right)
    {
        bool number = IsNumber(left);
        if (number != IsNumber(right))
            return number ? -1 : 1;
        int byLength = number ? left.Length.CompareTo(right.Length) : 0;
        return byLength != 0 ? byLength : string.CompareOrdinal(left, right);
    }

    /// <summary>Whether an id has digits alone.</summary>
    public static bool IsNumber(ReadOnlySpan<char> id) => !id.ContainsAnyExceptInRange('0', '9');
}
