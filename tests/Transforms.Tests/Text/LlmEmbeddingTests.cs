using HybridRec.MLNet.Conformance;
using Microsoft.Extensions.AI;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Tests.Text;

public sealed class LlmEmbeddingTests
{
    private static readonly string?[] s_texts = ["a b", "a", "a b", "", null, "   ", "b c c", "a", "c"];

    [Theory]
    [InlineData(null)]
    [InlineData(3)]
    public void Fit_Generator_IsAskedOnceForEachDistinctTextInBatches(int? dimensions)
    {
        var generator = new FakeGenerator(dimensions: dimensions);
        var ml = new MLContext();
        var view = View(ml, s_texts);
        using var model = ml.Hybrid.LlmEmbedding(new() { Encoder = TextEncoder.FromGenerator(generator), BatchSize = 3 }).Fit(view);
        Assert.Equal(["a", "a b", "b c c", "c"], generator.Calls.SelectMany(c => c).Order(StringComparer.Ordinal));
        Assert.All(generator.Calls, call => Assert.InRange(call.Length, 1, 3));
        Assert.Equal(4, model.TextCount);
        var rows = Rows(model.Transform(view));
        for (int i = 0; i < s_texts.Length; i++)
            Assert.Equal(string.IsNullOrWhiteSpace(s_texts[i]) ? new float[3] : generator.Vector(s_texts[i]!), rows[i]);
        Assert.Equal(4, generator.Calls.Sum(c => c.Length)); // reading asked for nothing
    }

    [Fact]
    public void Transform_KnownItemWithoutText_HasTheVectorOfItsText()
    {
        var ml = new MLContext(seed: 1);
        IDataView View(params (string Item, string Text)[] rows) =>
            ml.Data.LoadFromEnumerable(rows.Select(row => new ItemRow { Item = row.Item, ItemText = row.Text }));
        IDataView view = View(("x", ""), ("x", "a heist"), ("y", "two lovers"), ("x", "another text"), ("z", ""));
        ITransformer model = ml.Transforms.Conversion.MapValueToKey("Item")
            .Append(ml.Hybrid.LlmEmbedding(new() { ItemColumnName = "Item" })).Fit(view);
        ITransformer loaded = ml.Model.Load(new MemoryStream(ModelBytes.Save(ml, model, view.Schema)), out _);
        foreach (ITransformer one in (ITransformer[])[model, loaded])
        {
            IDataView asked = View(("x", ""), ("x", "a heist"), ("y", " "), ("y", "two lovers"), ("z", ""), ("new", ""));
            List<float[]> rows = Rows(one.Transform(asked));
            Assert.Equal(rows[1], rows[0]);
            Assert.Equal(rows[3], rows[2]);
            Assert.NotEqual(rows[0], rows[2]);
            Assert.All(rows[4].Concat(rows[5]), value => Assert.Equal(0, value));
            using var engine = ml.Model.CreatePredictionEngine<ItemRow, Vector>(one);
            Assert.Equal(rows[3], engine.Predict(new ItemRow { Item = "y" }).ItemMeaning);
        }

        // Without the option a row without text has the zero vector.
        ITransformer plain = ml.Hybrid.LlmEmbedding("ItemMeaning", "ItemText").Fit(view);
        Assert.All(Rows(plain.Transform(View(("y", ""))))[0], value => Assert.Equal(0, value));
        Assert.ThrowsAny<ArgumentException>(() => ml.Hybrid.LlmEmbedding(new() { ItemColumnName = "Item" }).Fit(view)); // no key
    }

    [Fact]
    public void Transform_UnseenText_IsEncodedOnceAndRemembered()
    {
        var generator = new FakeGenerator();
        var ml = new MLContext();
        using var model = ml.Hybrid.LlmEmbedding(new() { Encoder = TextEncoder.FromGenerator(generator), RecentTexts = 2 })
            .Fit(View(ml, ["a"]));
        var fresh = View(ml, ["new one", "new one", "new one"]);
        Assert.All(Rows(model.Transform(fresh)), row => Assert.Equal([7, 1, 1], row));
        Assert.Equal(2, generator.Calls.Count);
        Rows(model.Transform(View(ml, ["x", "y", "z"]))); // pushes it out: two are kept
        Rows(model.Transform(fresh));
        Assert.Equal(6, generator.Calls.Count);
    }

