using HybridRec.MLNet.Hosting;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Conformance;

/// <summary>
/// What every estimator of the library must do. A test class inherits it and says how to make the estimator:
/// <code>
/// public sealed class FuseConformance : EstimatorConformance&lt;FuseTransformer&gt;
/// {
///     protected override IEstimator&lt;FuseTransformer&gt; Estimator(MLContext ml, ConformanceSettings settings) =>
///         ml.Hybrid.Fuse("Features", "UserGraph");
///     protected override IEnumerable&lt;string&gt; RequiredColumns => ["UserGraph"];
/// }
/// </code>
/// One that trains inherits <see cref="TrainingConformance{TTransformer}"/> instead.
/// </summary>
/// <typeparam name="TTransformer">What the estimator fits.</typeparam>
public abstract class EstimatorConformance<TTransformer>
    where TTransformer : class, ITransformer
{
    /// <summary>The estimator, with the settings it has options for.</summary>
    protected abstract IEstimator<TTransformer> Estimator(MLContext ml, ConformanceSettings settings);

    /// <summary>The columns without which neither the estimator nor the transformer can work.</summary>
    protected abstract IEnumerable<string> RequiredColumns { get; }

    /// <summary>The stages before the estimator. By default User and Item become keys.</summary>
    protected virtual IEstimator<ITransformer> Preparation(MLContext ml) =>
        ml.Transforms.Conversion.MapValueToKey("User").Append(ml.Transforms.Conversion.MapValueToKey("Item"));

    /// <summary>The rows to fit on.</summary>
    protected virtual IReadOnlyList<CheckerboardRow> TrainRows => Checkerboard.TrainRows;

    /// <summary>Rows with unseen users and items, missing ids and empty texts.</summary>
    protected virtual IReadOnlyList<CheckerboardRow> ColdRows => Checkerboard.ColdRows;

    [Fact]
    public void GetOutputSchema_Promised_IsDelivered()
    {
        Trained trained = Train();
        SchemaShape promised = Estimator(trained.Ml, new()).GetOutputSchema(Shapes.Of(trained.Data.Schema));
        SchemaAssert.Same(promised, Shapes.Of(trained.Model.Transform(trained.Data).Schema));
        SchemaAssert.Same(trained.Model.GetOutputSchema(trained.Data.Schema), trained.Fresh().Schema);
    }

    [Fact]
    public void Transform_ViewNotRead_ComputesNothing()
    {
        Trained trained = Train();
        var unreadable = GuardedView.Unreadable(trained.Data);
        IDataView view = trained.Model.Transform(unreadable);
        Assert.Equal(view.Schema.Count, trained.Model.GetOutputSchema(unreadable.Schema).Count);
        Assert.True(trained.Model.IsRowToRowMapper);
    }

    [Fact]
    public void SaveLoad_FreshContext_SameSchemaAndValues()
    {
        Trained trained = Train();
        ITransformer loaded = ModelBytes.Load(ModelBytes.Save(trained.Ml, trained.Chain, trained.Raw.Schema), out DataViewSchema schema);
        SchemaAssert.Same(trained.Raw.Schema, schema);
        IDataView expected = trained.Chain.Transform(trained.RawAll()), actual = loaded.Transform(trained.RawAll());
        SchemaAssert.Same(expected.Schema, actual.Schema);
        Assert.Equal(ViewRows.Read(expected), ViewRows.Read(actual));
        Assert.IsType<TTransformer>(((IEnumerable<ITransformer>)loaded).Last());
    }

    [Fact]
    public void SaveLoad_FreshProcess_SameValues()
    {
        Trained trained = Train();
        string column = trained.AddedSingles.First().Name;
        byte[] saved = ModelBytes.Save(trained.Ml, trained.Chain, trained.Raw.Schema);
        List<float[]> computed = FreshProcess.Run(trained.Ml, saved, trained.RawAll(), column);
        Assert.Equal(ViewRows.Singles(trained.Chain.Transform(trained.RawAll()), column), computed);
    }

    [Fact]
    public void SaveLoadSave_Entries_AreIdentical()
    {
        Trained trained = Train();
        byte[] saved = ModelBytes.Save(trained.Ml, trained.Model, trained.Data.Schema);
        ITransformer loaded = ModelBytes.Load(saved, out DataViewSchema schema);
        ModelBytes.AssertSame(saved, ModelBytes.Save(new MLContext(), loaded, schema));
    }

    [Fact]
    public void Transform_UnseenMissingAndEmpty_IsFiniteAndFullWidth()
    {
        Trained trained = Train();
        IDataView cold = trained.Chain.Transform(Checkerboard.View(trained.Ml, ColdRows));
        Assert.Equal(ColdRows.Count, ViewRows.Read(cold).Count);
        foreach (DataViewSchema.Column column in trained.AddedSingles)
            foreach (float[] values in ViewRows.Singles(cold, column.Name))
            {
                Assert.Equal(SchemaColumns.Dimension(column), values.Length);
                Assert.All(values, value => Assert.True(float.IsFinite(value), $"{column.Name} is {value}"));
            }
    }

    [Fact]
    public void Transform_NoRows_HasNoRows()
    {
        Trained trained = Train();
        Assert.Empty(ViewRows.Read(trained.Chain.Transform(Checkerboard.View(trained.Ml, []))));
    }

    [Fact]
    public void MissingColumn_Any_FailsBeforeReadingAndNamesIt()
    {
        Trained trained = Train();
        foreach (string name in RequiredColumns)
        {
            var without = GuardedView.Unreadable(trained.Ml.Transforms.DropColumns(name).Fit(trained.Data).Transform(trained.Data));
            AssertFails(trained, without, name);
        }
    }

    [Fact]
    public void WrongType_Any_FailsBeforeReadingAndNamesIt()
    {
        Trained trained = Train();
        foreach (string name in RequiredColumns)
            AssertFails(trained, GuardedView.Retyped(trained.Data, name, TimeSpanDataViewType.Instance), name);
    }

    [Fact]
    public void Fit_SameSeedTwice_GivesIdenticalBytes()
    {
        Trained first = Train(new(Seed: 3)), second = Train(new(Seed: 3));
        ModelBytes.AssertSame(
            ModelBytes.Save(first.Ml, first.Model, first.Data.Schema), ModelBytes.Save(second.Ml, second.Model, second.Data.Schema));
    }

    [Fact]
    public void PredictionEngine_EachRow_EqualsTransform()
    {
        Trained trained = Train();
        CheckerboardRow[] rows = [.. TrainRows.Take(20), .. ColdRows];
        IDataView view = trained.Chain.Transform(Checkerboard.View(trained.Ml, rows));
        foreach (DataViewSchema.Column column in trained.AddedSingles)
            Assert.Equal(
                ViewRows.Singles(view, column.Name),
                EnginePredictions.Of(trained.Ml, trained.Chain, trained.Raw.Schema, column.Name, rows));
    }

    [Fact]
    public void Cursors_Parallel_EqualSerial()
    {
        Trained trained = Train();
        IDataView view = trained.Model.Transform(trained.Ml.Data.Cache(trained.FreshData()));
        Assert.Equal(ViewRows.Read(view), ViewRows.ReadParallel(view, 4));
    }

    [Fact]
    public void View_CacheTakeSkipShuffle_AgreeWithPlainRead()
    {
        Trained trained = Train();
        IDataView view = trained.Fresh();
        List<string> plain = ViewRows.Read(view);
        Assert.Equal(TrainRows.Count, plain.Count);
        IDataView cached = trained.Ml.Data.Cache(view);
        Assert.Equal(plain, ViewRows.Read(cached));
        Assert.Equal(plain.Take(5), ViewRows.Read(trained.Ml.Data.TakeRows(view, 5)));
        Assert.Equal(plain.Skip(5), ViewRows.Read(trained.Ml.Data.SkipRows(view, 5)));
        Assert.Equal(
            plain.Order(StringComparer.Ordinal), ViewRows.Read(trained.Ml.Data.ShuffleRows(cached, seed: 1)).Order(StringComparer.Ordinal));
        IDataView source = trained.FreshData();
        Assert.Equal(source.GetRowCount(), trained.Model.Transform(source).GetRowCount());
        Assert.Equal(source.CanShuffle, trained.Model.Transform(source).CanShuffle);
    }

    [Fact]
    public void GetGetter_InactiveColumnOrOtherType_Throws()
    {
        Trained trained = Train();
        IDataView view = trained.Fresh();
        DataViewSchema.Column added = view.Schema[trained.Added[0].Name];
        using (DataViewRowCursor none = view.GetRowCursor([]))
        {
            Assert.False(none.IsColumnActive(added));
            Assert.ThrowsAny<Exception>(() => none.GetGetter<VBuffer<float>>(added));
            Assert.True(none.MoveNext());
        }
        // The columns it is made of are active, it is not.
        using (DataViewRowCursor inputs = view.GetRowCursor(view.Schema.Take(view.Schema.Count - trained.Added.Count)))
            Assert.Contains("not active", Assert.ThrowsAny<Exception>(() => Untyped(inputs, added)).Message, StringComparison.Ordinal);
        using DataViewRowCursor one = view.GetRowCursor([added]);
        Assert.True(one.IsColumnActive(added));
        Assert.ThrowsAny<Exception>(() => one.GetGetter<TimeSpan>(added));
    }

    // With the column's own type, so that only its being inactive can be at fault.
    private static void Untyped(DataViewRow row, DataViewSchema.Column column) => ViewRows.Reader(row, [column]);

    /// <summary>Fits the estimator on the training rows.</summary>
    private protected Trained Train(ConformanceSettings? settings = null)
    {
        settings ??= new();
        var ml = new MLContext(settings.Seed); // from which an estimator without a seed of its own draws it
        IDataView raw = Checkerboard.View(ml, TrainRows);
        ITransformer preparation = Preparation(ml).Fit(raw);
        IDataView data = preparation.Transform(raw);
        TTransformer model = Estimator(ml, settings).Fit(data);
        return new Trained(this, ml, raw, preparation, data, model);
    }

    private void AssertFails(Trained trained, IDataView bad, string name)
    {
        Exception promised = Assert.ThrowsAny<Exception>(() => Estimator(trained.Ml, new()).GetOutputSchema(Shapes.Of(bad.Schema)));
        Assert.Contains($"'{name}'", promised.Message, StringComparison.Ordinal);
        Exception fitted = Assert.ThrowsAny<Exception>(() => Estimator(trained.Ml, new()).Fit(bad));
        Assert.Contains($"'{name}'", fitted.Message, StringComparison.Ordinal);
        Exception applied = Assert.ThrowsAny<Exception>(() => trained.Model.Transform(bad));
        Assert.Contains($"'{name}'", applied.Message, StringComparison.Ordinal);
    }

    /// <summary>A fitted estimator, and what it was fitted on.</summary>
    private protected sealed record Trained(
        EstimatorConformance<TTransformer> Suite, MLContext Ml, IDataView Raw, ITransformer Preparation, IDataView Data, TTransformer Model)
    {
        /// <summary>The preparation and the fitted model.</summary>
        public ITransformer Chain { get; } = new TransformerChain<ITransformer>(Preparation, Model);

        /// <summary>The columns the model adds.</summary>
        public IReadOnlyList<DataViewSchema.Column> Added => [.. Model.GetOutputSchema(Data.Schema).Skip(Data.Schema.Count)];

        /// <summary>Those of them that are of Single.</summary>
        public IEnumerable<DataViewSchema.Column> AddedSingles =>
            Added.Where(column => (ColumnCheck.Classify(column.Type) & (ColumnKinds.Single | ColumnKinds.SingleVector)) != 0);

        /// <summary>The prepared training rows as another view than the one fitted on, which may be mapped differently.</summary>
        public IDataView FreshData() => Preparation.Transform(Checkerboard.View(Ml, Suite.TrainRows));

        /// <summary>The model applied to it.</summary>
        public IDataView Fresh() => Model.Transform(FreshData());

        /// <summary>Training, withheld and cold rows.</summary>
        public IDataView RawAll() => Checkerboard.View(Ml, [.. Suite.TrainRows, .. Checkerboard.TestRows, .. Suite.ColdRows]);
    }
}
