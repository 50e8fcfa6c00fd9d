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
    internal const int Version = 1;

    private readonly string _user;
    private readonly string _item;
    private readonly KeyVocabulary _users;
    private readonly KeyVocabulary _items;

    internal GraphFilterTransformer(
        IHostEnvironment env, (string User, string Item) columns, KeyVocabulary users, KeyVocabulary items, GraphFilterModel model)
        : base(env, StageNames.GraphFilter)
    {
        (_user, _item) = columns;
        _users = users;
        _items = items;
        Model = model;
    }

    /// <summary>The fitted closed form.</summary>
    public GraphFilterModel Model { get; }

    internal override string Kind => StateKind;

    internal override int StateVersion => Version;

    IItemScorer? IItemScoringModel.TryCreateScorer(MLContext ml, ITransformer prefix, EntityTables tables) => new FilterItemScorer(
        Model, Keys(prefix.Transform(tables.UserRows), _user, _users), Keys(prefix.Transform(tables.ItemRows), _item, _items));

    internal static GraphFilterTransformer Read(IHostEnvironment env, BinaryReader reader)
    {
        var columns = (reader.ReadString(), reader.ReadString());
        KeyVocabulary users = KeyVocabulary.Read(reader), items = KeyVocabulary.Read(reader);
        var model = GraphFilterModel.Read(reader);
        if (model.UserCount != users.Count || model.ItemCount != items.Count)
            throw new FormatException(
                $"{model.UserCount} users and {model.ItemCount} items for keys of {users.Count} and {items.Count} values");
        return new GraphFilterTransformer(env, columns, users, items, model);
    }

    internal override void WriteState(BinaryWriter writer)
    {
        writer.Write(_user);
        writer.Write(_item);
        _users.Write(writer);
        _items.Write(writer);
        Model.Write(writer);
    }

    internal override IReadOnlyList<OutputColumn> Bind(DataViewSchema input)
    {
        DataViewSchema.Column user = Key(input, _user, _users), item = Key(input, _item, _items);
        return [new OutputColumn(
            ColumnNames.Score, NumberDataViewType.Single, ScoreAnnotations.Ranking(input), [user.Index, item.Index],
            row => Getter(row, user, item))];
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

    private static int[] Keys(IDataView view, string name, KeyVocabulary fitted)
    {
        var column = Key(view.Schema, name, fitted);
        var keys = new List<int>();
        using var cursor = view.GetRowCursor([column]);
        var keyOf = CellReader.Key(cursor, column);
        while (cursor.MoveNext())
            keys.Add(keyOf());
        return [.. keys];
    }
}
