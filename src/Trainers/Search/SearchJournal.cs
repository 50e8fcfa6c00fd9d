using System.Text.Json;
using System.Text.Json.Nodes;

namespace HybridRec.MLNet.Search;

/// <summary>
/// The file of a search: a first line that says which search it is, then a line of JSON a trial, flushed one by one. A last line
/// cut short by a crash is dropped.
/// </summary>
internal sealed class SearchJournal : IDisposable
{
    private readonly FileStream _file;

    private SearchJournal(FileStream file) => _file = file;

    /// <summary>Opens a journal and reads the trials it has.</summary>
    /// <param name="path">The file.</param>
    /// <param name="resume">Whether it may exist.</param>
    /// <param name="search">What identifies the search.</param>
    /// <param name="seed">Its seed.</param>
    /// <param name="done">Receives the trials.</param>
    /// <exception cref="IOException">The file exists and is not to be resumed.</exception>
    /// <exception cref="InvalidDataException">It is of another search, or damaged.</exception>
    public static SearchJournal Open(string path, bool resume, string search, int seed, List<SearchTrial> done)
    {
        if (File.Exists(path) && !resume)
            throw new IOException($"Search: the journal '{path}' exists. Set Resume to go on from it, or give another JournalPath.");
        var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        try
        {
            var journal = new SearchJournal(file);
            if (journal.Read(path, search, seed, done) == 0)
                journal.Append(new JsonObject { ["search"] = search });
            return journal;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Appends a trial.</summary>
    public void Append(SearchTrial trial) => Append(new JsonObject
    {
        ["configuration"] = trial.Configuration,
        ["rung"] = trial.Rung,
        ["epochs"] = trial.Epochs,
        ["parameters"] = new JsonObject(trial.Parameters.Values.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))),
        ["value"] = double.IsNaN(trial.Value) ? null : trial.Value,
        ["seconds"] = trial.Elapsed.TotalSeconds,
        ["failure"] = trial.Failure,
    });

    public void Dispose() => _file.Dispose();

    private void Append(JsonObject line)
    {
        _file.Write([.. JsonSerializer.SerializeToUtf8Bytes(line), (byte)'\n']);
        _file.Flush(flushToDisk: true);
    }

    // Reads whole lines, leaves the file at their end, and gives their number.
    private int Read(string path, string search, int seed, List<SearchTrial> done)
    {
        byte[] bytes = new byte[_file.Length];
        _file.ReadExactly(bytes);
        int end = bytes.AsSpan().LastIndexOf((byte)'\n') + 1, count = 0;
        for (int first = 0; first < end; count++)
        {
            int length = bytes.AsSpan(first, end - first).IndexOf((byte)'\n');
            try
            {
                var line = JsonNode.Parse(bytes.AsSpan(first, length)) as JsonObject ?? throw new FormatException("not an object");
                if (count > 0)
                    done.Add(Trial(line, seed));
                else if ((string?)line["search"] is { } found && found != search)
                    throw new InvalidDataException(
                        $"Search: the journal '{path}' is of another search:{Environment.NewLine}  {found}{Environment.NewLine}"
                        + $"this one is{Environment.NewLine}  {search}");
                else if (line["search"] is null)
                    throw new FormatException("no search");
            }
            catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or NullReferenceException)
            {
                throw new InvalidDataException($"Search: line {count + 1} of the journal '{path}' is not what a search wrote " +
                    $"({e.Message}). Mend the line or give another JournalPath.", e);
            }
            first += length + 1;
        }
        _file.SetLength(end);
        _file.Position = end;
        return count;
    }

    private static SearchTrial Trial(JsonObject line, int seed) => new(
        (int)line["configuration"]!,
        (int)line["rung"]!,
        (int)line["epochs"]!,
        new SearchParameters(
            ((JsonObject)line["parameters"]!).ToDictionary(pair => pair.Key, pair => (string)pair.Value!), (int)line["epochs"]!, seed),
        (double?)line["value"] ?? double.NaN,
        TimeSpan.FromSeconds((double)line["seconds"]!),
        (string?)line["failure"]);
}
