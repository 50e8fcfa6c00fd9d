using System.Globalization;

namespace HybridRec.MLNet.Data;

/// <summary>Movies of a MovieLens folder: title, genres, extra info, tags.</summary>
internal static class MovieLensItems
{
    private const string Unknown = "N/A";
    private const string ExtraFile = "movies_extrainfos.dat";

    private static readonly string[] s_files = ["movies.dat", "movies.csv", "u.item"];

    private sealed record Movie(string Title, string Genres)
    {
        internal string? Extra { get; set; }

        internal string Directors { get; set; } = "";

        internal List<string> Tags { get; } = [];
    }

    /// <summary>False where a folder has ratings alone.</summary>
    internal static bool Exist(DataFolder folder) => folder.Find(s_files) is not null;

    internal static ItemTexts Read(DataFolder folder, MovieLensOptions options)
    {
        var result = Texts(ReadMovies(folder, options, out long skipped));
        result.SkippedRows = skipped;
        return result;
    }

    /// <summary>The columns of <see cref="MovieLensOptions.ItemColumns"/>.</summary>
    internal static SideTable ReadColumns(DataFolder folder, MovieLensOptions options)
    {
        bool directors = folder.Find(ExtraFile) is not null;
        var table = new SideTable(directors ? ["ItemGenres", "ItemDirectors"] : ["ItemGenres"]);
        foreach (var (id, movie) in ReadMovies(folder, options, out _))
            table.Set(id, directors ? [Genres(movie), movie.Directors] : [Genres(movie)]);
        return table;
    }

    private static Dictionary<string, Movie> ReadMovies(DataFolder folder, MovieLensOptions options, out long skipped)
    {
        var file = folder.Main is { } main && IsMovies(main.Name) ? main : folder.Require(s_files);
        var movies = new Dictionary<string, Movie>(StringComparer.Ordinal);
        skipped = 0;
        if (IsBarred(file.Name))
            skipped += BarLines.ReadMovies(file, options, (id, title, genres) => movies[id] = new(title, genres));
        else if (file.Name.EndsWith(".csv", StringComparison.OrdinalIgnoreCase))
            skipped += ReadCsv(file, ["movieId", "title", "genres"], options, r => movies[r[0]] = new(r[1], r[2]));
        else
            skipped += ReadDat(file, 3, "MovieID::Title::Genres", options, r => movies[r[0]] = new(r[1], r[2]));
        if (movies.Count == 0)
            throw file.Malformed(0, "no row (the file is empty)", "at least one movie");
        if ((options.ExtraInfo || options.ItemColumns) && folder.Find(ExtraFile) is { } extra)
            skipped += ReadDat(
                extra, 11, "11 fields MovieID::Title::Year::Rated::Released::Genre::Director::Writer::Actors::Plot::PosterURL", options,
                r => AddExtra(movies, r, options.ExtraInfo));
        if (options.Tags && folder.Find("tags.csv") is { } tags)
            skipped += ReadCsv(tags, ["movieId", "tag"], options, r => AddTag(movies, r));
        return movies;
    }

    private static bool IsMovies(string name) => name.StartsWith("movies.", StringComparison.OrdinalIgnoreCase) || IsBarred(name);

    private static bool IsBarred(string name) => name.EndsWith(".item", StringComparison.OrdinalIgnoreCase);

    // "(no genres listed)" is none.
    private static string Genres(Movie movie) => movie.Genres.StartsWith('(') ? "" : movie.Genres;

    private static ItemTexts Texts(Dictionary<string, Movie> movies)
    {
        var result = new ItemTexts();
        foreach (var (id, movie) in movies)
        {
            string genres = Genres(movie).Replace("|", ", ", StringComparison.Ordinal);
            result.Add(id, movie.Title, Sentences.Join(movie.Title, genres, movie.Extra, string.Join(", ", movie.Tags)));
        }
        return result;
    }

    private static void AddExtra(Dictionary<string, Movie> movies, string[] fields, bool inText)
    {
        if (!movies.TryGetValue(fields[0], out var movie))
            return;
        if (fields[6] is not ("" or Unknown))
            movie.Directors = fields[6].Replace(", ", "|", StringComparison.Ordinal);
        if (!inText)
            return;
        movie.Extra = Sentences.Join(With("Directed by ", fields[6]), With("With ", fields[8]), With("", fields[9]));

        static string With(string lead, string value) => value is "" or Unknown ? "" : lead + value;
    }

    private static void AddTag(Dictionary<string, Movie> movies, string[] fields)
    {
        if (movies.TryGetValue(fields[0], out var movie) && !movie.Tags.Contains(fields[1], StringComparer.OrdinalIgnoreCase))
            movie.Tags.Add(fields[1]);
    }

    /// <returns>The number of malformed lines left out.</returns>
    internal static long ReadDat(DataFile file, int fields, string form, LoaderOptions options, Action<string[]> add)
    {
        using var lines = new LineReader(file);
        var ranges = new Range[fields + 1];
        long skipped = 0;
        while (lines.Read())
        {
            var line = lines.Current;
            if (line.IsEmpty)
                continue;
            int count = SeparatedFields.Split(line, "::"u8, ranges);
            if (count == fields && Utf8Numbers.TryId(line[ranges[0]], out int id))
            {
                string[] values = new string[fields];
                values[0] = id.ToString(CultureInfo.InvariantCulture);
                for (int i = 1; i < fields; i++)
                    values[i] = FieldText.Decode(line[ranges[i]]);
                add(values);
            }
            else if (options.SkipMalformed)
            {
                skipped++;
            }
            else
            {
                throw file.Malformed(lines.Number, $"'{FieldText.Shorten(FieldText.Decode(line))}'", $"{form} with a whole number as id");
            }
        }
        return skipped;
    }

    private static long ReadCsv(DataFile file, string[] names, LoaderOptions options, Action<string[]> add)
    {
        using var lines = new LineReader(file);
        var record = new CsvRecord();
        int[] positions = CsvHeader.Read(lines, record, names);
        int fields = record.Count;
        long skipped = 0;
        while (lines.Read())
        {
            if (lines.Current.IsEmpty)
                continue;
            string? problem = record.Parse(lines) ?? (record.Count == fields ? null : $"{record.Count} fields");
            if (problem is null && Utf8Numbers.TryId(record[positions[0]], out int id))
                add([id.ToString(CultureInfo.InvariantCulture), .. positions.Skip(1).Select(p => FieldText.Decode(record[p]))]);
            else if (options.SkipMalformed)
                skipped++;
            else
                throw file.Malformed(
                    record.FirstLine, problem ?? $"movie id '{FieldText.Shorten(FieldText.Decode(record[positions[0]]))}'",
                    $"{fields} fields, as in the header, with a whole number as id");
        }
        return skipped;
    }
}
