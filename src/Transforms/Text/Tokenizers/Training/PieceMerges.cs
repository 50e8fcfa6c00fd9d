namespace HybridRec.MLNet.Text;

/// <summary>
/// The merges of a WordPiece vocabulary. Counts of pairs are kept up to date where a merge changes a word; the queue holds old counts too,
/// which are put right when they come up.
/// </summary>
internal sealed class PieceMerges
{
    private const string Continuation = "##";

    private readonly WordPieceTrainerOptions _options;
    private readonly List<string> _tokens = [.. BertVocabulary.SpecialTokens];
    private readonly Dictionary<string, int> _idOf;
    private readonly List<int>[] _words;
    private readonly long[] _frequency;
    private readonly Dictionary<(int Left, int Right), long> _counts = [];
    private readonly Dictionary<(int Left, int Right), HashSet<int>> _places = [];
    private readonly PriorityQueue<(int Left, int Right), (long Count, string Left, string Right)> _queue;

    public PieceMerges(IReadOnlyDictionary<string, long> words, WordPieceTrainerOptions options)
    {
        _options = options;
        _idOf = _tokens.Select((token, id) => (token, id)).ToDictionary(t => t.token, t => t.id, StringComparer.Ordinal);
        _queue = new(Comparer<(long Count, string Left, string Right)>.Create((a, b) =>
            a.Count != b.Count
                ? b.Count.CompareTo(a.Count)
                : string.CompareOrdinal(a.Left, b.Left) is var left and not 0 ? left : string.CompareOrdinal(a.Right, b.Right)));
        AddCharacters(words);
        var known = words.Select(w => (Pieces: Pieces(w.Key), w.Value)).Where(w => w.Pieces is not null).ToArray();
        _words = [.. known.Select(w => w.Pieces!)];
        _frequency = [.. known.Select(w => w.Value)];
    }

    /// <summary>Merges until the vocabulary is full or no pair is frequent enough.</summary>
    public IReadOnlyList<string> Run()
    {
        var touched = new HashSet<(int, int)>();
        for (int word = 0; word < _words.Length; word++)
            CountPairs(word, 1, touched);
        Queue(touched);
        while (_tokens.Count < _options.VocabularySize && _queue.TryDequeue(out var pair, out var priority))
        {
            _options.CancellationToken.ThrowIfCancellationRequested();
            long count = _counts.GetValueOrDefault(pair);
            if (count < _options.MinFrequency)
                continue;
            if (count != priority.Count)
                continue; // queued again with its new count when that changed
            Merge(pair);
        }
        return _tokens;
    }

    private void Merge((int Left, int Right) pair)
    {
        string token = _tokens[pair.Left] + _tokens[pair.Right][Continuation.Length..];
        // Another pair may have made the same token.
        int id = Id(token);
        var touched = new HashSet<(int, int)>();
        foreach (int word in _places[pair].ToArray())
        {
            CountPairs(word, -1, touched);
            var pieces = _words[word];
            for (int i = 0; i + 1 < pieces.Count; i++)
                if (pieces[i] == pair.Left && pieces[i + 1] == pair.Right)
                {
                    pieces[i] = id;
                    pieces.RemoveAt(i + 1);
                }
            CountPairs(word, 1, touched);
        }
        Queue(touched);
    }

    private void CountPairs(int word, int sign, HashSet<(int, int)> touched)
    {
        var pieces = _words[word];
        for (int i = 0; i + 1 < pieces.Count; i++)
        {
            var pair = (pieces[i], pieces[i + 1]);
            _counts[pair] = _counts.GetValueOrDefault(pair) + sign * _frequency[word];
            if (!_places.TryGetValue(pair, out var places))
                _places[pair] = places = [];
            if (sign > 0)
                places.Add(word);
            else
                places.Remove(word);
            touched.Add(pair);
        }
    }

    private void Queue(IEnumerable<(int Left, int Right)> pairs)
    {
        foreach (var pair in pairs)
        {
            long count = _counts[pair];
            if (count >= _options.MinFrequency)
                _queue.Enqueue(pair, (count, _tokens[pair.Left], _tokens[pair.Right]));
            else if (count == 0)
            {
                _counts.Remove(pair);
                _places.Remove(pair);
            }
        }
    }

    /// <summary>The frequent characters as first and as later piece of a word, in ordinal order.</summary>
    private void AddCharacters(IReadOnlyDictionary<string, long> words)
    {
        var counts = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var (word, count) in words)
            foreach (string character in CorpusWords.Characters(word))
                counts[character] = counts.GetValueOrDefault(character) + count;
        var chosen = counts.Where(c => c.Value >= _options.MinFrequency).OrderByDescending(c => c.Value).Take(_options.MaxCharacters)
            .Select(c => c.Key).ToHashSet(StringComparer.Ordinal);
        var pieces = words.Keys.SelectMany(word => CorpusWords.Characters(word).Select((c, place) => (c, place))
            .Where(p => chosen.Contains(p.c)).Select(p => p.place == 0 ? p.c : Continuation + p.c));
        foreach (string piece in new SortedSet<string>(pieces, StringComparer.Ordinal).Take(_options.VocabularySize - _tokens.Count))
            Id(piece);
    }

    /// <summary>A word by its characters; null if one of them has no token.</summary>
    private List<int>? Pieces(string word)
    {
        var pieces = new List<int>();
        foreach (string character in CorpusWords.Characters(word))
        {
            if (!_idOf.TryGetValue(pieces.Count == 0 ? character : Continuation + character, out int id))
                return null;
            pieces.Add(id);
        }
        return pieces;
    }

    private int Id(string token)
    {
        if (!_idOf.TryGetValue(token, out int id))
        {
            _idOf.Add(token, id = _tokens.Count);
            _tokens.Add(token);
        }
        return id;
    }
}
