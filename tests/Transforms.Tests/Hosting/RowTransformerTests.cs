using HybridRec.MLNet.Conformance;
using HybridRec.MLNet.Hosting;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Tests.Hosting;

public sealed class RowTransformerTests
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly IDataView _rows;

    public RowTransformerTests() => _rows = Checkerboard.View(_ml, Checkerboard.TrainRows);

    [Fact]
    public void Transform_ViewItWasFittedOn_GetsItsOwnMapping()
    {
        var probe = new ProbeTransformer(_ml, 2) { FittedOn = _rows };
        Assert.All(ViewRows.Singles(probe.Transform(_rows), "Doubled"), value => Assert.Equal([-2f], value));
        Assert.All(
            ViewRows.Singles(probe.Transform(Checkerboard.View(_ml, Checkerboard.TrainRows)), "Doubled"),
            value => Assert.Equal([2f], value));
    }

    [Fact]
    public void EstimatorChain_Fit_GivesTheNextStageTheTrainingMapping()
    {
        var next = new Recorder();
        new EstimatorChain<ITransformer>().Append(new ProbeEstimator(_ml)).Append(next).Fit(_rows);
        Assert.All(next.Seen!, value => Assert.Equal([-2f], value));
    }

    [Fact]
    public void GetOutputSchema_NameAlreadyThere_HidesTheOlderColumn()
    {
        IDataView view = new ProbeTransformer(_ml, 2) { Output = "Label" }.Transform(_rows);
        Assert.Equal(_rows.Schema.Count + 1, view.Schema.Count);
        Assert.Equal(2, view.Schema.Count(column => column.Name == "Label"));
        Assert.All(ViewRows.Singles(view, "Label"), value => Assert.Equal([2f], value));
    }

    [Fact]
    public void GetRowCursor_OnlyOtherColumns_MakesNoGetter()
    {
        var probe = new ProbeTransformer(_ml, 2);
        ViewRows.Read(probe.Transform(_rows), "User", "Item");
        Assert.Equal(0, probe.GettersMade);
        ViewRows.Read(probe.Transform(_rows), "Doubled");
        Assert.Equal(1, probe.GettersMade);
    }

    [Fact]
    public void GetRowCursor_GetterAskedTwice_IsMadeOnce()
    {
        var probe = new ProbeTransformer(_ml, 2);
        IDataView view = probe.Transform(_rows);
        using DataViewRowCursor cursor = view.GetRowCursor([view.Schema["Doubled"]]);
        Assert.Same(cursor.GetGetter<float>(view.Schema["Doubled"]), cursor.GetGetter<float>(view.Schema["Doubled"]));
        Assert.Equal(1, probe.GettersMade);
    }

    [Fact]
    public void GetRowCursorSet_EachCursor_HasItsOwnGetter()
    {
        var probe = new ProbeTransformer(_ml, 2);
        IDataView view = probe.Transform(_ml.Data.Cache(_rows));
        ViewRows.ReadParallel(view, 3, "Doubled");
        Assert.Equal(3, probe.GettersMade);
    }

    [Fact]
    public void MapperGetDependencies_AddedColumn_NeedsItsInputsOnly()
    {
        IRowToRowMapper mapper = new ProbeTransformer(_ml, 2).GetRowToRowMapper(_rows.Schema);
        Assert.Equal(["Label"], mapper.GetDependencies([mapper.OutputSchema["Doubled"]]).Select(column => column.Name));
        Assert.Equal(["User"], mapper.GetDependencies([mapper.OutputSchema["User"]]).Select(column => column.Name));
        Assert.Empty(mapper.GetDependencies([]));
        Assert.Same(mapper.OutputSchema, mapper.OutputSchema);
    }

    [Fact]
    public void MapperGetRow_OtherSchema_Throws()
    {
        IRowToRowMapper mapper = new ProbeTransformer(_ml, 2).GetRowToRowMapper(_rows.Schema);
        using DataViewRowCursor other = Checkerboard.View(_ml, Checkerboard.TestRows).GetRowCursor([]);
        Assert.Throws<ArgumentException>(() => mapper.GetRow(other, []));
    }

    [Fact]
    public void GetRowCursor_ColumnOfAnotherView_Throws()
    {
        IDataView view = new ProbeTransformer(_ml, 2).Transform(_rows);
        IDataView wider = _ml.Transforms.CopyColumns("Copy", "Label").Fit(view).Transform(view);
        Assert.Throws<ArgumentException>(() => view.GetRowCursor([wider.Schema["Copy"]]));
    }

    [Fact]
    public void TrainingView_SameRowsInOtherViews_GetsTheTrainingMapping()
    {
        // A chain in a chain transforms its input anew before the next stage is fitted: other views, the same rows.
        var probe = new ProbeTransformer(_ml, 2) { FittedOn = _rows };
        IDataView again = new ProbeTransformer(_ml, 3) { Output = "Tripled" }
            .Transform(probe.Transform(Checkerboard.View(_ml, Checkerboard.TrainRows)));
        IDataView training = TrainingView.Of(again, ProbeTransformer.FittedRows);
        Assert.All(ViewRows.Singles(training, "Doubled"), value => Assert.Equal([-2f], value));
        Assert.All(ViewRows.Singles(training, "Tripled"), value => Assert.Equal([3f], value));
        Assert.Same(again, TrainingView.Of(again, ProbeTransformer.FittedRows + 1));
        Assert.Same(_rows, TrainingView.Of(_rows, ProbeTransformer.FittedRows));
    }

    [Fact]
    public void Cursor_Disposed_DisposesItsInputOnceAndEnds()
    {
        int ends = 0;
        var view = new DisposeCounter(_rows, () => ends++);
        DataViewRowCursor cursor = new ProbeTransformer(_ml, 2).Transform(view).GetRowCursor([]);
        Assert.True(cursor.MoveNext());
        cursor.Dispose();
        cursor.Dispose();
        Assert.Equal(1, ends);
        Assert.False(cursor.MoveNext());
    }

    private sealed class ProbeEstimator(MLContext ml) : IEstimator<ITransformer>
    {
        public ITransformer Fit(IDataView input) => new ProbeTransformer(ml, 2) { FittedOn = input };

        public SchemaShape GetOutputSchema(SchemaShape inputSchema) => inputSchema;
    }

    private sealed class Recorder : IEstimator<ITransformer>
    {
        public List<float[]>? Seen { get; private set; }

        public ITransformer Fit(IDataView input)
        {
            Seen = ViewRows.Singles(input, "Doubled");
            return new TransformerChain<ITransformer>();
        }

        public SchemaShape GetOutputSchema(SchemaShape inputSchema) => inputSchema;
    }

    private sealed class DisposeCounter(IDataView source, Action onDispose) : IDataView
    {
        public bool CanShuffle => false;

        public DataViewSchema Schema => source.Schema;

        public long? GetRowCount() => source.GetRowCount();

        public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
            new Cursor(source.GetRowCursor(columnsNeeded, rand), onDispose);

        public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
            [GetRowCursor(columnsNeeded, rand)];

        private sealed class Cursor(DataViewRowCursor source, Action onDispose) : DataViewRowCursor
        {
            public override DataViewSchema Schema => source.Schema;

            public override long Position => source.Position;

            public override long Batch => source.Batch;

            public override bool MoveNext() => source.MoveNext();

            public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => source.GetGetter<TValue>(column);

            public override ValueGetter<DataViewRowId> GetIdGetter() => source.GetIdGetter();

            public override bool IsColumnActive(DataViewSchema.Column column) => source.IsColumnActive(column);

            protected override void Dispose(bool disposing)
            {
                onDispose();
                source.Dispose();
                base.Dispose(disposing);
            }
        }
    }
}
