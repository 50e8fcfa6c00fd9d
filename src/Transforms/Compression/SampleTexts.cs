using HybridRec.MLNet.Text;

namespace HybridRec.MLNet.Compression;

/// <summary>The texts on which a changed encoder is compared with the one it came from.</summary>
internal static class SampleTexts
{
    /// <summary>For a column without any text.</summary>
    private static readonly string[] s_fallback =
    [
        "A young farm boy joins an old knight and a smuggler to save a princess from the empire.",
        "Wireless headphones with noise cancelling and thirty hours of battery life",
        "Family restaurant; pizza, pasta and wine in the old town",
        "The history of mathematics from Babylon to the twentieth century, with exercises",
        "strings", "A sad, slow and beautiful film about growing old. The ending stays with you for days!",
        "Acoustic guitar, 41 inch, spruce top", "Crime, Drama, Thriller (1995)",
    ];

    /// <summary>At most so many of the texts that are not blank, evenly spread; a fixed set where there are none.</summary>
    public static string[] Pick(IReadOnlyList<string> texts, int count)
    {
        string[] given = [.. texts.Where(t => !TextKey.IsBlank(t))];
        if (given.Length == 0)
            return s_fallback;
        int n = Math.Min(count, given.Length);
        return [.. Enumerable.Range(0, n).Select(i => given[(int)((long)i * given.Length / n)])];
    }
}
