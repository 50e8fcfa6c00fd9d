using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using HybridRec.MLNet.Conformance;
using HybridRec.MLNet.Text;
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
        byte[] tensors = SafeTensors(
            ("embeddings", "F32", "[2,2]", MemoryMarshal.AsBytes<float>([1, 0, 0, 1]).ToArray()),
            ("mapping", "I64", "[3]", MemoryMarshal.AsBytes<long>([0, 1, 0]).ToArray()),
            ("weights", "F64", "[3]", MemoryMarshal.AsBytes<double>([1, 2, 6]).ToArray()));
        using var folder = new TemporaryFolder().With("model.safetensors", tensors).With("config.json", """{"model_type":"model2vec","normalize":false}""")
            .With("tokenizer.json", """{"model":{"type":"WordPiece","unk_token":"[UNK]","vocab":{"[UNK]":0,"x":1,"y":2}},"pre_tokenizer":{"type":"WhitespaceSplit"}}""");
        using var encoder = TextEncoder.FromFolder(folder.Path);
        Close([3, 1], Encode(encoder, "x y zzz"));
        Close([0, 0], Encode(encoder, "zzz"));
    }

    [Theory]
    [InlineData(0, "fewer than a header")]
    [InlineData(1, "header claims")]
    [InlineData(2, "gap or overlap")]
    [InlineData(3, "its payload")]
    [InlineData(4, "claims the bytes")]
    public void SafeTensors_Damaged_IsAClearError(int fault, string expected)
    {
        byte[] good = SafeTensors(("a", "F32", "[2]", new byte[8]), ("b", "F32", "[1]", new byte[4]));
        Assert.Equal(["a", "b"], SafeTensorsFile.Read(good, "t").TensorNames);
        byte[] bad = fault switch
        {
            0 => good[..5],
            1 => [.. BitConverter.GetBytes(ulong.MaxValue), .. good[8..]],
            2 => Edit(good, "[8,12]", "[4,8] "),
            3 => [.. good, 0],
            _ => Edit(good, "[8,12]", "[8,99]"),
        };
        Assert.Contains(expected, Assert.Throws<InvalidDataException>(() => SafeTensorsFile.Read(bad, "t")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SafeTensors_HalfTypes_AreWidened()
    {
        var file = SafeTensorsFile.Read(SafeTensors(("h", "F16", "[1]", MemoryMarshal.AsBytes<Half>([(Half)1.5f]).ToArray()), ("g", "BF16", "[1]", [0xC0, 0x3F]),
            ("i", "I8", "[1]", [1])), "t");
        Assert.Equal([1.5f], file.Floats("h"));
        Assert.Equal([1.5f], file.Floats("g"));
        Assert.Contains("I8", Assert.Throws<NotSupportedException>(() => file.Floats("i")).Message, StringComparison.Ordinal);
        Assert.Contains("it has: h, g, i", Assert.Throws<InvalidDataException>(() => file.Floats("z")).Message, StringComparison.Ordinal);
    }

    static byte[] Edit(byte[] file, string from, string to) =>
        Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(file).Replace(from, to, StringComparison.Ordinal));

    static byte[] SafeTensors(params (string Name, string Type, string Shape, byte[] Data)[] tensors)
    {
        int at = 0;
        string header = "{" + string.Join(',', tensors.Select(t =>
        {
            int begin = at;
            at += t.Data.Length;
            return string.Create(CultureInfo.InvariantCulture, $"\"{t.Name}\":{{\"dtype\":\"{t.Type}\",\"shape\":{t.Shape},\"data_offsets\":[{begin},{at}]}}");
        })) + "}";
        byte[] length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        return [.. length, .. Encoding.UTF8.GetBytes(header), .. tensors.SelectMany(t => t.Data)];
    }
}
