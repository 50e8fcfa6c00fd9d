using System.Globalization;
using System.IO.Compression;
using Microsoft.ML;

namespace HybridRec.MLNet.Experiments;

/// <summary>
/// Yelp in the sequence form of S3-Rec: <c>user item item ...</c>, one line a user, in time order; names and categories of LETTER's
/// item file. Read by public API only, as an application reads a format that the library does not know.
/// </summary>
internal static class YelpSequences
{
    // LETTER's items count from 0, S3-Rec's sequences from 1.
    private const int IdOffset = 1;

    /// <summary>The visits: a lazy view, read anew at every pass.</summary>
    /// <param name="ml">Context.</param>
    /// <param name="folder">Folder with <c>Yelp.txt.gz</c> and <c>Yelp.item.json.gz</c>.</param>
    public static IDataView Load(MLContext ml, string folder)
    {
        var visits = ml.Data.LoadFromEnumerable(Visits(Path.Combine(folder, "Yelp.txt.gz")));
        return ml.Hybrid.Data.WithItemTexts(visits, ItemTexts.FromJson(Path.Combine(folder, "Yelp.item.json.gz")).WithIdOffset(IdOffset));
    }

    private static IEnumerable<Visit> Visits(string path)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        while (reader.ReadLine() is { } line)
        {
            int[] numbers = [.. line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(number => int.Parse(number, CultureInfo.InvariantCulture))];
            for (int position = 1; position < numbers.Length; position++)
                yield return new Visit { User = numbers[0], Item = numbers[position], Timestamp = position - 1 };
        }
    }

    private sealed class Visit
    {
        public int User { get; init; }

        public int Item { get; init; }

        public float Label { get; init; } = 1;

        /// <summary>Position in the user's sequence; not comparable between users.</summary>
        public long Timestamp { get; init; }
    }
}
