using HybridRec.MLNet.Conformance;
using HybridRec.MLNet.Files;
using Microsoft.ML;
using TorchSharp;

namespace HybridRec.MLNet.Tests.Torch;

public sealed class TorchEncoderTests
{
    private static readonly string[] s_texts = ["a b c", "z", "q r s t u v", "", "x y z x y z", "a b c d e f g h i j k l m n o p"];

    [Fact]
    public void Encode_AnyBatch_GivesTheSameVector()
    {
        using var folder = TinyBert.Folder(normalize: true);
        using var encoder = TorchEncoder.FromFolder(folder.Path);
        float[][] together = Vectors.Encode(encoder, s_texts);
        for (int i = 0; i < s_texts.Length; i++)
            Vectors.Close(together[i], Vectors.Encode(encoder, s_texts[i])[0]);
        Assert.Equal(new float[TinyBert.Hidden], together[3]);
        Assert.Equal(1, Math.Sqrt(together[0].Sum(v => v * v)), 5);
    }

    [Theory]
    [InlineData(TensorTypeName.F32)]
    [InlineData(TensorTypeName.F16)]
    [InlineData(TensorTypeName.BF16)]
    public void Save_Untouched_IsTheSameModelBitForBit(TensorTypeName type)
    {
        using var folder = TinyBert.Folder(normalize: true, type: Enum.Parse<TensorType>(type.ToString()));
        using var target = new TemporaryFolder();
        using var encoder = TorchEncoder.FromFolder(folder.Path);
        encoder.Save(target.File("copy"));
        foreach (string file in (string[])["model.safetensors", "config.json", "vocab.txt"])
            Assert.Equal(File.ReadAllBytes(folder.File(file)), File.ReadAllBytes(target.File("copy/" + file)));
        using var copy = TorchEncoder.FromFolder(target.File("copy"));
        Assert.Equal(Vectors.Encode(encoder, s_texts), Vectors.Encode(copy, s_texts));
        Assert.Contains("not empty", Assert.Throws<IOException>(() => encoder.Save(target.File("copy"))).Message, StringComparison.Ordinal);
        Assert.Equal([target.File("copy")], Directory.GetFileSystemEntries(target.Path));
    }

    [Fact]
    public void Save_OptionsOfTheEncoder_GoIntoTheFiles()
    {
        using var folder = TinyBert.Folder();
        using var target = new TemporaryFolder();
        using var encoder = TorchEncoder.FromFolder(
            folder.Path, new EncoderOptions { Pooling = PoolingMode.Max, Normalize = true, Prompt = "a b ", MaxTokens = 6 });
        encoder.Save(target.File("m"));
        using var copy = TorchEncoder.FromFolder(target.File("m"));
        Assert.Equal(Vectors.Encode(encoder, s_texts), Vectors.Encode(copy, s_texts));
    }

    [Fact]
    public void FromFolder_Shards_GiveTheSameVectors()
    {
        using var whole = TinyBert.Folder();
        using var shards = TinyBert.Folder(shardBytes: 2000);
        Assert.True(Directory.GetFiles(shards.Path, "*.safetensors").Length > 3);
        using TorchEncoder a = TorchEncoder.FromFolder(whole.Path), b = TorchEncoder.FromFolder(shards.Path);
        Assert.Equal(Vectors.Encode(a, s_texts), Vectors.Encode(b, s_texts));
    }

