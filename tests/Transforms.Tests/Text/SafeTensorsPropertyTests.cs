using System.Text;
using CsCheck;
using HybridRec.MLNet.Files;

namespace HybridRec.MLNet.Tests.Text;

/// <summary>
/// 100,000 mutated files: each is read whole or refused by the documented exception, within memory in proportion to its size.
/// </summary>
public sealed class SafeTensorsPropertyTests
{
    private const int PayloadBytes = 64;

    private static readonly string[] s_tokens =
    [
        "{", "}", "[", "]", ",", ":", "\"", "\\", "\\ud800", "null", "true", "-1", "0", "1.5", "1e400", "9223372036854775807",
        "9223372036854775808", "4611686018427387904", "\"dtype\"", "\"shape\"", "\"data_offsets\"", "\"__metadata__\"", "\"F32\"",
        "\"F8_E4M3\"", "\"F33\"", "\"a\":{\"dtype\":\"I8\",\"shape\":[1],\"data_offsets\":[0,1]}", "[[1],1]", " ", "\0",
    ];

    private static readonly Gen<byte[]> s_valid = Gen.Int[0, 8].SelectMany(count => Gen.Int[0, PayloadBytes].Array[count].Select(cuts =>
    {
        int[] ends = [.. cuts.Order(), PayloadBytes];
        int at = 0;
        return SafeTensorsBuilder.File([.. ends.Select((end, i) =>
        {
            byte[] data = new byte[end - at];
            at = end;
            return ($"t{i}", "U8", $"[{data.Length}]", data);
        })]);
    }));

    private static readonly Gen<byte[]> s_mutated = s_valid.SelectMany(file => Gen.Select(
        Gen.Int[0, 5], Gen.Int[0, file.Length - 1], Gen.Int[0, file.Length - 1], Gen.Byte, Gen.Int[0, s_tokens.Length - 1])
        .Array[1, 4].Select(edits => edits.Aggregate(file, Mutate)));

    private static readonly Gen<byte[]> s_header = Gen.Int[0, s_tokens.Length - 1].Array[0, 24].Select(t =>
        SafeTensorsBuilder.WithHeader(string.Concat(t.Select(i => s_tokens[i])), new byte[PayloadBytes]));

    [Fact]
    public void Read_MutatedFiles_AreReadWholeOrRefused() => s_mutated.Sample(Check, iter: 60_000);

    [Fact]
    public void Read_HeadersOfRandomTokens_AreReadWholeOrRefused() => s_header.Sample(Check, iter: 40_000);

    [Fact]
    public void Write_AnyTensors_AreReadBackAndTheirFileIsACanonicalOne()
    {
        using var folder = new TemporaryFolder();
        var tensor = Gen.Select(Gen.String[Gen.Char.AlphaNumeric, 1, 12], Gen.Enum<TensorType>(), Gen.Int[0, 4].Array[0, 3]);
        tensor.Array[0, 6].Where(all => all.Select(t => t.Item1).Distinct().Count() == all.Length).Sample(all =>
        {
            string path = folder.File(Guid.NewGuid().ToString("N"));
            TensorData[] data = [.. all.Select(t => new TensorData(t.Item1, t.Item2, [.. t.Item3.Select(v => (long)v)], stream =>
                stream.Write([.. Enumerable.Range(0, t.Item3.Aggregate(t.Item2.Bytes(), (a, b) => a * b))
                    .Select(i => (byte)(i * 31 + t.Item1[0]))])))];
            SafeTensorsWriter.Write(path, data);
            byte[] bytes = File.ReadAllBytes(path);
            using (var file = SafeTensorsFile.Open(path))
            {
                Assert.Equal(data.Length, file.Tensors.Count);
                foreach (var d in data)
                {
                    var entry = file.Find(d.Name);
                    Assert.Equal((d.Type, d.Bytes), (entry.Type, entry.Bytes));
                    Assert.Equal(d.Shape, entry.Shape);
                    using var expected = new MemoryStream();
                    d.Write(expected);
                    byte[] found = new byte[entry.Bytes];
                    file.Read(entry, 0, found);
                    Assert.Equal(expected.ToArray(), found);
                }
                SafeTensorsWriter.Write(path + "2", file.Tensors.Reverse().Select(t => SafeTensorsTests.Copy(file, t)));
            }
            Assert.Equal(0, BitConverter.ToInt64(bytes) % 8);
            Assert.Equal(bytes, File.ReadAllBytes(path + "2"));
        }, iter: 300);
    }

    private static byte[] Mutate(byte[] file, (int Kind, int At, int Other, byte Value, int Token) edit)
    {
        int at = Math.Min(edit.At, file.Length), other = Math.Min(edit.Other, file.Length), end = Math.Max(at, other);
        at = Math.Min(at, other);
        byte[] token = Encoding.UTF8.GetBytes(s_tokens[edit.Token]);
        switch (edit.Kind)
        {
            case 0 when at < file.Length:
                byte[] flipped = [.. file];
                flipped[at] ^= (byte)(1 << (edit.Value % 8));
                return flipped;
            case 1:
                return file[..at]; // cut off
            case 2:
                return [.. file[..at], .. token, .. file[at..]];
            case 3:
                return Fixed([.. file[..at], .. file[end..]]);
            case 4:
                return Fixed([.. file[..at], .. token, .. file[Math.Min(file.Length, at + token.Length)..]]);
            default:
                return Fixed([.. file[..at], .. file[at..end], .. file[at..end], .. file[end..]]);
        }
    }

    // The header's length is set right again, so that the JSON and not the length is what is wrong.
    private static byte[] Fixed(byte[] file)
    {
        if (file.Length < 8 + PayloadBytes)
            return file;
        BitConverter.TryWriteBytes(file, (long)(file.Length - 8 - PayloadBytes));
        return file;
    }

    private static void Check(byte[] bytes)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            using var file = SafeTensorsFile.Read(bytes, "fuzzed");
            long covered = 0;
            foreach (var entry in file.Tensors)
            {
                file.Read(entry, 0, new byte[entry.Bytes]);
                Assert.Equal(entry.Bytes, entry.Shape.Aggregate((long)entry.Type.Bytes(), (a, b) => a * b));
                covered += entry.Bytes;
            }
            Assert.Equal(bytes.Length - 8 - BitConverter.ToInt64(bytes), covered);
        }
        catch (InvalidDataException e)
        {
            Assert.Contains("'fuzzed'", e.Message, StringComparison.Ordinal);
        }
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated < 100_000 + 200L * bytes.Length, $"{allocated} bytes for a file of {bytes.Length}");
    }
}
