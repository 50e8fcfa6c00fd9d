using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Data;
using HybridRec.MLNet.Hosting;
using HybridRec.MLNet.Items;
using Microsoft.ML;

namespace HybridRec.MLNet.Evaluation;

/// <summary>Makes a <see cref="RankingTask"/> from a split.</summary>
internal sealed class RankingTaskBuilder
{
    private const double ItemMeanDamping = 5;
    private readonly TopKOptions _options;
    private readonly EntityTables _tables;
    private readonly InteractionGraph _seen;
    private readonly PairCodes _test;
    private readonly int[] _testItems;
    private readonly float[]? _testLabels;
    private readonly float[]? _itemMeans;
    private int _withoutRelevant;
    private int _cold;
    private int _unreachable;
    private readonly bool[]? _withoutKey;
    private readonly int[] _newItems;
    private int _candidates;
    private int _repeated;

    private RankingTaskBuilder(ITransformer? model, InteractionSplit split, TopKOptions options, CancellationToken cancellationToken)
    {
        _options = options;
        List<EntitySource> sources = [new(split.TrainSet)];
        if (split.ValidationSet is not null)
            sources.Add(new(split.ValidationSet));
        var seenSources = sources.Count;
        if (options.Items is not null)
            sources.Add(new(options.Items, Users: false));
        // A rated holdout ranks the test rows themselves, so their items must have codes; a full ranking must not
        // learn of items from the test rows.
        sources.Add(new(split.TestSet, Items: options.Candidates == CandidateSet.RatedHoldout));

        _tables = EntityTables.Create(sources, options.UserColumnName, options.ItemColumnName, out var codes);
        cancellationToken.ThrowIfCancellationRequested();
        _test = codes[^1];
        // Items that are not in the tables have no code there, yet two rows of one such item are one relevant item.
        _testItems = options.Candidates == CandidateSet.RatedHoldout
            ? _test.Items
            : EntityIndex.Read(split.TestSet, options.ItemColumnName, out var all) is not null ? all : [];
        _testLabels = LabelRows.Read(split.TestSet, options.LabelColumnName, cancellationToken);
        _seen = SeenPairs(codes.AsSpan(0, seenSources));
        _newItems = options.Candidates == CandidateSet.NewItems
            ? [.. Enumerable.Range(0, _tables.ItemCount).Where(item => _seen.UsersOf(item).IsEmpty)]
            : [];
        float[]? labels = LabelRows.Read(split.TrainSet, options.LabelColumnName, cancellationToken);
        _itemMeans = labels is null ? null : ItemMeans(codes[0], labels);
        _withoutKey = model is null ? null : ModelKeys.Missing(model, _tables.UserRows, options.UserColumnName);
    }

