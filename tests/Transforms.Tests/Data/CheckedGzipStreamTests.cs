using System.IO.Compression;
using HybridRec.MLNet.Files;

namespace HybridRec.MLNet.Tests.Data;

public sealed class CheckedGzipStreamTests
{
    [Fact]
    public void Read_CompleteFiles_GiveTheTextWhateverTheLength()
    {
        // Stored, not compressed, so that the end falls on every place around the decoder's input buffer of 8 KiB.
        var random = new Random(1);
        foreach (int length in Enumerable.Range(0, 60).Concat(Enumerable.Range(8100, 120)).Concat(Enumerable.Range(16_300, 100))
            .Append(200_000))
        {
            byte[] text = new byte[length];
            random.NextBytes(text);
            Assert.Equal(text, Decompress(Compress(text, CompressionLevel.NoCompression)));
        }
    }

    [Fact]
    public void Read_JoinedFiles_GiveBothTexts()
    {
        byte[] joined =
        [
            .. Compress("first\n"u8.ToArray(), CompressionLevel.Optimal), .. Compress("second\n"u8.ToArray(), CompressionLevel.Optimal)
        ];
        Assert.Equal("first\nsecond\n"u8.ToArray(), Decompress(joined));
    }

    [Fact]
    public void Read_TruncatedAnywhere_Throws()
    {
        byte[] text = [.. Enumerable.Range(0, 300).Select(i => (byte)(i * i))];
        byte[] whole = Compress(text, CompressionLevel.Optimal);
        for (int length = 2; length < whole.Length; length++)
            Assert.Throws<InvalidDataException>(() => Decompress(whole[..length]));
    }

    [Fact]
    public void Read_OneBitTurned_Throws()
    {
        byte[] whole = Compress([.. Enumerable.Range(0, 300).Select(i => (byte)(i * i))], CompressionLevel.Optimal);
        whole[whole.Length / 2] ^= 4;
        Assert.Throws<InvalidDataException>(() => Decompress(whole));
    }

    private static byte[] Compress(byte[] text, CompressionLevel level)
    {
        using var memory = new MemoryStream();
        using (var gzip = new GZipStream(memory, level, leaveOpen: true))
            gzip.Write(text);
        return memory.ToArray();
    }

    private static byte[] Decompress(byte[] bytes)
    {
        using var stream = new CheckedGzipStream(new MemoryStream(bytes));
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return memory.ToArray();
    }
}
