using HybridRec.MLNet.ClosedForms;
using HybridRec.MLNet.Hosting;
using HybridRec.MLNet.Items;
using HybridRec.MLNet.Ranking;
using HybridRec.MLNet.Training;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace HybridRec.MLNet;

/// <summary>Adds the Score of each row's user and item. Made by <see cref="GraphFilterTrainer"/>.</summary>
/// <remarks>Scores are finite for any row: see <see cref="GraphFilterModel"/> for unknown users and items.</remarks>
public sealed class GraphFilterTransformer : RowTransformer, IPredictionTransformer<GraphFilterModel>, IItemScoringModel
{
    internal const string StateKind = "GraphFilter";
    internal const int Version = 2; // 2: the output column and that of held-out rows

    private readonly FilterColumns _columns;
    private readonly KeyVocabulary _users;
    private readonly KeyVocabulary _items;
    private readonly FilterPairScorer? _part;
    private readonly HashSet<long>? _heldOut;

    internal GraphFilterTransformer(
        IHostEnvironment env,
        FilterColumns columns,
        KeyVocabulary users,
        KeyVocabulary items,
        GraphFilterModel model,
        HashSet<long>? heldOut = null)
        : base(env, StageNames.GraphFilter)
    {
        _columns = columns;
        _users = users;
        _items = items;
        Model = model;
        _part = columns.Output == ColumnNames.Score ? null : new FilterPairScorer(model, columns.User, columns.Item);
        _heldOut = heldOut;
    }

    /// <summary>The fitted closed form.</summary>
    public GraphFilterModel Model { get; }

    internal override string Kind => StateKind;

    internal override int StateVersion => Version;

    IItemScorer? IItemScoringModel.TryCreateScorer(MLContext ml, ITransformer prefix, EntityTables tables) => _part is not null
        ? null
        : new FilterItemScorer(
            Model,
            Keys(prefix.Transform(tables.UserRows), _columns.User, _users),
            Keys(prefix.Transform(tables.ItemRows), _columns.Item, _items));

    internal static GraphFilterTransformer Read(IHostEnvironment env, BinaryReader reader, int version)
    {
        var columns = new FilterColumns(reader.ReadString(), reader.ReadString(), ColumnNames.Score, null);
        if (version >= 2)
            columns = columns with { Output = reader.ReadString(), Holdout = reader.ReadBoolean() ? reader.ReadString() : null };
        KeyVocabulary users = KeyVocabulary.Read(reader), items = KeyVocabulary.Read(reader);
        var model = GraphFilterModel.Read(reader);
        if (model.UserCount != users.Count || model.ItemCount != items.Count)
            throw new FormatException(
                $"{model.UserCount} users and {model.ItemCount} items for keys of {users.Count} and {items.Count} values");
        return new GraphFilterTransformer(env, columns, users, items, model);
    }

    internal override void WriteState(BinaryWriter writer)
    {
        writer.Write(_columns.User);
        writer.Write(_columns.Item);
        writer.Write(_columns.Output);
        writer.Write(_columns.Holdout is not null);
        if (_columns.Holdout is not null)
            writer.Write(_columns.Holdout);
        _users.Write(writer);
        _items.Write(writer);
        Model.Write(writer);
    }

    internal override IReadOnlyList<OutputColumn> Bind(DataViewSchema input)
    {
        DataViewSchema.Column user = Key(input, _columns.User, _users), item = Key(input, _columns.Item, _items);
        int[] keys = [user.Index, item.Index];
        if (_part is null)
            return [new OutputColumn(
                _columns.Output, NumberDataViewType.Single, ScoreAnnotations.Ranking(input), keys, row => Getter(row, user, item))];
        var part = new OutputColumn(
            _columns.Output, PairColumn.Type, PairColumn.Annotations(_part), keys, row => PairColumn.Getter(row, user, item, _part));
        Func<int, int, bool>? isHeldOut = HeldOutPairs.Contains(_heldOut);
        return _columns.Holdout is null
            ? [part]
            : [part, new OutputColumn(
                _columns.Holdout, BooleanDataViewType.Instance, null, keys, row => HeldOutPairs.Getter(row, user, item, isHeldOut))];
    }

    private ValueGetter<float> Getter(DataViewRow row, DataViewSchema.Column user, DataViewSchema.Column item)
    {
        Func<int> userOf = CellReader.Key(row, user), itemOf = CellReader.Key(row, item);
        if (!Model.Filter.ScoresAllAtOnce)
            return (ref float score) => score = Model.Score(userOf(), itemOf());

        // The rows of a user often follow each other.
        float[] scores = new float[Model.ItemCount];
        int last = int.MinValue;
        return (ref float score) =>
        {
            int current = userOf(), wanted = itemOf();
            if (current != last)
                Model.Score(last = current, scores);
            score = (uint)wanted < (uint)scores.Length ? scores[wanted] : 0;
        };
    }

    private static DataViewSchema.Column Key(DataViewSchema schema, string name, KeyVocabulary fitted)
    {
        var column = SchemaColumns.Require(schema, name, StageNames.GraphFilter, ColumnKinds.Key);
        fitted.Check(column, StageNames.GraphFilter);
        return column;
    }

    private static int[] Keys(IDataView view, string name, KeyVocabulary fitted) =>
        CellReader.Keys(view, Key(view.Schema, name, fitted));
}
