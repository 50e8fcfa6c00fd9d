using System.Globalization;

namespace HybridRec.MLNet.Data;

/// <summary>Lines of MovieLens 100k whose fields are separated by bars: <c>u.item</c>, <c>u.user</c>. There is no quoting.</summary>
internal static class BarLines
{
    /// <summary>What the flags of a movie in <c>u.item</c> mean, in their order (<c>u.genre</c>).</summary>
    private static readonly string[] s_genres =
    [
        "unknown", "Action", "Adventure", "Animation", "Children's", "Comedy", "Crime", "Documentary", "Drama", "Fantasy", "Film-Noir",
        "Horror", "Musical", "Mystery", "Romance", "Sci-Fi", "Thriller", "War", "Western",
    ];

    /// <summary>Movies: <c>id|title|release|video release|url|</c> and 19 flags.</summary>
    /// <returns>The number of malformed lines left out.</returns>
    internal static long ReadMovies(DataFile file, LoaderOptions options, Action<string, string, string> add) =>
        Read(file, 5 + s_genres.Length, "24 fields id|title|release date|video date|URL| and 19 genres as 0 or 1", options, fields =>
            add(fields[0], fields[1], string.Join('|', s_genres.Where((_, genre) => genre > 0 && fields[5 + genre] == "1"))));

    /// <summary>Users: <c>id|age|gender|occupation|zip code</c>.</summary>
    /// <returns>The number of malformed lines left out.</returns>
    internal static long ReadUsers(DataFile file, LoaderOptions options, Action<string[]> add) =>
        Read(file, 5, "5 fields user|age|gender|occupation|zip code", options, add);

    private static long Read(DataFile file, int count, string form, LoaderOptions options, Action<string[]> add)
    {
        using var lines = new LineReader(file);
        long skipped = 0;
        while (lines.Read())
        {
            if (lines.Current.Trim(" \t"u8).IsEmpty)
                continue;
            string line = FieldText.Decode(lines.Current);
            string[] fields = line.Split('|');
            if (fields.Length == count && int.TryParse(fields[0], NumberStyles.None, CultureInfo.InvariantCulture, out int id))
                add([id.ToString(CultureInfo.InvariantCulture), .. fields[1..]]);
            else if (options.SkipMalformed)
                skipped++;
            else
                throw file.Malformed(lines.Number, $"'{FieldText.Shorten(line)}'", $"{form} with a whole number as id");
        }
        return skipped;
    }
}
