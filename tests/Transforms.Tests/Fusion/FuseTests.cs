using HybridRec.MLNet.Conformance;
using HybridRec.MLNet.Fusion;
using HybridRec.MLNet.Hosting;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Tests.Fusion;

public sealed class FuseTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void Transform_DenseSparseAndScalar_Concatenates()
    {
        IDataView view = View(
            new Row { UserGraph = [1, 2], ItemGraph = Sparse(3, (1, 5)), Hour = 7 },
            new Row { UserGraph = [3, 4], ItemGraph = Sparse(3), Hour = 8 });
        IDataView fused = _ml.Hybrid.Fuse("Features", "UserGraph", "ItemGraph", "Hour").Fit(view).Transform(view);
        Assert.Equal([[1, 2, 0, 5, 0, 7], [3, 4, 0, 0, 0, 8]], ViewRows.Singles(fused, "Features"));
        Assert.Equal(new VectorDataViewType(NumberDataViewType.Single, 6), fused.Schema["Features"].Type);
    }

    [Fact]
    public void Transform_Annotations_SayWhatLiesWhere()
    {
        IDataView view = View(new Row());
        IDataView named = _ml.Transforms.Concatenate("UserMeaning", "Hour", "Label").Fit(view).Transform(view);
        DataViewSchema.Column column = _ml.Hybrid.Fuse("Features", "UserGraph", "UserMeaning", "Hour").Fit(named)
            .Transform(named).Schema["Features"];
        Assert.Equal(["UserGraph.0", "UserGraph.1", "UserMeaning.Hour", "UserMeaning.Label", "Hour"], ColumnAnnotations.SlotNames(column)!);
        Assert.Equal("User:UserGraph:0:2;User:UserMeaning:2:2;Context:Hour:4:1", FusionLayout.Of(column)!.ToString());
        Assert.Null(FusionLayout.Of(named.Schema["UserGraph"]));
    }

    [Fact]
    public void Fuse_Options_GiveRolesAndOrder()
    {
        IDataView view = View(new Row { UserGraph = [1, 2], Hour = 3, Label = 4 });
        FuseEstimator estimator = _ml.Hybrid.Fuse(new FuseOptions
        {
            OutputColumnName = "Z",
            UserColumnNames = ["Hour"],
            ItemColumnNames = ["UserGraph"],
            ContextColumnNames = ["Label"],
        });
        FuseTransformer transformer = estimator.Fit(view);
        IDataView fused = transformer.Transform(view);
        Assert.Equal([[3, 1, 2, 4]], ViewRows.Singles(fused, "Z"));
        Assert.Equal("User:Hour:0:1;Item:UserGraph:1:2;Context:Label:3:1", FusionLayout.Of(fused.Schema["Z"])!.ToString());
        Assert.Equal(["Hour", "UserGraph", "Label"], transformer.InputColumnNames);
        Assert.Equal("Z", transformer.OutputColumnName);
    }

    [Fact]
    public void Transform_EmptyVectorInFixedColumn_IsZeros()
    {
        IDataView view = View(new Row { UserGraph = [1, 2], ItemGraph = new VBuffer<float>(0, []) });
        IDataView fused = _ml.Hybrid.Fuse("Features", "ItemGraph", "UserGraph").Fit(view).Transform(view);
        Assert.Equal([[0, 0, 0, 1, 2]], ViewRows.Singles(fused, "Features"));
    }

    [Fact]
    public void Transform_EachRow_AllocatesNothing()
    {
        IDataView view = _ml.Data.Cache(
            View([.. Enumerable.Range(0, 200).Select(i => new Row { UserGraph = [i, 2], ItemGraph = Sparse(3, (1, 5)), Hour = 7 })]));
        IDataView fused = _ml.Hybrid.Fuse("Features", "UserGraph", "ItemGraph", "Hour").Fit(view).Transform(view);
        ViewRows.Singles(fused, "Features"); // fills the cache
        using DataViewRowCursor cursor = fused.GetRowCursor([fused.Schema["Features"]]);
        ValueGetter<VBuffer<float>> getter = cursor.GetGetter<VBuffer<float>>(fused.Schema["Features"]);
        VBuffer<float> value = default;
        long before = 0, allocated = -1;
        for (int row = 0; cursor.MoveNext(); row++)
        {
            if (row == 100)
                before = GC.GetAllocatedBytesForCurrentThread();
            getter(ref value);
            if (row == 199)
                allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }
        Assert.Equal(0, allocated);
    }

    [Fact]
    public void Fuse_RolesSaid_HoldWhateverAColumnIsCalled()
    {
        IDataView view = _ml.Transforms.CopyColumns("UserReviews", "ItemGraph").Fit(View(new Row()))
            .Transform(View(new Row { UserGraph = [1, 2], ItemGraph = new(3, [3, 4, 5]) }));
        IDataView said = _ml.Hybrid.Fuse("Features", user: ["UserGraph"], item: ["UserReviews"]).Fit(view).Transform(view);
        Assert.Equal("User:UserGraph:0:2;Item:UserReviews:2:3", FusionLayout.Of(said.Schema["Features"])!.ToString());
        Assert.Equal([[1, 2, 3, 4, 5]], ViewRows.Singles(said, "Features"));
        // The rule by the name is the fallback, and takes the column for the user's.
        IDataView told = _ml.Hybrid.Fuse("Features", "UserGraph", "UserReviews").Fit(view).Transform(view);
        Assert.Equal("User:UserGraph:0:2;User:UserReviews:2:3", FusionLayout.Of(told.Schema["Features"])!.ToString());
    }

    [Fact]
    public void Fuse_RolesSaid_AreThoseOfTheNameRuleInTheSameOrder()
    {
        IDataView view = View(new Row { UserGraph = [1, 2], ItemGraph = Sparse(3, (1, 5)) });
        IDataView said = _ml.Hybrid.Fuse("Features", user: ["UserGraph"], item: ["ItemGraph"]).Fit(view).Transform(view);
        IDataView told = _ml.Hybrid.Fuse("Features", "UserGraph", "ItemGraph").Fit(view).Transform(view);
        Assert.Equal(ViewRows.Singles(told, "Features"), ViewRows.Singles(said, "Features"));
        Assert.Equal(FusionLayout.Of(told.Schema["Features"])!.ToString(), FusionLayout.Of(said.Schema["Features"])!.ToString());
    }

    [Fact]
    public void Fuse_NothingNamelessOrTwice_Throws()
    {
        HybridCatalog hybrid = _ml.Hybrid;
        Refused("no columns", "inputColumnNames", () => hybrid.Fuse("Features"));
        Refused("no columns", "UserColumnNames", () => hybrid.Fuse(new FuseOptions()));
        Refused("'A'", "inputColumnNames", () => hybrid.Fuse("Features", "A", "B", "A"));
        Refused("'A'", "ItemColumnNames", () => hybrid.Fuse("Features", user: ["A"], item: ["B", "A"]));
        Refused("name of a column", "inputColumnNames", () => hybrid.Fuse("Features", "A", ""));
        Refused("name of a column", "inputColumnNames", () => hybrid.Fuse("Features", "A", null!));
        Refused("name of a column", "outputColumnName", () => hybrid.Fuse("", "A"));
        Refused(
            "name of a column", "OutputColumnName", () => hybrid.Fuse(new FuseOptions { OutputColumnName = "", UserColumnNames = ["A"] }));
        Refused("name of a column", "ContextColumnNames", () => hybrid.Fuse(new FuseOptions { ContextColumnNames = [" "] }));
        Assert.Throws<ArgumentNullException>(() => hybrid.Fuse((FuseOptions)null!));
        Assert.Throws<ArgumentNullException>(() => hybrid.Fuse(new FuseOptions { ItemColumnNames = null! }));
    }

    [Fact]
    public void Fuse_VectorOfUnknownSize_IsRejected()
    {
        IDataView unknown = View(new Row());
        ArgumentException error = Assert.Throws<ArgumentException>(() => _ml.Hybrid.Fuse("Features", "UserFree").Fit(unknown));
        Assert.Contains("'UserFree'", error.Message, StringComparison.Ordinal);
        Assert.Contains("known size", error.Message, StringComparison.Ordinal);
    }

    private static void Refused(string words, string option, Func<FuseEstimator> make)
    {
        ArgumentOutOfRangeException error = Assert.Throws<ArgumentOutOfRangeException>(make);
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
        Assert.Equal(option, error.ParamName);
    }

    private static VBuffer<float> Sparse(int length, params (int Index, float Value)[] slots) =>
        new(length, slots.Length, [.. slots.Select(slot => slot.Value)], [.. slots.Select(slot => slot.Index)]);

    private IDataView View(params Row[] rows) => _ml.Data.LoadFromEnumerable(rows);

    private sealed class Row
    {
        [VectorType(2)]
        public float[] UserGraph { get; set; } = [0, 0];

        [VectorType(3)]
        public VBuffer<float> ItemGraph { get; set; } = new(3, [0, 0, 0]);

        public float Hour { get; set; }

        public float Label { get; set; }

        // No size is declared.
        public float[] UserFree { get; set; } = [1];
    }
}