    [Theory]
    [InlineData("\"bert\"", "\"roberta\"", "model_type = roberta")]
    [InlineData("\"absolute\"", "\"relative_key\"", "position_embedding_type = relative_key")]
    [InlineData("\"gelu\"", "\"mish\"", "hidden_act = mish")]
    [InlineData("\"intermediate_size\":20", "\"intermediate_size\":24", "encoder.layer.0.intermediate.dense.weight")]
    [InlineData("\"num_hidden_layers\":2", "\"num_hidden_layers\":3", "encoder.layer.2.attention.self.query.weight")]
    [InlineData("\"num_attention_heads\":3", "\"num_attention_heads\":5", "no multiple")]
    [InlineData("\"vocab_size\":31,", "", "no vocab_size")]
    [InlineData("\"hidden_size\":12", "\"hidden_size\":\"12\"", "config.json")]
    public void FromFolder_ConfigurationThatDoesNotFit_IsAClearError(string from, string to, string expected)
    {
        using var folder = TinyBert.Folder();
        string config = TinyBert.Config();
        Assert.Contains(from, config, StringComparison.Ordinal);
        folder.With("config.json", config.Replace(from, to, StringComparison.Ordinal));
        var error = Assert.ThrowsAny<SystemException>(() => TorchEncoder.FromFolder(folder.Path));
        Assert.True(error is InvalidDataException or NotSupportedException, error.ToString());
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FromFolder_MissingParts_AreNamed()
    {
        using var folder = TinyBert.Folder();
        Assert.Contains(
            "16 tokens",
            Assert.Throws<ArgumentException>(() => TorchEncoder.FromFolder(folder.Path, new EncoderOptions { MaxTokens = 17 })).Message,
            StringComparison.Ordinal);
        File.Delete(folder.File("modules.json"));
        File.Delete(folder.File("1_Pooling/config.json"));
        Assert.Contains(
            "EncoderOptions.Pooling", Assert.Throws<InvalidOperationException>(() => TorchEncoder.FromFolder(folder.Path)).Message,
            StringComparison.Ordinal);
        File.Delete(folder.File("model.safetensors"));
        Assert.Contains(
            "model.safetensors", Assert.Throws<FileNotFoundException>(() => TorchEncoder.FromFolder(folder.Path)).Message,
            StringComparison.Ordinal);
        File.Delete(folder.File("config.json"));
        Assert.Contains(
            "config.json", Assert.Throws<FileNotFoundException>(() => TorchEncoder.FromFolder(folder.Path)).Message,
            StringComparison.Ordinal);
        Assert.Throws<DirectoryNotFoundException>(() => TorchEncoder.FromFolder("/no/such/folder"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void SaveLoad_Pipeline_EncodesUnseenTextsAsBeforeInAFreshProcess(bool store)
    {
        using var folder = TinyBert.Folder(normalize: true);
        var ml = new MLContext();
        IDataView view = View(ml, "a b c", "d e", ""), unseen = View(ml, "e f g", "a");
        using var encoder = TorchEncoder.FromFolder(folder.Path, new EncoderOptions { StoreModel = store });
        using var model = ml.Hybrid.LlmEmbedding("ItemMeaning", "ItemText", encoder).Fit(view);
        byte[] saved = ModelBytes.Save(ml, model, view.Schema);
        var loaded = ModelBytes.Load(saved, out _);
        Assert.Equal(Rows(model.Transform(unseen)), Rows(loaded.Transform(unseen)));
        Assert.Equal(Rows(model.Transform(view)), Rows(loaded.Transform(view)));
        ModelBytes.AssertSame(saved, ModelBytes.Save(ml, loaded, view.Schema));
        Assert.Equal(Rows(model.Transform(unseen)), FreshProcess.Run(ml, saved, unseen, "ItemMeaning"));
        if (store)
            return;
        SafeTensorsWriter.WriteFolder(folder.Path, "model", TinyBert.Weights(seed: 2));
        Assert.Contains(
            "its hash differs", Assert.ThrowsAny<Exception>(() => ModelBytes.Load(saved, out _)).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_FittedStage_GivesItsEncoder()
    {
        using var folder = TinyBert.Folder();
        var ml = new MLContext();
        IDataView view = View(ml, "a b c", "d e");
        using var encoder = TorchEncoder.FromFolder(folder.Path);
        using var model = ml.Hybrid.LlmEmbedding("ItemMeaning", "ItemText", encoder).Fit(view);
        using (var again = TorchEncoder.Of(model))
            Assert.Equal(Vectors.Encode(encoder, s_texts), Vectors.Encode(again, s_texts));
        Assert.Equal(2, Rows(model.Transform(View(ml, "x", "y"))).Count);
        using var lexical = ml.Hybrid.LlmEmbedding("ItemMeaning", "ItemText").Fit(view);
        Assert.Contains("lexical", Assert.Throws<ArgumentException>(() => TorchEncoder.Of(lexical)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Encode_ThousandTimes_LeavesNoTensorBehind()
    {
        using var folder = TinyBert.Folder();
        using var encoder = TorchEncoder.FromFolder(folder.Path);
        float[] rows = new float[s_texts.Length * TinyBert.Hidden];
        for (int i = 0; i < 10; i++)
            encoder.Encoder.Encode(s_texts, rows, 4, CancellationToken.None);
        long live = LiveTensors();
        for (int i = 0; i < 1000; i++)
            encoder.Encoder.Encode(s_texts, rows, 4, CancellationToken.None);
        Assert.Equal(live, LiveTensors());
    }

    /// <summary>Tensors this thread made and has not disposed.</summary>
    internal static long LiveTensors() => DisposeScopeManager.Statistics.ThreadTotalLiveCount;

    internal static IDataView View(MLContext ml, params string[] texts) =>
        Checkerboard.View(ml, texts.Select(t => new CheckerboardRow { ItemText = t }));

    internal static List<float[]> Rows(IDataView view) => ViewRows.Singles(view, "ItemMeaning");

    /// <summary>The element types of this test: a public method cannot show an internal type.</summary>
    public enum TensorTypeName
    {
        F32,
        F16,
        BF16,
    }
}
