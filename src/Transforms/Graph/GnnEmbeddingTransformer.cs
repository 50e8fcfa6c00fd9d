using System.Runtime.CompilerServices;
using HybridRec.MLNet.Graph;
using HybridRec.MLNet.Hosting;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace HybridRec.MLNet;

/// <summary>
/// Adds the graph vectors of a row's user and item; fitted by <see cref="GnnEmbeddingEstimator"/>. The view it was fitted on gets vectors trained without the inner
/// holdout, and the column "Holdout" tells its rows; every other view gets vectors of the graph of all interactions, and "Holdout" is false.
/// </summary>
public sealed class GnnEmbeddingTransformer : RowTransformer
{
    internal const string KindName = "GnnEmbedding";

    // 2: the hidden layer over node features. 3: the layers of GraphSAGE and PinSage.
    internal const int CurrentVersion = 3;

    private readonly GnnColumns _columns;
    private readonly GnnMapping _mapping;
    private readonly KeyVocabulary _users;
    private readonly KeyVocabulary _items;

    internal GnnEmbeddingTransformer(
        IHostEnvironment env, GnnColumns columns, GnnMapping mapping, KeyVocabulary users, KeyVocabulary items)
        : base(env, KindName)
    {
        _columns = columns;
        _mapping = mapping;
        _users = users;
        _items = items;
    }

    /// <summary>Length of the vectors.</summary>
    public int Dimension => _mapping.Users.Dimension;

    internal override string Kind => KindName;

    internal override int StateVersion => CurrentVersion;

    internal GnnMapping Mapping => _mapping;

    internal override IReadOnlyList<OutputColumn> Bind(DataViewSchema input)
    {
        DataViewSchema.Column user = SchemaColumns.Require(input, _columns.User, GnnEmbeddingEstimator.Stage, ColumnKinds.Key);
        DataViewSchema.Column item = SchemaColumns.Require(input, _columns.Item, GnnEmbeddingEstimator.Stage, ColumnKinds.Key);
        _users.Check(user, GnnEmbeddingEstimator.Stage);
        _items.Check(item, GnnEmbeddingEstimator.Stage);
        var columns = new List<OutputColumn>
        {
            Vector(input, _columns.OutputUser, user, _mapping.Users, users: true),
            Vector(input, _columns.OutputItem, item, _mapping.Items, users: false),
        };
        if (_columns.EmitsHoldout)
            columns.Add(new OutputColumn(ColumnNames.Holdout, BooleanDataViewType.Instance, null, [user.Index, item.Index], row => HoldoutGetter(row, user, item)));
        return columns;
    }

    internal override void WriteState(BinaryWriter writer)
    {
        _columns.Write(writer);
        _users.Write(writer);
        _items.Write(writer);
        _mapping.Users.Write(writer);
        _mapping.Items.Write(writer);
    }

    [ModuleInitializer]
    internal static void RegisterReader() => ModelIo.Register(KindName, CurrentVersion, (env, version, reader, _) =>
    {
        GnnColumns columns = GnnColumns.Read(reader);
        KeyVocabulary users = KeyVocabulary.Read(reader);
        KeyVocabulary items = KeyVocabulary.Read(reader);
        return new GnnEmbeddingTransformer(env, columns, new GnnMapping(NodeTable.Read(reader, version), NodeTable.Read(reader, version), null), users, items);
    });

    private OutputColumn Vector(DataViewSchema input, string name, DataViewSchema.Column key, NodeTable table, bool users)
    {
        FeatureColumns? features = FeatureColumns.Bind(input, _columns.NodeFeatures, users);
        if (features is not null && table.Projection is { } projection && projection.Width != features.Width)
        {
            throw new ArgumentException(
                $"{GnnEmbeddingEstimator.Stage}: the feature columns {string.Join(", ", features.Columns.Select(c => c.Name))} have {features.Width} numbers a row, but the model was trained with {projection.Width}; " +
                "use the stages before it that the model was trained with.");
        }

        int[] inputs = [key.Index, .. features?.Columns.Select(c => c.Index) ?? []];
        return new OutputColumn(name, new VectorDataViewType(NumberDataViewType.Single, table.Dimension), null, inputs, row =>
        {
            Func<int> node = CellReader.Key(row, key);
            float[] scratch = new float[features?.Width ?? 0];
            Action? read = features?.Reader(row, scratch);
            ValueGetter<VBuffer<float>> getter = (ref VBuffer<float> destination) =>
            {
                VBufferEditor<float> editor = VBufferEditor.Create(ref destination, table.Dimension);
                table.Get(node(), scratch, read, editor.Values);
                destination = editor.Commit();
            };
            return getter;
        });
    }

    private ValueGetter<bool> HoldoutGetter(DataViewRow row, DataViewSchema.Column user, DataViewSchema.Column item)
    {
        if (_mapping.Holdout is not { } holdout)
            return static (ref bool value) => value = false;
        Func<int> userOf = CellReader.Key(row, user);
        Func<int> itemOf = CellReader.Key(row, item);
        return (ref bool value) =>
        {
            (int u, int i) = (userOf(), itemOf());
            value = u >= 0 && i >= 0 && holdout.Contains(u, i);
        };
    }
}
