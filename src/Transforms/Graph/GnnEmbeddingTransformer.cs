using System.Runtime.CompilerServices;
using HybridRec.MLNet.Graph;
using HybridRec.MLNet.Hosting;
using HybridRec.MLNet.Training;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace HybridRec.MLNet;

/// <summary>
/// Adds the graph vectors of a row's user and item; fitted by <see cref="GnnEmbeddingEstimator"/>. The view it was fitted on gets vectors
/// trained without the inner holdout, and the column "Holdout" tells its rows; every other view gets vectors of the graph of all
/// interactions, and "Holdout" is false.
/// </summary>
public sealed class GnnEmbeddingTransformer : RowTransformer, IUpdatableStage
{
    internal const string KindName = "GnnEmbedding";

    // 2: the hidden layer over node features. 3: the layers of GraphSAGE and PinSage, and what updates need. 4: the exponent of the items'
    // lengths, and the precision of updates. 5: updates of GraphSAGE and PinSage. 6: features whose names do not say whom they describe;
    // other models are written as 5.
    internal const int CurrentVersion = 6;

    private readonly GnnColumns _columns;
    private readonly GnnMapping _mapping;
    private readonly KeyVocabulary _users;
    private readonly KeyVocabulary _items;

    internal GnnEmbeddingTransformer(
        IHostEnvironment env, GnnColumns columns, GnnMapping mapping, KeyVocabulary users, KeyVocabulary items,
        GraphUpdates? updates = null)
        : base(env, KindName)
    {
        _columns = columns;
        _mapping = mapping;
        _users = users;
        _items = items;
        Updates = updates;
    }

    /// <summary>Length of the vectors.</summary>
    public int Dimension => _mapping.Users.Dimension;

    /// <summary>
    /// Whether interactions can be folded in, by <c>ml.Hybrid.Update</c> or <c>ml.Hybrid.CreateUpdater</c>:
    /// <see cref="GnnEmbeddingOptions.Updatable"/> was set.
    /// </summary>
    public bool IsUpdatable => Updates is not null;

    internal override string Kind => KindName;

    internal override int StateVersion => _columns.Version;

    internal GnnMapping Mapping => _mapping;

    internal GnnColumns Columns => _columns;

    /// <summary>What updates need; null unless <see cref="IsUpdatable"/>.</summary>
    internal GraphUpdates? Updates { get; }

    IEnumerable<string> IUpdatableStage.KeyColumns => [_columns.User, _columns.Item];

    ITransformer IUpdatableStage.Update(IDataView rows, CancellationToken cancellation)
    {
        GraphUpdates updates = RequireUpdates();
        _users.CheckExtendedBy(
            SchemaColumns.Require(rows.Schema, _columns.User, StageNames.GnnEmbedding, ColumnKinds.Key), StageNames.GnnEmbedding);
        _items.CheckExtendedBy(
            SchemaColumns.Require(rows.Schema, _columns.Item, StageNames.GnnEmbedding, ColumnKinds.Key), StageNames.GnnEmbedding);
        updates = GraphFolding.Fold(updates, _columns, rows, cancellation);
        return Updated(
            updates, updates.Serve(_mapping), KeyVocabulary.Of(rows.Schema[_columns.User]), KeyVocabulary.Of(rows.Schema[_columns.Item]));
    }

    /// <exception cref="InvalidOperationException">The model keeps nothing to update.</exception>
    internal GraphUpdates RequireUpdates() => Updates ?? throw new InvalidOperationException(
        $"{StageNames.GnnEmbedding}: this model keeps nothing to update it with. Fit it with GnnEmbeddingOptions.Updatable = true; for " +
        "models saved before, fit again.");

    /// <summary>The state of a model that single interactions fold into.</summary>
    /// <exception cref="InvalidOperationException">The model keeps nothing to update, or its layers are not linear.</exception>
    internal GraphUpdates RequireLinearUpdates() =>
        RequireUpdates() is { Inductive: null } updates ? updates : throw new InvalidOperationException(
            $"{StageNames.GnnEmbedding}: single interactions fold into the linear models, LightGcn, SimGcl, XSimGcl and AlphaRec; fold " +
            "rows into this one with ml.Hybrid.Update.");

    /// <summary>The same stage with the vectors that a backend computes in a precision; later updates use them too.</summary>
    internal GnnEmbeddingTransformer Propagated(AggregationBackend aggregation, EmbeddingPrecision precision)
    {
        GraphUpdates updates = RequireUpdates();
        updates = updates with { Rule = updates.Rule.By(aggregation, precision) };
        return Updated(updates, updates.Serve(_mapping), _users, _items);
    }

    /// <summary>The same stage with another graph.</summary>
    internal GnnEmbeddingTransformer Updated(GraphUpdates updates, GnnMapping mapping, KeyVocabulary users, KeyVocabulary items) =>
        new(Host, _columns, mapping, users, items, updates);

    internal override IReadOnlyList<OutputColumn> Bind(DataViewSchema input)
    {
        DataViewSchema.Column user = SchemaColumns.Require(input, _columns.User, StageNames.GnnEmbedding, ColumnKinds.Key);
        DataViewSchema.Column item = SchemaColumns.Require(input, _columns.Item, StageNames.GnnEmbedding, ColumnKinds.Key);
        _users.Check(user, StageNames.GnnEmbedding);
        _items.Check(item, StageNames.GnnEmbedding);
        var columns = new List<OutputColumn>
        {
            Vector(input, _columns.OutputUser, user, _mapping.Users, users: true),
            Vector(input, _columns.OutputItem, item, _mapping.Items, users: false),
        };
        if (_columns.EmitsHoldout)
            columns.Add(new OutputColumn(
                ColumnNames.Holdout, BooleanDataViewType.Instance, null, [user.Index, item.Index],
                row => HeldOutPairs.Getter(row, user, item, _mapping.Holdout is { } holdout ? holdout.Contains : null)));
        return columns;
    }

    internal override void WriteState(BinaryWriter writer)
    {
        _columns.Write(writer);
        _users.Write(writer);
        _items.Write(writer);
        _mapping.Users.Write(writer);
        _mapping.Items.Write(writer);
        writer.Write(Updates is not null);
        Updates?.Write(writer);
    }

    [ModuleInitializer]
    internal static void RegisterReader() => ModelIo.Register(KindName, CurrentVersion, (env, version, reader, _) =>
    {
        GnnColumns columns = GnnColumns.Read(reader, version);
        KeyVocabulary users = KeyVocabulary.Read(reader);
        KeyVocabulary items = KeyVocabulary.Read(reader);
        var mapping = new GnnMapping(NodeTable.Read(reader, version), NodeTable.Read(reader, version), null);
        return new GnnEmbeddingTransformer(
            env, columns, mapping, users, items, version >= 3 && reader.ReadBoolean() ? GraphUpdates.Read(reader, version) : null);
    });

    private OutputColumn Vector(DataViewSchema input, string name, DataViewSchema.Column key, NodeTable table, bool users)
    {
        FeatureColumns? features = FeatureColumns.Bind(input, _columns.NodeFeatures, users);
        if (features is not null && table.Projection is { } projection && projection.Width != features.Width)
        {
            throw new ArgumentException(
                $"{StageNames.GnnEmbedding}: the feature columns {string.Join(", ", features.Columns.Select(c => c.Name))} have " +
                $"{features.Width} numbers a row, but the model was trained with {projection.Width}; " +
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
}