    /// <summary>Reads the split and decides who is judged on what.</summary>
    /// <param name="model">Who is to be judged: tells which users it knows; null for given lists.</param>
    /// <param name="split">Who had what.</param>
    /// <param name="options">Options, checked.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static RankingTask Build(
        ITransformer? model, InteractionSplit split, TopKOptions options, CancellationToken cancellationToken)
    {
        if (options.Candidates == CandidateSet.RatedHoldout && split.TestSet.Schema.GetColumnOrNull(options.LabelColumnName) is null)
        {
            throw new ArgumentException(
                $"{nameof(CandidateSet.RatedHoldout)} ranks a user's liked test items against the disliked ones and needs labels, but " +
                $"the test rows have no column '{options.LabelColumnName}'. Name it in {nameof(TopKOptions)}." +
                $"{nameof(TopKOptions.LabelColumnName)}, or use {nameof(CandidateSet.AllItems)}.");
        }
        if (options.Candidates == CandidateSet.NewItems && options.Items is null)
        {
            throw new ArgumentException(
                $"{nameof(CandidateSet.NewItems)} ranks the items that no training row has, and nothing says which there are. Give them " +
                $"in {nameof(TopKOptions)}.{nameof(TopKOptions.Items)}.");
        }
        float? said = options.RelevanceThreshold ?? split.RelevanceThreshold ?? Said(split.TestSet) ?? Said(split.TrainSet);
        return new RankingTaskBuilder(model, split, options with { RelevanceThreshold = said }, cancellationToken).Build();

        float? Said(IDataView view) => PositiveThresholds.Of(view.Schema.GetColumnOrNull(options.LabelColumnName));
    }

    private RankingTask Build()
    {
        var rowsOfUser = RowsOfUser(out var withoutId);
        var cases = new List<UserCase>();
        for (var user = 0; user < rowsOfUser.Length; user++)
        {
            if (rowsOfUser[user] is { } rows && MakeCase(user, rows) is { } one)
                cases.Add(one);
        }
        var counts = new TopKCounts
        {
            Users = cases.Count,
            UsersWithoutRelevant = _withoutRelevant,
            ColdUsers = _cold,
            Items = _tables.ItemCount,
            CandidatesPerUser = cases.Count == 0 ? double.NaN : cases.Average(one => one.CandidateCount),
            RelevantPerUser = cases.Count == 0 ? double.NaN : cases.Average(one => one.RelevantCount),
            UnreachableRelevant = _unreachable,
            RepeatedInteractions = _repeated,
            RowsWithoutId = withoutId,
            NonFiniteScores = 0,
        };
        return new RankingTask
        {
            Tables = _tables,
            Seen = _seen,
            MaskSeen = _options.MaskSeen,
            Cases = cases,
            // New items are gathered from the scores of all.
            Width = _options.Candidates == CandidateSet.RatedHoldout ? cases.Max(one => one.Candidates?.Length) ?? 0 : _tables.ItemCount,
            ItemMeans = _itemMeans,
            TestRows = _test.Users.Length,
            Warnings = [.. Warnings()],
            Counts = counts,
        };
    }

    private IEnumerable<string> Warnings()
    {
        if (RowWarnings.Stars(_testLabels, _options.RelevanceThreshold) is { } stars)
            yield return $"column '{_options.LabelColumnName}' {stars}";
        if (_withoutKey is { } missing && Enumerable.Range(0, missing.Length)
            .Count(user => missing[user] && !_seen.ItemsOf(user).IsEmpty) is > 0 and var lost)
        {
            yield return FormattableString.Invariant($"the model has no key for {lost} of the users it was trained on, who count as ") +
                "cold. MapValueToKey keeps 1,000,000 values unless its maximumNumberOfKeys says otherwise";
        }
        if (_options.MaskSeen && _repeated > 0 && _repeated == _candidates)
        {
            yield return "every test row repeats a training row, so that nothing is left to find. Judge on rows the model has not seen " +
                "(ml.Hybrid.Data.RandomSplit), or set MaskSeen to false where users take the same item again";
        }
    }

    private List<int>?[] RowsOfUser(out int withoutId)
    {
        var rowsOfUser = new List<int>?[_tables.UserCount];
        withoutId = 0;
        for (var row = 0; row < _test.Users.Length; row++)
        {
            var user = _test.Users[row];
            if (user < 0 || _testItems[row] < 0)
                withoutId++;
            else
                (rowsOfUser[user] ??= []).Add(row);
        }
        return rowsOfUser;
    }

    private UserCase? MakeCase(int user, List<int> rows)
    {
        var seen = _seen.ItemsOf(user);
        if (seen.IsEmpty || _withoutKey?[user] == true)
        {
            _cold++;
            if (_options.ColdUsers == ColdUserPolicy.Skip)
                return null;
        }

        // One entry for each distinct item, in row order; it is relevant when any of its rows is.
        var first = new Dictionary<int, int>();
        var candidates = new List<(int Item, int Row, bool Relevant)>();
        foreach (var row in rows)
        {
            var relevant = IsRelevant(row);
            _candidates += first.ContainsKey(_testItems[row]) ? 0 : 1;
            if (first.TryGetValue(_testItems[row], out var known))
                candidates[known] = candidates[known] with { Relevant = candidates[known].Relevant || relevant };
            else if (_options.MaskSeen && _test.Items[row] >= 0 && seen.BinarySearch(_test.Items[row]) >= 0)
                first[_testItems[row]] = Repeated(candidates, row);
            else
                first[_testItems[row]] = Add(candidates, (_test.Items[row], row, relevant));
        }
        candidates.RemoveAll(one => one.Row < 0);
        if (_options.Candidates == CandidateSet.NewItems)
            candidates.RemoveAll(one => one.Item >= 0 && Array.BinarySearch(_newItems, one.Item) < 0);
        var relevantCount = candidates.Count(one => one.Relevant);
        if (relevantCount == 0)
        {
            _withoutRelevant++;
            return null;
        }
        return _options.Candidates switch
        {
            CandidateSet.RatedHoldout => RatedCase(user, candidates, relevantCount),
            CandidateSet.NewItems => NewItemsCase(user, candidates, relevantCount),
            _ => FullCase(user, candidates, relevantCount, seen.Length),
        };
    }

    private int Repeated(List<(int Item, int Row, bool Relevant)> candidates, int row)
    {
        _repeated++;
        return Add(candidates, (_test.Items[row], -1, false));
    }

    private static int Add(List<(int Item, int Row, bool Relevant)> candidates, (int Item, int Row, bool Relevant) one)
    {
        candidates.Add(one);
        return candidates.Count - 1;
    }

    private UserCase RatedCase(int user, List<(int Item, int Row, bool Relevant)> candidates, int relevantCount) => new()
    {
        Id = _tables.Users.IdOf(user),
        User = user,
        Relevant = [.. Enumerable.Range(0, candidates.Count).Where(slot => candidates[slot].Relevant)],
        RelevantCount = relevantCount,
        CandidateCount = candidates.Count,
        Candidates = [.. candidates.Select(one => one.Item)],
        Rows = [.. candidates.Select(one => one.Row)],
    };

    private UserCase NewItemsCase(int user, List<(int Item, int Row, bool Relevant)> candidates, int relevantCount)
    {
        int[] reachable = [.. candidates.Where(one => one.Relevant && one.Item >= 0)
            .Select(one => Array.BinarySearch(_newItems, one.Item)).Order()];
        _unreachable += relevantCount - reachable.Length;
        return new UserCase
        {
            Id = _tables.Users.IdOf(user),
            User = user,
            Relevant = reachable,
            RelevantCount = relevantCount,
            CandidateCount = _newItems.Length,
            Candidates = _newItems,
        };
    }

    private UserCase FullCase(int user, List<(int Item, int Row, bool Relevant)> candidates, int relevantCount, int seen)
    {
        int[] reachable = [.. candidates.Where(one => one.Relevant && one.Item >= 0).Select(one => one.Item).Order()];
        _unreachable += relevantCount - reachable.Length;
        return new UserCase
        {
            Id = _tables.Users.IdOf(user),
            User = user,
            Relevant = reachable,
            RelevantCount = relevantCount,
            CandidateCount = _tables.ItemCount - (_options.MaskSeen ? seen : 0),
        };
    }

    private bool IsRelevant(int row) => _testLabels is null
        || (_options.RelevanceThreshold is { } threshold ? _testLabels[row] >= threshold : _testLabels[row] > 0);

    private InteractionGraph SeenPairs(ReadOnlySpan<PairCodes> sources)
    {
        var users = new List<int>();
        var items = new List<int>();
        foreach (var codes in sources)
        {
            for (var row = 0; row < codes.Users.Length; row++)
            {
                if (codes.Users[row] < 0 || codes.Items[row] < 0)
                    continue;
                users.Add(codes.Users[row]);
                items.Add(codes.Items[row]);
            }
        }
        return InteractionGraph.FromPairs(_tables.UserCount, _tables.ItemCount, [.. users], [.. items]);
    }

    // (sum + d * mean of all) / (count + d): a plain mean would put every item with a single 5-star rating above all others.
    // An item without a training label takes the mean of all. Labels that are all alike say nothing about an item: null.
    private float[]? ItemMeans(PairCodes codes, float[] labels)
    {
        if (labels.AsSpan().IndexOfAnyExcept(labels.Length > 0 ? labels[0] : 0) < 0)
            return null;
        var sums = new double[_tables.ItemCount];
        var counts = new int[_tables.ItemCount];
        for (var row = 0; row < labels.Length; row++)
        {
            if (codes.Items[row] < 0)
                continue;
            sums[codes.Items[row]] += labels[row];
            counts[codes.Items[row]]++;
        }
        var mean = labels.Average(label => (double)label);
        return [.. sums.Select((sum, item) => (float)((sum + (ItemMeanDamping * mean)) / (counts[item] + ItemMeanDamping)))];
    }
}
