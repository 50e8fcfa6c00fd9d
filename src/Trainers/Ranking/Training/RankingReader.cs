using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Fusion;
using HybridRec.MLNet.Hosting;
using HybridRec.MLNet.Profiles;
using HybridRec.MLNet.Training;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace HybridRec.MLNet.Ranking;

/// <summary>
/// Reads a training view into <see cref="RankingData"/>: users and items of its rows get codes of their own, without gaps.
/// </summary>
internal sealed class RankingReader
{
    private readonly RankingOptions _options;
    private readonly IDataView _view;
    private readonly DataViewSchema.Column _features;
    private readonly InteractionRows _rows;
    private readonly int[] _userOf;
    private readonly int[] _itemOf;
    private readonly int[] _userKeys;
    private readonly int[] _itemKeys;

    /// <param name="view">What the trainer is fitted on.</param>
    /// <param name="options">Column names and what counts as a positive.</param>
    public RankingReader(IDataView view, RankingOptions options)
    {
        _options = options;
        var columns = new InteractionColumns(
            options.UserColumnName, options.ItemColumnName, options.LabelColumnName, null, options.HoldoutColumnName);
        _rows = InteractionRows.ReadForTraining(ref view, columns, StageNames.Ranking, options.Training.CancellationToken);
        _view = view;
        _features = view.Schema[options.FeatureColumnName];
        _rows.CheckThreshold(options.PositiveThreshold, options.LabelColumnName, StageNames.Ranking);
        bool[] complete = [.. _rows.Users.Zip(_rows.Items, (user, item) => user >= 0 && item >= 0)];
        (_userOf, _userKeys) = Compact(_rows.Users, complete, _rows.UserCount);
        (_itemOf, _itemKeys) = Compact(_rows.Items, complete, _rows.ItemCount);
    }

    /// <summary>Warns of what is odd about the rows.</summary>
    public void Tell(IChannelProvider host, DataViewSchema schema) => RowWarnings.Tell(
        host, _rows, schema, new InteractionColumns(
            _options.UserColumnName, _options.ItemColumnName, _options.LabelColumnName, null, _options.HoldoutColumnName),
        _options.PositiveThreshold, StageNames.Ranking);

    /// <summary>From which label on a row is a positive; null for above 0.</summary>
    public float? PositiveThreshold => _rows.ThresholdOf(_options.PositiveThreshold);

    /// <summary>Whether the view says which rows its inputs were not fitted on.</summary>
    public bool HasHoldout => _rows.Holdout is not null;

    /// <summary>Reads the vectors and divides the rows.</summary>
    /// <param name="map">Takes a fused vector apart.</param>
    public RankingData Read(HeadFeatures map)
    {
        var known = Pairs(row => IsPositive(row) || !_options.LowRatingsAreNegatives);
        return new RankingData
        {
            UserDimension = map.UserDimension,
            ItemDimension = map.ItemDimension,
            Users = Vectors(_options.UserColumnName, _rows.UserCount, _userKeys, map.UserDimension, map.User),
            Items = Vectors(_options.ItemColumnName, _rows.ItemCount, _itemKeys, map.ItemDimension, map.Item),
            Known = known,
            HeldOut = Pairs(row => IsPositive(row) && IsHeldOut(row)),
            LowRated = _options.LowRatingsAreNegatives
                ? Pairs(row => IsHeldOut(row) && !known.Contains(_userOf[_rows.Users[row]], _itemOf[_rows.Items[row]]))
                : null,
        };
    }

    /// <summary>What scores the pair, by the codes of users and items here.</summary>
    public PairKeys PairKeys => new(PairScorers.Of(_features), _userKeys, _itemKeys);

    /// <summary>
    /// Lets the teacher of <see cref="RankingOptions.Distillation"/> read its rows and finds its codes of the users and items here.
    /// </summary>
    public TeacherScores Teacher(MLContext ml)
    {
        var (scorer, codes) = TeacherScores.Open(ml, _options.Distillation!, _view, _options);
        int[] users = new int[_userKeys.Length], items = new int[_itemKeys.Length];
        for (int row = 0; row < _rows.Count; row++)
        {
            if (_rows.Users[row] < 0 || _rows.Items[row] < 0)
                continue;
            users[_userOf[_rows.Users[row]]] = codes.Users[row];
            items[_itemOf[_rows.Items[row]]] = codes.Items[row];
        }
        return new TeacherScores(scorer, users, items);
    }

    private bool IsPositive(int row) => _rows.IsPositive(row, _options.PositiveThreshold);

    private bool IsHeldOut(int row) => _rows.Holdout is not { } marks || marks[row];

    private InteractionGraph Pairs(Func<int, bool> taken)
    {
        List<int> users = [], items = [];
        for (int row = 0; row < _rows.Count; row++)
        {
            if (_rows.Users[row] < 0 || _rows.Items[row] < 0 || !taken(row))
                continue;
            users.Add(_userOf[_rows.Users[row]]);
            items.Add(_itemOf[_rows.Items[row]]);
        }
        return InteractionGraph.FromPairs(_userKeys.Length, _itemKeys.Length, [.. users], [.. items]);
    }

    private delegate void Side(ReadOnlySpan<float> features, Span<float> side);

    private float[] Vectors(string key, int keyCount, int[] keys, int width, Side side)
    {
        var token = _options.Training.CancellationToken;
        var sides = FuseTransformer.Sides(_view.Schema, _features);
        float[] all = EntityVectors.Read(_view, key, sides, keyCount, StageNames.Ranking, token);
        int full = SchemaColumns.Dimension(sides);
        float[] table = new float[checked(keys.Length * width)];
        for (int code = 0; code < keys.Length; code++)
            side(all.AsSpan(keys[code] * full, full), table.AsSpan(code * width, width));
        return table;
    }

    private static (int[] CodeOfKey, int[] Keys) Compact(int[] rows, bool[] complete, int keyCount)
    {
        bool[] seen = new bool[keyCount];
        for (int row = 0; row < rows.Length; row++)
            if (complete[row])
                seen[rows[row]] = true;
        int[] keys = [.. Enumerable.Range(0, keyCount).Where(key => seen[key])];
        int[] codes = new int[keyCount];
        Array.Fill(codes, -1);
        for (int code = 0; code < keys.Length; code++)
            codes[keys[code]] = code;
        return (codes, keys);
    }
}
