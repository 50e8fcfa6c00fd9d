using System.Runtime.InteropServices;
using System.Text.Json;
using HybridRec.MLNet.Conformance;
using static HybridRec.MLNet.Tests.Text.EncoderFixture;

namespace HybridRec.MLNet.Tests.Text;

public sealed class StaticEncoderTests
{
    [Fact]
    public void FromFolder_Model2Vec_GivesTheReferenceVectorOfHello()
    {
        string folder = RealData.Model("model2vec-bge-64d-vocabquant");
        using var encoder = TextEncoder.FromFolder(folder);
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "expected_hello_x1000.json")));
        var root = document.RootElement;
        while (root[0].ValueKind == JsonValueKind.Array)
            root = root[0];
        float[] expected = [.. root.EnumerateArray().Select(v => v.GetSingle())];
        Assert.Equal(64, expected.Length);
        Close(expected, Encode(encoder, "hello"), 1e-6);
        Close(expected, Encode(encoder, string.Join(' ', Enumerable.Repeat("hello", 1000))), 1e-5);
        Close(expected, Encode(encoder, "HELLO"), 1e-6);
    }

    [Fact]
    public void Encode_UnknownTokens_AreLeftOut()
    {
        using var encoder = TextEncoder.FromFolder(RealData.Model("model2vec-bge-64d-vocabquant"));
        Close(Encode(encoder, "hello"), Encode(encoder, "hello \u4e02\u4e04"), 1e-6);
    }

    [Fact]
    public void FromFolder_TinyTable_AppliesMappingAndWeights()
    {
        // Tokens: [UNK] 0, x 1, y 2; rows (1,0), (0,1); mapping x to row 1, y to row 0; weights 2 and 6: mean of (0,2) and (6,0).
        byte[] tensors = SafeTensorsBuilder.File(
            ("embeddings", "F32", "[2,2]", MemoryMarshal.AsBytes<float>([1, 0, 0, 1]).ToArray()),
            ("mapping", "I64", "[3]", MemoryMarshal.AsBytes<long>([0, 1, 0]).ToArray()),
            ("weights", "F64", "[3]", MemoryMarshal.AsBytes<double>([1, 2, 6]).ToArray()));
        using var folder = new TemporaryFolder().With("model.safetensors", tensors)
            .With("config.json", """{"model_type":"model2vec","normalize":false}""")
            .With(
                "tokenizer.json",
                """{"model":{"type":"WordPiece","unk_token":"[UNK]","vocab":{"[UNK]":0,"x":1,"y":2}},"pre_tokenizer":{"type":"WhitespaceSplit"}}""");
        using var encoder = TextEncoder.FromFolder(folder.Path);
        Close([3, 1], Encode(encoder, "x y zzz"));
        Close([0, 0], Encode(encoder, "zzz"));
    }
}
