using System.Globalization;
using System.IO.Compression;
using Microsoft.ML;

namespace HybridRec.MLNet.Tests.Data;

public sealed class StreamingTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly MLContext _ml = new(seed: 1);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void GetRowCursor_TwoMillionRows_HoldsNoneOfThem()
    {
        const int rows = 2_000_000;
        string path = _folder.File("ratings.dat.gz");
        using (var writer = new StreamWriter(new GZipStream(File.Create(path), CompressionLevel.Fastest)))
        {
            string block = string.Concat(Enumerable.Range(0, rows / 100)
                .Select(i => FormattableString.Invariant($"{i / 100}::{i % 5000}::{i % 5 + 1}::{978300760 + i}\n")));
            for (int i = 0; i < 100; i++)
                writer.Write(block);
        }
        var view = _ml.Hybrid.Data.LoadMovieLens(path);
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        double sum = 0;
        long count = 0;
        using (var cursor = view.GetRowCursor(view.Schema))
        {
            var label = cursor.GetGetter<float>(view.Schema["Label"]);
            var text = cursor.GetGetter<ReadOnlyMemory<char>>(view.Schema["ItemText"]);
            float value = 0;
            ReadOnlyMemory<char> words = default;
            while (cursor.MoveNext())
            {
                label(ref value);
                text(ref words);
                sum += value;
                count++;
            }
        }
        Assert.Equal((rows, 3.0 * rows), (count, sum));
        // A pass allocates its buffers and nothing a row (what is never allocated is never held); 2 million
        // rows of 20 bytes would be 38 MiB.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - allocated, 0, 2 << 20);
    }

    [Fact]
    public void Loaders_UnderGermanCulture_GiveTheSameRows()
    {
        string ratings = _folder.Write("ratings.csv", "userId,movieId,rating,timestamp\n1,2,3.5,964982703\n");
        _folder.Write("movies.csv", "movieId,title,genres\n2,\"1,000 Words\",Comedy\n");
        string reviews = _folder.Write("r.json", """{"user_id":"u","business_id":"b","stars":4.5,"date":"2018-07-07 22:09:11"}""");
        string lists = _folder.Write("t.txt", "0 1000 2\n");
        string[] Read() =>
        [
            .. _ml.Hybrid.Data.LoadMovieLens(ratings).Rows(),
            .. _ml.Hybrid.Data.LoadYelp(reviews).Rows(),
            .. _ml.Hybrid.Data.LoadLightGcn(lists, ItemTexts.FromDictionary(new Dictionary<int, string> { [1000] = "x" })).Rows(),
            _ml.Hybrid.Data.RandomSplit(_ml.Hybrid.Data.LoadLightGcn(lists), 0.4, seed: 1).Protocol,
        ];
        string[] expected = Read();
        var culture = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-DE");
            Assert.Equal(expected, Read());
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
        Assert.Contains("3.5", expected[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Cursors_SeveralAtOnce_DoNotDisturbEachOther()
    {
        string path = _folder.Write(
            "t.txt", string.Concat(Enumerable.Range(0, 500).Select(u => FormattableString.Invariant($"{u} {u + 1} {u + 2}\n"))));
        var view = _ml.Hybrid.Data.LoadLightGcn(
            path, ItemTexts.FromDictionary(Enumerable.Range(0, 600).ToDictionary(i => i, i => $"item {i}")));
        var expected = view.Rows();
        Parallel.For(0, 8, _ => Assert.Equal(expected, view.Rows()));
    }

    [Fact]
    public void Views_BehindBuiltInTransforms_KeepTheirRows()
    {
        string path = _folder.Write(
            "t.txt", string.Concat(Enumerable.Range(0, 3000).Select(u => FormattableString.Invariant($"{u} {u % 7} {u % 11}\n"))));
        var split = _ml.Hybrid.Data.RandomSplit(_ml.Hybrid.Data.LoadLightGcn(path), testFraction: 0.5);
        var keys = _ml.Transforms.Conversion.MapValueToKey("UserKey", "User")
            .Append(_ml.Transforms.Conversion.MapValueToKey("ItemKey", "Item"));
        var mapped = keys.Fit(split.TrainSet).Transform(split.TrainSet);
        Assert.Equal(split.TrainSet.Pairs(), mapped.Pairs());
        Assert.Equal(split.TrainSet.Pairs(), _ml.Data.Cache(split.TrainSet).Pairs());
        Assert.Equal(split.TrainSet.Pairs()[..10], _ml.Data.TakeRows(split.TrainSet, 10).Pairs());
        Assert.Equal(split.TrainSet.Pairs().Order(), _ml.Data.ShuffleRows(split.TrainSet, seed: 1).Pairs().Order());
    }
}
