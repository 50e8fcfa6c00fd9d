using System.IO.Compression;
using Microsoft.ML;

namespace HybridRec.MLNet.Conformance;

/// <summary>Saved models as bytes. The zip itself carries the time of saving; its entries do not.</summary>
public static class ModelBytes
{
    /// <summary>Saves a model.</summary>
    public static byte[] Save(MLContext ml, ITransformer model, DataViewSchema schema)
    {
        using var stream = new MemoryStream();
        ml.Model.Save(model, schema, stream);
        return stream.ToArray();
    }

    /// <summary>Loads a model in a new context.</summary>
    public static ITransformer Load(byte[] model, out DataViewSchema schema)
    {
        using var stream = new MemoryStream(model);
        return new MLContext(seed: 7).Model.Load(stream, out schema);
    }

    /// <summary>The content of each entry, by name.</summary>
    public static SortedDictionary<string, byte[]> Entries(byte[] model)
    {
        using var zip = new ZipArchive(new MemoryStream(model));
        var entries = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (ZipArchiveEntry entry in zip.Entries)
        {
            using var content = new MemoryStream();
            using Stream stream = entry.Open();
            stream.CopyTo(content);
            entries.Add(entry.FullName, content.ToArray());
        }
        return entries;
    }

    /// <summary>The same model with one entry changed.</summary>
    public static byte[] Edit(byte[] model, Func<string, bool> which, Func<byte[], byte[]> edit)
    {
        SortedDictionary<string, byte[]> entries = Entries(model);
        string[] names = [.. entries.Keys.Where(which)];
        Assert.NotEmpty(names);
        foreach (string name in names)
            entries[name] = edit(entries[name]);
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
            foreach ((string name, byte[] content) in entries)
                using (Stream entry = zip.CreateEntry(name).Open())
                    entry.Write(content);
        return stream.ToArray();
    }

    /// <summary>Checks that two models have the same entries, byte by byte.</summary>
    public static void AssertSame(byte[] expected, byte[] actual)
    {
        SortedDictionary<string, byte[]> left = Entries(expected), right = Entries(actual);
        Assert.Equal(left.Keys, right.Keys);
        foreach ((string name, byte[] content) in left)
            Assert.True(content.AsSpan().SequenceEqual(right[name]), $"The entries '{name}' of two models that must be equal differ.");
    }
}
