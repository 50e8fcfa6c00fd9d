using HybridRec.MLNet.Accel;
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
public sealed class GraphFilterTransformer : RowTransformer, IPredictionTransformer<GraphFilterModel>, IItemScoringModel, IUpdatableStage
{
    internal const string StateKind = "GraphFilter";
    // 2: the output column and that of held-out rows. 3: what updates need, and what came by them; the label's column is not known of a
    // model that was saved before. 4: the columns of vectors.
    internal const int Version = 4;

    private readonly FilterColumns _columns;
    private readonly KeyVocabulary _users;
    private readonly KeyVocabulary _items;
    private readonly FilterPairScorer? _part;
    private readonly FilterVectors? _vectors;
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
        _vectors = FilterVectors.Of(model);
        _heldOut = heldOut;
    }

    /// <summary>The fitted closed form.</summary>
    public GraphFilterModel Model { get; }

    internal override string Kind => StateKind;

    internal override int StateVersion => Version;

    IEnumerable<string> IUpdatableStage.KeyColumns => [_columns.User, _columns.Item];

    ITransformer IUpdatableStage.Update(IDataView rows, CancellationToken cancellation)
    {
        var label = RequireUpdates();
        var columns = new InteractionColumns(_columns.User, _columns.Item, label.Column, Timestamp: null, Holdout: null);
        var read = InteractionRows.Read(rows, columns, StageNames.GraphFilter, cancellation);
        return Updated(rows.Schema, read.PositiveRows(label.Threshold).Select(row => (read.Users[row], read.Items[row])));
    }

    IItemScorer? IItemScoringModel.TryCreateScorer(MLContext ml, ITransformer prefix, EntityTables tables) => _part is not null
        ? null
        : new FilterItemScorer(
            Model,
            Keys(prefix.Transform(tables.UserRows), _columns.User, _users),
            Keys(prefix.Transform(tables.ItemRows), _columns.Item, _items));

    internal FilterColumns Columns => _columns;

    /// <exception cref="InvalidOperationException">The model does not keep which rows are positives.</exception>
    internal PositiveLabel RequireUpdates() => _columns.Label ?? throw new InvalidOperationException(
        $"{StageNames.GraphFilter}: this model was saved by a version that did not keep which rows are positives, so that nothing can be "
        + "added to it. Fit it again.");

    /// <summary>The same stage under keys that have further users and items, with further positives.</summary>
    /// <param name="schema">Has the keys.</param>
    /// <param name="positives">Keys of users and items, 0-based; known ones do not matter.</param>
    internal GraphFilterTransformer Updated(DataViewSchema schema, IEnumerable<(int User, int Item)> positives)
    {
        var user = SchemaColumns.Require(schema, _columns.User, StageNames.GraphFilter, ColumnKinds.Key);
        var item = SchemaColumns.Require(schema, _columns.Item, StageNames.GraphFilter, ColumnKinds.Key);
        _users.CheckExtendedBy(user, StageNames.GraphFilter);
        _items.CheckExtendedBy(item, StageNames.GraphFilter);
        KeyVocabulary users = KeyVocabulary.Of(user), items = KeyVocabulary.Of(item);
        List<int> userOf = [], itemOf = [];
        for (int known = 0; known < Model.UserCount; known++)
        {
            foreach (int own in Model.Graph.ItemsOf(known))
            {
                userOf.Add(known);
                itemOf.Add(own);
            }
        }

        foreach (var (newUser, newItem) in positives)
        {
            userOf.Add(newUser);
            itemOf.Add(newItem);
        }

        var graph = InteractionGraph.FromPairs(users.Count, items.Count, [.. userOf], [.. itemOf]);
        bool grown = graph.EdgeCount > Model.InteractionCount || users.Count > Model.UserCount || items.Count > Model.ItemCount;
        return grown ? new GraphFilterTransformer(Host, _columns, users, items, Model.With(graph)) : this;
    }

    internal static GraphFilterTransformer Read(IHostEnvironment env, BinaryReader reader, int version)
    {
        var columns = FilterColumns.Read(reader, version);
        KeyVocabulary users = KeyVocabulary.Read(reader), items = KeyVocabulary.Read(reader);
        var model = GraphFilterModel.Read(reader, version);
        if (model.UserCount != users.Count || model.ItemCount != items.Count)
            throw new FormatException(
                $"{model.UserCount} users and {model.ItemCount} items for keys of {users.Count} and {items.Count} values");
        if ((columns.UserVector ?? columns.ItemVector) is not null && model.Filter is not IalsFilter)
            throw new FormatException($"vectors of {model.Kind}, which has none");
        return new GraphFilterTransformer(env, columns, users, items, model);
    }

    internal override void WriteState(BinaryWriter writer)
    {
        _columns.Write(writer);
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
        List<OutputColumn> columns = [part];
        if (_columns.UserVector is { } userVector)
            columns.Add(_vectors!.Users(userVector, user));
        if (_columns.ItemVector is { } itemVector)
            columns.Add(_vectors!.Items(itemVector, item));
        Func<int, int, bool>? isHeldOut = HeldOutPairs.Contains(_heldOut);
        if (_columns.Holdout is { } holdout)
            columns.Add(new OutputColumn(
                holdout, BooleanDataViewType.Instance, null, keys, row => HeldOutPairs.Getter(row, user, item, isHeldOut)));
        return columns;
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
