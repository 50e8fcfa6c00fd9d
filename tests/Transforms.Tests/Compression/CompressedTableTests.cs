using CsCheck;
using HybridRec.MLNet.Compression;
using HybridRec.MLNet.Conformance;
using HybridRec.MLNet.Tests.Text;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Tests.Compression;

public sealed class CompressedTableTests
{
    private static readonly int[] s_sizes = [0, 2, 7, 256];

    [Fact]
    public void Load_WhatWasStored_IsExact() =>
        Gen.Select(
            Gen.Float[-5, 5].Array[0, 200], Gen.Double[0.05, 1], Gen.Int[0, 3].Select(i => s_sizes[i])).Sample((values, density, size) =>
        {
            float[] table = [.. values];
            var (bytes, report) = CompressedTable.Store(table, new TableCompressionOptions { Density = density, CodebookSize = size });
            Assert.Equal(table, CompressedTable.Load(bytes));
            Assert.Equal(bytes.Length, report.StoredBytes);
            Assert.True(table.Count(v => v != 0) <= Math.Ceiling(density * values.Length), "too many values are left");
            if (size > 0)
                Assert.True(table.Distinct().Count() <= size, "too many distinct values");
            else
                Assert.All(table.Zip(values), pair => Assert.True(pair.First == pair.Second || pair.First == 0));
        }, iter: 2000);

    [Fact]
    public void Store_HalfOfTheValues_KeepsTheLargest()
    {
        float[] table = [1, -4, 0.5f, 3, -2, 0.1f];
        var (_, report) = CompressedTable.Store(table, new TableCompressionOptions { Density = 0.5, CodebookSize = 0 });
        Assert.Equal([0, -4, 0, 3, -2, 0], table);
        Assert.Equal(0.5, report.Density);
        Assert.Equal(Math.Sqrt(1.26 / 30.26), report.RelativeError, 1e-5);
    }

    [Fact]
    public void Store_NormalValues_AreMuchSmallerWithASmallError()
    {
        float[] table = Normal(100_000);
        var (bytes, report) = CompressedTable.Store([.. table], new TableCompressionOptions());
        Assert.Equal(bytes.Length, report.StoredBytes);
        Assert.Equal(400_000, report.FloatBytes);
        Assert.InRange(report.StoredBytes, 1, 100_500);
        Assert.InRange(report.RelativeError, 1e-6, 0.02);
        var sparse = CompressedTable.Store([.. table], new TableCompressionOptions { Density = 0.3, CodebookSize = 32 }).Report;
        Assert.InRange(sparse.StoredBytes, 1, 45_000); // entropy: 0.88 bits where, below 5 bits what of three tenths
        Assert.InRange(sparse.RelativeError, 0.1, 0.5);
        Assert.Equal(32, sparse.DistinctValues);
    }

    [Fact]
    public void ValueCodebook_Clusters_AreFound()
    {
        float[] centers = ValueCodebook.Fit([0, 0.1f, 0.2f, 5, 5.2f, 10, 10.1f, 9.9f], 3);
        Assert.Equal([0.1f, 5.1f, 10f], centers.Select(c => MathF.Round(c, 3)));
        byte[] codes = new byte[4];
        ValueCodebook.Assign([-7, 2.7f, 5, 99], centers, codes, first: 1);
        Assert.Equal([1, 2, 2, 3], codes);
        Assert.Equal([1f, 2f], ValueCodebook.Fit([2, 1, 1, 2], 5)); // no more centers than values
    }

    [Fact]
    public void Load_MutatedBytes_GivesValuesOrRefuses()
    {
        byte[] original = CompressedTable.Store(Normal(500), new TableCompressionOptions { CodebookSize = 16 }).Bytes;
        OnnxMutation.Gen.Sample(mutation =>
        {
            byte[] bytes = mutation.Apply(original);
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                _ = CompressedTable.Load(bytes);
            }
            catch (InvalidDataException)
            {
                // What is documented.
            }
            Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 64 << 20, "too much memory for a few bytes");
        }, iter: 20_000);
    }

    [Fact]
    public void LlmEmbedding_TableCompression_SavesLessAndLoadsTheSameVectors()
    {
        using var encoder = TextEncoder.FromFolder(RealData.Model("model2vec-bge-64d-vocabquant"));
        var ml = new MLContext();
        IDataView view = View(ml, ["hello world", "a movie", ""]), unseen = View(ml, ["something else", "robots in space"]);
        var options = new LlmEmbeddingOptions
        {
            Encoder = encoder,
            TableCompression = new TableCompressionOptions { Density = 0.9, CodebookSize = 64 }
        };
        using var model = ml.Hybrid.LlmEmbedding(options).Fit(view);
        Assert.InRange(model.TableCompression!.StoredBytes, 1, model.TableCompression.FloatBytes / 4);
        Assert.InRange(model.TableCompression.RelativeError, 1e-6, 0.2);
        byte[] saved = ModelBytes.Save(ml, model, view.Schema);
        var loaded = ModelBytes.Load(saved, out _);
        List<float[]> expected = Rows(model.Transform(unseen));
        Assert.Equal(expected, Rows(loaded.Transform(unseen)));
        Assert.Equal(expected, FreshProcess.Run(ml, saved, unseen, "ItemMeaning"));
        ModelBytes.AssertSame(saved, ModelBytes.Save(ml, loaded, view.Schema));
        using var plain = ml.Hybrid.LlmEmbedding(options with { TableCompression = null }).Fit(view);
        Assert.All(
            Rows(plain.Transform(unseen)).Zip(expected), p => Assert.InRange(p.First.Zip(p.Second, (a, b) => a * b).Sum(), 0.95f, 1.0001f));
    }

    [Fact]
    public void LlmEmbedding_TableCompressionWithoutATable_IsRefused()
    {
        var ml = new MLContext();
        Assert.Contains(
            "'lexical'", Assert.Throws<NotSupportedException>(() => ml.Hybrid.LlmEmbedding(new() { TableCompression = new() })).Message,
            StringComparison.Ordinal);
        foreach (var options in (TableCompressionOptions[])[
            new() { Density = 0 }, new() { Density = 1.1 }, new() { CodebookSize = 1 }, new() { CodebookSize = 257 }])
            Assert.Throws<ArgumentOutOfRangeException>(() => ml.Hybrid.LlmEmbedding(new() { TableCompression = options }));
    }

    private static float[] Normal(int count)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, count)
            .Select(_ => (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())))];
    }

    private static IDataView View(MLContext ml, string[] texts) =>
        ml.Data.LoadFromEnumerable(texts.Select(t => new TextRow { ItemText = t }));

    private static List<float[]> Rows(IDataView view) => [.. view.GetColumn<float[]>("ItemMeaning")];

    private sealed class TextRow
    {
        public string? ItemText { get; set; }
    }
}
