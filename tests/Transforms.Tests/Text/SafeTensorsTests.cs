using System.Runtime.InteropServices;
using System.Text;
using HybridRec.MLNet.Conformance;
using HybridRec.MLNet.Files;

namespace HybridRec.MLNet.Tests.Text;

public sealed class SafeTensorsTests
{
    [Theory]
    [InlineData(0, "fewer than a header")]
    [InlineData(1, "header claims")]
    [InlineData(2, "gap or overlap")]
    [InlineData(3, "its payload")]
    [InlineData(4, "claims the bytes")]
    [InlineData(5, "tensor 'b' has the unknown type 'F31'")]
    [InlineData(6, "tensor 'a' occurs twice")]
    [InlineData(7, "negative side")]
    [InlineData(8, "more bytes than a number holds")]
    [InlineData(9, "1 data_offsets, not 2")]
    [InlineData(10, "not valid JSON")]
    [InlineData(11, "not an object")]
    [InlineData(12, "gap or overlap at byte 0, before tensor 'a'")]
    [InlineData(13, "the entry 'b' is not of the form")]
    [InlineData(14, "not valid Unicode")]
    public void Read_Damaged_IsAClearError(int fault, string expected)
    {
        byte[] good = SafeTensorsBuilder.File(("a", "F32", "[2]", new byte[8]), ("b", "F32", "[1]", new byte[4]));
        Assert.Equal(["a", "b"], SafeTensorsFile.Read(good, "t").TensorNames);
        byte[] bad = fault switch
        {
            0 => good[..5],
            1 => [.. BitConverter.GetBytes(ulong.MaxValue), .. good[8..]],
            2 => Edit(good, "[8,12]", "[4,8] "),
            3 => [.. good, 0],
            4 => Edit(good, "[8,12]", "[8,99]"),
            5 => Edit(good, "\"b\":{\"dtype\":\"F32\"", "\"b\":{\"dtype\":\"F31\""),
            6 => Edit(good, "\"b\":", "\"a\":"),
            7 => SafeTensorsBuilder.WithHeader("""{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", new byte[4]),
            8 => SafeTensorsBuilder.WithHeader(
                """{"a":{"dtype":"F32","shape":[4611686018427387904,2],"data_offsets":[0,4]}}""", new byte[4]),
            9 => SafeTensorsBuilder.WithHeader("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}}""", new byte[4]),
            10 => Edit(good, "{\"a\"", "{'a'"),
            11 => SafeTensorsBuilder.WithHeader("[]", []),
            12 => SafeTensorsBuilder.WithHeader("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", new byte[8]),
            13 => Edit(good, "\"shape\":[1]", "\"shape\":\"1\""),
            _ => SafeTensorsBuilder.WithHeader("""{"\ud800":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", new byte[4]),
        };
        string message = Assert.Throws<InvalidDataException>(() => SafeTensorsFile.Read(bad, "the file")).Message;
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.Contains("'the file'", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_EveryType_IsReadByName()
    {
        var file = SafeTensorsFile.Read(SafeTensorsBuilder.File(
            ("h", "F16", "[1]", MemoryMarshal.AsBytes<Half>([(Half)1.5f]).ToArray()), ("g", "BF16", "[1]", [0xC0, 0x3F]),
            ("d", "F64", "[]", BitConverter.GetBytes(2.5)), ("i", "I8", "[1]", [0xFF]), ("u", "U8", "[2]", [1, 255]),
            ("l", "I64", "[1]", BitConverter.GetBytes(-7L)), ("big", "I64", "[1]", BitConverter.GetBytes(1L << 40)),
            ("none", "F32", "[0,3]", [])), "t");
        Assert.Equal([1.5f], file.Floats("h"));
        Assert.Equal([1.5f], file.Floats("g"));
        Assert.Equal([2.5f], file.Floats("d"));
        Assert.Equal([-1], file.Integers("i"));
        Assert.Equal([1, 255], file.Integers("u"));
        Assert.Equal([-7], file.Integers("l"));
        Assert.Empty(file.Floats("none"));
        Assert.Equal([0, 3], file.Shape("none"));
        Assert.Empty(file.Shape("d"));
        Assert.Contains(
            "Tensor 'big' of 't' holds 1099511627776", Assert.Throws<InvalidDataException>(() => file.Integers("big")).Message,
            StringComparison.Ordinal);
        Assert.Contains("I8", Assert.Throws<NotSupportedException>(() => file.Floats("i")).Message, StringComparison.Ordinal);
        Assert.Contains("BF16", Assert.Throws<NotSupportedException>(() => file.Integers("g")).Message, StringComparison.Ordinal);
        Assert.Contains(
            "it has: h, g, d, i, u, l, big, none", Assert.Throws<InvalidDataException>(() => file.Floats("z")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Open_Mapped_ReadsAsFromMemory()
    {
        byte[] bytes = SafeTensorsBuilder.File(
            ("a", "F32", "[3]", MemoryMarshal.AsBytes<float>([1, -2, 3]).ToArray()), ("b", "I32", "[1]", BitConverter.GetBytes(9)));
        using var folder = new TemporaryFolder().With("x.safetensors", bytes).With("empty.safetensors", []);
        using (var mapped = SafeTensorsFile.Open(folder.File("x.safetensors")))
        {
            Assert.Equal([1, -2, 3], mapped.Floats("a"));
            Assert.Equal([9], mapped.Integers("b"));
            byte[] part = new byte[4];
            mapped.Read(mapped.Find("a"), 4, part);
            Assert.Equal(-2, BitConverter.ToSingle(part));
            Assert.Throws<ArgumentOutOfRangeException>(() => mapped.Read(mapped.Find("a"), 9, part));
        }
        File.WriteAllBytes(folder.File("x.safetensors"), bytes[..^1]); // closed: may be written again
        Assert.Contains(
            "x.safetensors", Assert.Throws<InvalidDataException>(() => SafeTensorsFile.Open(folder.File("x.safetensors"))).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "fewer than a header",
            Assert.Throws<InvalidDataException>(() => SafeTensorsFile.Open(folder.File("empty.safetensors"))).Message,
            StringComparison.Ordinal);
        Assert.Throws<FileNotFoundException>(() => SafeTensorsFile.Open(folder.File("none.safetensors")));
    }

    [Fact]
    public void Write_RealFile_IsTheSameBitForBit()
    {
        string source = Path.Combine(RealData.Model("model2vec-bge-64d-vocabquant"), "model.safetensors");
        using var folder = new TemporaryFolder();
        using (var file = SafeTensorsFile.Open(source))
            SafeTensorsWriter.Write(folder.File("copy.safetensors"), file.Tensors.Select(t => Copy(file, t)), file.Metadata);
        Assert.Equal(File.ReadAllBytes(source), File.ReadAllBytes(folder.File("copy.safetensors")));
    }

    [Fact]
    public void Write_Failing_LeavesTheOldFileAndNothingElse()
    {
        using var folder = new TemporaryFolder().With("m.safetensors", "old");
        var full = new TensorData("full", TensorType.F32, [1], _ => throw new IOException("no space left on device"));
        Assert.Throws<IOException>(() => SafeTensorsWriter.Write(folder.File("m.safetensors"), [TensorData.Of("a", [1], [1]), full]));
        Assert.Throws<IOException>(() => SafeTensorsWriter.WriteFolder(
            folder.Path, "m", [TensorData.Of("a", [1], [1]), full], shardBytes: 4));
        Assert.Contains("tensor 'short'", Assert.Throws<ArgumentException>(() =>
            SafeTensorsWriter.Write(folder.File("m.safetensors"), [TensorData.Of("short", [2], [1])])).Message,
            StringComparison.OrdinalIgnoreCase);
        Assert.Throws<ArgumentException>(() => SafeTensorsWriter.Write(
            folder.File("m.safetensors"), [TensorData.Of("a", [1], [1]), TensorData.Of("a", [1], [2])]));
        Assert.Equal(["m.safetensors"], Directory.GetFiles(folder.Path).Select(Path.GetFileName));
        Assert.Equal("old", File.ReadAllText(folder.File("m.safetensors")));
    }

    [Fact]
    public void WriteFolder_Shards_AreReadAsOne()
    {
        using var folder = new TemporaryFolder();
        TensorData[] tensors = [.. Enumerable.Range(0, 5)
            .Select(i => TensorData.Of($"t{i}", [i, 2], [.. Enumerable.Range(0, 2 * i).Select(v => v + 0.5f * i)]))];
        SafeTensorsWriter.WriteFolder(folder.Path, "model", tensors, shardBytes: 40);
        Assert.Equal([
            "model-00001-of-00003.safetensors", "model-00002-of-00003.safetensors", "model-00003-of-00003.safetensors",
            "model.safetensors.index.json"], Directory.GetFiles(folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        using (var read = SafeTensorsFolder.Open(folder.Path))
        {
            Assert.Equal(["t0", "t1", "t2", "t3", "t4"], read.TensorNames.Order(StringComparer.Ordinal));
            for (int i = 0; i < 5; i++)
                Assert.Equal(Enumerable.Range(0, 2 * i).Select(v => v + 0.5f * i), read.FileOf($"t{i}").Floats($"t{i}"));
        }
        SafeTensorsWriter.WriteFolder(folder.Path, "model", tensors);
        using var single = SafeTensorsFolder.Open(folder.Path);
        Assert.Equal(5, single.TensorNames.Count);
        Assert.False(File.Exists(folder.File("model.safetensors.index.json")));
    }

    [Theory]
    [InlineData("""{"weight_map":{"t0":"../secret.safetensors"}}""", "beside their index")]
    [InlineData("""{"weight_map":{"t0":"none.safetensors"}}""", "none.safetensors")]
    [InlineData("""{"weight_map":{"t0":"a.safetensors","t9":"a.safetensors"}}""", "'t9'")]
    [InlineData("""{"weight_map":{"t9":"a.safetensors"}}""", "does not list")]
    [InlineData("""{"weight_map":{"t0":"a.safetensors","t1":"b.safetensors"}}""", "'t0' is in")]
    [InlineData("""{"weight_map":{}}""", "empty")]
    [InlineData("""{"metadata":{}}""", "no weight_map")]
    [InlineData("""{"weight_map":{"t0":3}}""", "'t0'")]
    [InlineData("""[""", "not valid JSON")]
    public void OpenFolder_IndexThatDoesNotFit_IsAClearError(string index, string expected)
    {
        byte[] one = SafeTensorsBuilder.File(("t0", "F32", "[1]", new byte[4]));
        using var folder = new TemporaryFolder().With("a.safetensors", one).With("b.safetensors", one)
            .With("model.safetensors.index.json", index);
        Assert.Contains(
            expected, Assert.ThrowsAny<IOException>(() => AsIoException(() => SafeTensorsFolder.Open(folder.Path))).Message,
            StringComparison.Ordinal);
    }

    /// <summary>A tensor as it is in a file.</summary>
    internal static TensorData Copy(SafeTensorsFile file, TensorEntry entry) => new(entry.Name, entry.Type, entry.Shape, stream =>
    {
        byte[] bytes = new byte[entry.Bytes];
        file.Read(entry, 0, bytes);
        stream.Write(bytes);
    });

    // InvalidDataException is no IOException, FileNotFoundException is: both are documented.
    private static void AsIoException(Action action)
    {
        try
        {
            action();
        }
        catch (InvalidDataException e)
        {
            throw new IOException(e.Message, e);
        }
    }

    private static byte[] Edit(byte[] file, string from, string to)
    {
        string text = Encoding.Latin1.GetString(file);
        Assert.Contains(from, text, StringComparison.Ordinal);
        byte[] edited = Encoding.Latin1.GetBytes(text.Replace(from, to, StringComparison.Ordinal));
        Assert.Equal(file.Length, edited.Length); // the header's length is still right
        return edited;
    }
}
