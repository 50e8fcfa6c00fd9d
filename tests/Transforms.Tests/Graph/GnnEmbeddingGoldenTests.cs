using System.Globalization;
using HybridRec.MLNet.Conformance;
using Microsoft.ML;

namespace HybridRec.MLNet.Transforms.Tests.Graph;

/// <summary>
/// A model saved by each version of the state, checked in: it must load for ever, with the vectors it had. HYBRIDREC_WRITE_GOLDEN=FOLDER
/// writes today's; that of an older version is never replaced. Version 2 has a hidden layer over node features, version 3 the layers of
/// GraphSAGE, or what updates need, version 4 the exponent of the items' lengths, and the precision of updates, version 5
/// updates of GraphSAGE and PinSage.
/// </summary>
public sealed class GnnEmbeddingGoldenTests
{
    private static readonly string s_folder = Path.Combine(AppContext.BaseDirectory, "Graph", "Golden");

    [Theory]
    [InlineData("gnn-embedding-v1")]
    [InlineData("gnn-embedding-v2")]
    [InlineData("gnn-embedding-v3")]
    [InlineData("gnn-embedding-v3-updatable")]
    [InlineData("gnn-embedding-v4")]
    [InlineData("gnn-embedding-v4-updatable")]
    [InlineData("gnn-embedding-v5-updatable")]
    public void Load_ModelOfAnyVersion_HasTheVectorsItWasSavedWith(string name)
    {
        ITransformer loaded = ModelBytes.Load(File.ReadAllBytes(Path.Combine(s_folder, name + ".zip")), out _);
        string[] expected = File.ReadAllLines(Path.Combine(s_folder, name + ".txt"));
        string[] actual = [.. Lines(loaded)];
        Assert.Equal(expected.Length, actual.Length);
        foreach ((string left, string right) in expected.Zip(actual))
            Assert.All(Numbers(left).Zip(Numbers(right)), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }

    [Theory]
    [InlineData("gnn-embedding-v3", ModelKind.GraphSage, false, 0f)]
    [InlineData("gnn-embedding-v3-updatable", ModelKind.LightGcn, true, 0f)]
    [InlineData("gnn-embedding-v4", ModelKind.LightGcn, false, 0.25f)]
    [InlineData("gnn-embedding-v4-updatable", ModelKind.LightGcn, true, 0.25f)]
    [InlineData("gnn-embedding-v5-updatable", ModelKind.GraphSage, true, 0f)]
    public void Save_ModelOfToday_HasTheEntriesOfTheGoldenOne(string name, ModelKind kind, bool updatable, float exponent)
    {
        var ml = new MLContext(seed: 1);
        (ITransformer model, IDataView data) = Fit(ml, kind, updatable, exponent);
        string golden = Path.Combine(s_folder, name + ".zip");
        if (Environment.GetEnvironmentVariable("HYBRIDREC_WRITE_GOLDEN") is { Length: > 0 } folder)
        {
            File.WriteAllBytes(Path.Combine(folder, name + ".zip"), ModelBytes.Save(ml, model, data.Schema));
            File.WriteAllLines(Path.Combine(folder, name + ".txt"), Lines(model));
        }

        Assert.Equal(ModelBytes.Entries(File.ReadAllBytes(golden)).Keys, ModelBytes.Entries(ModelBytes.Save(ml, model, data.Schema)).Keys);
    }

    [Theory]
    [InlineData("gnn-embedding-v2", false)]
    [InlineData("gnn-embedding-v3", false)]
    [InlineData("gnn-embedding-v3-updatable", true)]
    [InlineData("gnn-embedding-v4-updatable", true)]
    [InlineData("gnn-embedding-v5-updatable", true)]
    public void Load_ModelOfAnyVersion_KnowsWhetherItCanBeUpdated(string name, bool updatable)
    {
        ITransformer loaded = ModelBytes.Load(File.ReadAllBytes(Path.Combine(s_folder, name + ".zip")), out _);
        Assert.Equal(updatable, Assert.IsType<GnnEmbeddingTransformer>(((IEnumerable<ITransformer>)loaded).Last()).IsUpdatable);
    }

    private static IEnumerable<string> Lines(ITransformer model)
    {
        IDataView mapped = model.Transform(Checkerboard.View(new MLContext(), [.. Checkerboard.TestRows, .. Checkerboard.ColdRows]));
        return ViewRows.Singles(mapped, "UserGraph").Concat(ViewRows.Singles(mapped, "ItemGraph"))
            .Select(vector => string.Join(' ', vector.Select(value => value.ToString("R", CultureInfo.InvariantCulture))));
    }

    private static IEnumerable<float> Numbers(string line) =>
        line.Split(' ').Select(text => float.Parse(text, CultureInfo.InvariantCulture));

    private static (ITransformer Model, IDataView Data) Fit(MLContext ml, ModelKind kind, bool updatable, float exponent)
    {
        IDataView data = Checkerboard.View(ml, Checkerboard.TrainRows);
        ITransformer model = ml.Transforms.Conversion.MapValueToKey("User")
            .Append(ml.Transforms.Conversion.MapValueToKey("Item"))
            .Append(ml.Transforms.Text.FeaturizeText("ItemMeaning", "ItemText"))
            .Append(ml.Hybrid.GnnEmbedding(new()
            {
                Model = kind == ModelKind.GraphSage
                    ? GraphModel.GraphSage(layers: 2, servedFanouts: updatable ? [3, 2] : null)
                    : kind.Model(layers: 2),
                Loss = GraphLoss.SampledSoftmax(negatives: 4, itemNormExponent: exponent),
                NodeFeatures = ["ItemMeaning"],
                FeatureProjection = GraphFeatureProjection.Mlp(3),
                Dimension = 4,
                Updatable = updatable,
                Training = new() { Epochs = 2, Seed = 1 },
            }))
            .Fit(data);
        return (model, data);
    }
}