    [Fact]
    public void Transform_ManyCursorsUnseenTexts_AgreeWithSerial()
    {
        using var folder = EncoderFixture.Folder();
        using var encoder = TextEncoder.FromFolder(folder.Path);
        var ml = new MLContext();
        using var model = ml.Hybrid.LlmEmbedding(new() { Encoder = encoder, RecentTexts = 5 }).Fit(View(ml, ["a"]));
        string[] texts = [.. Enumerable.Range(0, 400)
            .Select(i => string.Join(' ', Enumerable.Range(0, 1 + i % 7).Select(k => "abc"[(i / 7 + k) % 3])))];
        IDataView view = ml.Data.Cache(View(ml, texts));
        Assert.Equal(ViewRows.Read(model.Transform(view)), ViewRows.ReadParallel(model.Transform(view), 4));
    }

    [Fact]
    public void SaveLoad_Generator_KeepsTheTableAndTakesANewGenerator()
    {
        var generator = new FakeGenerator();
        var ml = new MLContext();
        var view = View(ml, s_texts);
        using var model = ml.Hybrid.LlmEmbedding(new() { Encoder = TextEncoder.FromGenerator(generator), Prompt = "> " }).Fit(view);
        var loaded = (LlmEmbeddingTransformer)((IEnumerable<ITransformer>)Reload(ml, model, view, out var context)).Single();
        var log = new List<string>();
        context.Log += (_, e) => log.Add(e.Message);
        Assert.Equal(Rows(model.Transform(view)), Rows(loaded.Transform(view)));
        var unseen = View(context, ["unseen text", "another"]);
        Assert.All(Rows(loaded.Transform(unseen)), row => Assert.Equal(new float[3], row));
        Assert.Single(log, line => line.Contains("Attach", StringComparison.Ordinal));
        var second = new FakeGenerator();
        Assert.Throws<ArgumentException>(() => loaded.Attach(TextEncoder.FromGenerator(new FakeGenerator("other"))));
        Assert.Throws<ArgumentException>(() => loaded.Attach(TextEncoder.Lexical()));
        loaded.Attach(TextEncoder.FromGenerator(second));
        Assert.Equal(second.Vector("> unseen text"), Rows(loaded.Transform(unseen))[0]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void SaveLoad_Onnx_EncodesUnseenTextsAsBefore(bool store)
    {
        using var folder = EncoderFixture.Folder();
        using var encoder = TextEncoder.FromFolder(folder.Path, new EncoderOptions { StoreModel = store });
        var ml = new MLContext();
        IDataView view = View(ml, s_texts), unseen = View(ml, ["c c b", "b b"]);
        using var model = ml.Hybrid.LlmEmbedding("ItemMeaning", "ItemText", encoder).Fit(view);
        byte[] saved = ModelBytes.Save(ml, model, view.Schema);
        if (store)
            Directory.Delete(folder.File("onnx"), recursive: true);
        var loaded = ModelBytes.Load(saved, out _);
        Assert.Equal(Rows(model.Transform(unseen)), Rows(loaded.Transform(unseen)));
        Assert.Equal(Rows(model.Transform(view)), Rows(loaded.Transform(view)));
        ModelBytes.AssertSame(saved, ModelBytes.Save(ml, loaded, view.Schema));
        (loaded as IDisposable)?.Dispose();
    }

    [Fact]
    public void Load_OnnxByPathMissingOrChanged_IsAClearError()
    {
        using var folder = EncoderFixture.Folder();
        var ml = new MLContext();
        var view = View(ml, s_texts);
        byte[] saved;
        using (var encoder = TextEncoder.FromFolder(folder.Path, new EncoderOptions { StoreModel = false }))
        using (var model = ml.Hybrid.LlmEmbedding("ItemMeaning", "ItemText", encoder).Fit(view))
            saved = ModelBytes.Save(ml, model, view.Schema);
        folder.With("onnx/model.onnx", OnnxBuilder.Encoder([.. EncoderFixture.Table.Select(v => v + 1)], 2));
        Assert.Contains(
            "its hash differs", Assert.ThrowsAny<Exception>(() => ModelBytes.Load(saved, out _)).ToString(), StringComparison.Ordinal);
        File.Delete(folder.File("onnx/model.onnx"));
        Assert.Contains(
            "StoreModel = false", Assert.ThrowsAny<Exception>(() => ModelBytes.Load(saved, out _)).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void SaveLoad_StaticModel_RoundTrips()
    {
        using var encoder = TextEncoder.FromFolder(RealData.Model("model2vec-bge-64d-vocabquant"));
        var ml = new MLContext();
        IDataView view = View(ml, ["hello world", "a movie"]), unseen = View(ml, ["something else"]);
        using var model = ml.Hybrid.LlmEmbedding("ItemMeaning", "ItemText", encoder).Fit(view);
        var loaded = ModelBytes.Load(ModelBytes.Save(ml, model, view.Schema), out _);
        Assert.Equal(Rows(model.Transform(unseen)), Rows(loaded.Transform(unseen)));
    }

    [Fact]
    public async Task AsEmbeddingGenerator_Fitted_GivesTheColumnsVectors()
    {
        var ml = new MLContext();
        var view = View(ml, ["robots in space", "love in paris", "robots in love"]);
        using var model = ml.Hybrid.LlmEmbedding("ItemMeaning", "ItemText", TextEncoder.Lexical(dimension: 4)).Fit(view);
        var generator = model.AsEmbeddingGenerator();
        var vectors = await generator.GenerateAsync(["love in paris", "", "robots in space"]);
        var rows = Rows(model.Transform(view));
        Assert.Equal(rows[1], vectors[0].Vector.ToArray());
        Assert.Equal(new float[4], vectors[1].Vector.ToArray());
        Assert.Equal(rows[0], vectors[2].Vector.ToArray());
        var metadata = (EmbeddingGeneratorMetadata)generator.GetService(typeof(EmbeddingGeneratorMetadata))!;
        Assert.Equal("lexical", metadata.DefaultModelId);
        Assert.Equal(4, metadata.DefaultModelDimensions);
        // Ours is a generator, so it can be an encoder again.
        using var again = ml.Hybrid.LlmEmbedding("ItemMeaning", "ItemText", TextEncoder.FromGenerator(generator)).Fit(view);
        Assert.Equal(rows, Rows(again.Transform(view)));
    }

    [Fact]
    public void Fit_BlankTextsOnly_GivesZerosAndWarns()
    {
        var ml = new MLContext();
        var log = new List<string>();
        ml.Log += (_, e) => log.Add(e.Message);
        var view = View(ml, ["", null, " \t"]);
        using var model = ml.Hybrid.LlmEmbedding("ItemMeaning", "ItemText").Fit(view);
        Assert.All(Rows(model.Transform(view)), row => Assert.Equal(new float[128], row));
        Assert.Contains(log, line => line.Contains("holds no text", StringComparison.Ordinal));
        Assert.Contains("dimension", Assert.Throws<InvalidOperationException>(() =>
            ml.Hybrid.LlmEmbedding("ItemMeaning", "ItemText", TextEncoder.FromGenerator(new FakeGenerator())).Fit(view)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_OptionsThatDoNotSuitTheEncoder_AreRefused()
    {
        var ml = new MLContext();
        var view = View(ml, ["a"]);
        Assert.Throws<ArgumentException>(() => ml.Hybrid.LlmEmbedding(new() { Prompt = "x" }).Fit(view));
        Assert.Throws<ArgumentException>(() =>
            ml.Hybrid.LlmEmbedding(new() { Encoder = TextEncoder.FromGenerator(new FakeGenerator()), MaxTokens = 3 }).Fit(view));
        Assert.Throws<ArgumentOutOfRangeException>(() => ml.Hybrid.LlmEmbedding(new() { BatchSize = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => ml.Hybrid.LlmEmbedding(new() { MaxTokens = 0 }));
    }

    [Fact]
    public void Fit_Progress_CountsItsParts()
    {
        var ml = new MLContext();
        var seen = new List<TrainingProgress>();
        string[] texts = [.. Enumerable.Range(0, 40).Select(i => $"text {i}")];
        ml.Hybrid.LlmEmbedding(new()
        {
            Encoder = TextEncoder.FromGenerator(new FakeGenerator()),
            BatchSize = 1,
            Progress = new Immediate(seen.Add)
        }).Fit(View(ml, texts)).Dispose();
        Assert.Equal([1, 2, 3], seen.Select(p => p.Epoch));
        Assert.All(seen, p => Assert.Equal(("LlmEmbedding", 3), (p.Stage, p.Epochs)));
    }

    internal static IDataView View(MLContext ml, IEnumerable<string?> texts) =>
        Checkerboard.View(ml, texts.Select(t => new CheckerboardRow { ItemText = t }));

    internal static List<float[]> Rows(IDataView view) => ViewRows.Singles(view, "ItemMeaning");

    private static ITransformer Reload(MLContext ml, ITransformer model, IDataView view, out MLContext context)
    {
        context = new MLContext();
        using var stream = new MemoryStream(ModelBytes.Save(ml, model, view.Schema));
        return new TransformerChain<ITransformer>(context.Model.Load(stream, out _));
    }

    private sealed class Immediate(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }

    private sealed class ItemRow
    {
        public string Item { get; set; } = "";

        public string ItemText { get; set; } = "";
    }

    private sealed class Vector
    {
        public float[] ItemMeaning { get; set; } = [];
    }
}
