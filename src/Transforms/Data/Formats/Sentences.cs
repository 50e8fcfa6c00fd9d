namespace HybridRec.MLNet.Data;

/// <summary>Puts the text of an item together.</summary>
internal static class Sentences
{
    /// <summary>The parts that are not empty, each closed by a full stop unless it ends in a mark of its own.</summary>
    internal static string Join(params IEnumerable<string?> parts) =>
        string.Join(" ", parts.Where(p => !string.IsNullOrWhiteSpace(p)).Select(p => Close(p!.Trim())));

    private static string Close(string part) => part[^1] is '.' or '!' or '?' or '"' ? part : part + ".";
}
