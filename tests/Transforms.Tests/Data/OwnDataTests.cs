using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Tests.Data;

/// <summary>What docs/data.md says about data that come by ML.NET's own loader.</summary>
public sealed class OwnDataTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly MLContext _ml = new(seed: 1);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void LoadFromTextFile_WithItemTexts_HasTheHousesColumns()
    {
        IDataView orders = Load<Order>(
            "customer,sku,stars,ordered_at\nc-1042,B00A17,5,1970-01-02T00:00:01\nc-1042,B00B93,2,1970-01-01T00:00:00\n");
        string products = _folder.Write("products.csv", "sku,title,description,brand\nB00A17,Espresso pot,\"Six cups, aluminum\",Acme\n");
        IDataView rows = _ml.Hybrid.Data.WithItemTexts(orders, ItemTexts.FromDelimited(products, "sku", "title", ["description", "brand"]));
        Assert.Equal(["User", "Item", "Label", "Timestamp", "ItemTitle", "ItemText"], rows.Names());
        Assert.Equal(["Espresso pot", ""], rows.Text("ItemTitle"));
        Assert.Equal(["Espresso pot. Six cups, aluminum. Acme.", ""], rows.Text("ItemText"));
        Assert.Equal(["B00A17"], _ml.Hybrid.Data.TemporalSplit(rows, testFraction: 0.5).TestSet.Text("Item"));
    }

    [Fact]
    public void LoadFromTextFile_CellsThatAreNoNumbers_AreZeroOrNaN()
    {
        IDataView rows = Load<Numbered>("user,stars\n,4\n7,many\n");
        Assert.Equal([0, 7], rows.Column<int>("User"));
        Assert.Equal([4f, float.NaN], rows.Column<float>("Label"));
    }

    [Fact]
    public void MapValueToKey_MoreValuesThanItMayKeep_HasMissingKeys()
    {
        IDataView rows = Load<Order>("customer,sku,stars,ordered_at\na,x,1,1970-01-01\nb,x,1,1970-01-01\nc,x,1,1970-01-01\n");
        IDataView keyed = _ml.Transforms.Conversion.MapValueToKey("User", maximumNumberOfKeys: 2).Fit(rows).Transform(rows);
        Assert.Equal([1u, 2u, 0u], keyed.Column<uint>("User"));
    }

    [Fact]
    public void InteractionSplit_OfMlNetsParts_HoldsAllRows()
    {
        IDataView rows = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 100).Select(i => new Numbered { User = i }));
        DataOperationsCatalog.TrainTestData parts = _ml.Data.TrainTestSplit(rows, testFraction: 0.2);
        var split = new InteractionSplit(parts.TrainSet, parts.TestSet, "ML.NET's TrainTestSplit, 0.2");
        Assert.Equal(Enumerable.Range(0, 100), split.TrainSet.Column<int>("User").Concat(split.TestSet.Column<int>("User")).Order());
    }

    private IDataView Load<T>(string text) =>
        _ml.Data.LoadFromTextFile<T>(_folder.Write("orders.csv", text), separatorChar: ',', hasHeader: true, allowQuoting: true);

    private sealed class Order
    {
        [LoadColumn(0)]
        public string User { get; set; } = "";

        [LoadColumn(1)]
        public string Item { get; set; } = "";

        [LoadColumn(2)]
        public float Label { get; set; }

        [LoadColumn(3)]
        public DateTime Timestamp { get; set; }
    }

    private sealed class Numbered
    {
        [LoadColumn(0)]
        public int User { get; set; }

        [LoadColumn(1)]
        public float Label { get; set; }
    }
}
