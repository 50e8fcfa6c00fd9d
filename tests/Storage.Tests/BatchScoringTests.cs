using Parquet;
using Parquet.Schema;

namespace HybridRec.MLNet.Tests.Storage;

/// <summary>The lists of all users in a Parquet file, read back by the reader of the same library.</summary>
public sealed class BatchScoringTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hybridrec-parquet-").FullName;

    private string Path => System.IO.Path.Combine(_folder, "lists.parquet");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(1)]
    [InlineData(64)]
    [InlineData(100_000)]
    public async Task RecommendAllToParquet_AnyRowGroupSize_ReadsBackAsTheLists(int rowGroupSize)
    {
        using Recommender recommender = Taste.Recommender();
        var told = new Told();
        long users = await recommender.RecommendAllToParquetAsync(
            Path, new() { Count = 7, RowGroupSize = rowGroupSize }, told, TestContext.Current.CancellationToken);
        Assert.Equal(recommender.UserCount, users);
        Assert.Equal(users, told.Values[^1]);
        Assert.Equal(told.Values.Order(), told.Values);

        var (rows, groups, schema) = await Read();
        Assert.Equal(["user", "rank", "item", "score", "version"], schema.DataFields.Select(field => field.Name));
        Type text = typeof(ReadOnlyMemory<char>); // what this reader calls a string
        Assert.Equal([text, typeof(int), text, typeof(float), text], schema.DataFields.Select(field => field.ClrType));
        Assert.All(schema.DataFields, field => Assert.False(field.IsNullable));
        Assert.Equal(told.Values.Count, groups);
        var expected = recommender.RecommendAll(7).SelectMany(list =>
            list.Result.Items.Select((item, i) => new ParquetRow(list.User, i + 1, item.Item, item.Score, list.Result.Version)));
        Assert.Equal(expected, rows);
        Assert.Equal([Path], Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public async Task RecommendAllToParquet_SeenWanted_BestOfAllItemsOfEachUser()
    {
        using Recommender recommender = Taste.Recommender();
        await recommender.RecommendAllToParquetAsync(
            Path, new() { Count = 1, ExcludeSeen = false, Threads = 1 }, cancellationToken: TestContext.Current.CancellationToken);
        var rows = (await Read()).Rows;
        Assert.Equal(recommender.UserCount, rows.Count);
        Assert.All(rows, row => Assert.Equal(recommender.Recommend(row.User, 1, excludeSeen: false)[0].Item, row.Item));
        Assert.Contains(rows, row => Taste.Seen(int.Parse(row.User, System.Globalization.CultureInfo.InvariantCulture)).Contains(row.Item));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task RecommendAllToParquet_CancelledHalfWay_LeavesWhatWasThere(bool existed)
    {
        if (existed)
            await File.WriteAllTextAsync(Path, "the file of before", TestContext.Current.CancellationToken);
        using Recommender recommender = Taste.Recommender();
        using var cancel = new CancellationTokenSource();
        string[] halfWay = [];
        var told = new Told(after: 5, () =>
        {
            halfWay = Directory.GetFiles(_folder, "*.tmp");
            cancel.Cancel();
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => recommender.RecommendAllToParquetAsync(
            Path, new() { RowGroupSize = 1 }, told, cancel.Token));
        Assert.Equal(5, told.Values[^1]);
        Assert.Single(halfWay);
        Assert.Equal(existed ? [Path] : [], Directory.GetFileSystemEntries(_folder));
        if (existed)
            Assert.Equal("the file of before", await File.ReadAllTextAsync(Path, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task RecommendAllToParquet_FailingHalfWay_LeavesNothing()
    {
        using Recommender recommender = Taste.Recommender();
        var told = new Told(after: 3, () => throw new IOException("the disk is full"));
        var error = await Assert.ThrowsAsync<IOException>(
            () => recommender.RecommendAllToParquetAsync(Path, new() { RowGroupSize = 1 }, told, TestContext.Current.CancellationToken));
        Assert.Equal("the disk is full", error.Message);
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public async Task RecommendAllToParquet_WrongOptionOrFolder_SaysSo()
    {
        using Recommender recommender = Taste.Recommender();
        foreach (BatchScoringOptions options in (BatchScoringOptions[])[
            new() { Count = 0 }, new() { RowGroupSize = 0 }, new() { Threads = -1 }])
            await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => recommender.RecommendAllToParquetAsync(
                Path, options, cancellationToken: TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<DirectoryNotFoundException>(
            () => recommender.RecommendAllToParquetAsync(
                System.IO.Path.Combine(_folder, "none", "x.parquet"), cancellationToken: TestContext.Current.CancellationToken));
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }

    private async Task<(List<ParquetRow> Rows, int Groups, ParquetSchema Schema)> Read()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        await using ParquetReader reader = await ParquetReader.CreateAsync(Path, cancellationToken: token);
        DataField[] fields = reader.Schema.DataFields;
        var rows = new List<ParquetRow>();
        for (int g = 0; g < reader.RowGroupCount; g++)
        {
            using ParquetRowGroupReader group = reader.OpenRowGroupReader(g);
            int count = (int)group.RowCount;
            string?[] users = new string?[count], items = new string?[count], versions = new string?[count];
            int[] ranks = new int[count];
            float[] scores = new float[count];
            await group.ReadAsync(fields[0], users.AsMemory(), cancellationToken: token);
            await group.ReadAsync<int>(fields[1], ranks.AsMemory(), cancellationToken: token);
            await group.ReadAsync(fields[2], items.AsMemory(), cancellationToken: token);
            await group.ReadAsync<float>(fields[3], scores.AsMemory(), cancellationToken: token);
            await group.ReadAsync(fields[4], versions.AsMemory(), cancellationToken: token);
            rows.AddRange(Enumerable.Range(0, count).Select(i => new ParquetRow(users[i]!, ranks[i], items[i]!, scores[i], versions[i]!)));
        }

        return (rows, reader.RowGroupCount, reader.Schema);
    }

    private sealed record ParquetRow(string User, int Rank, string Item, float Score, string Version);

    // Progress<T> reports on another thread, later; this one at once.
    private sealed class Told(int after = int.MaxValue, Action? then = null) : IProgress<TrainingProgress>
    {
        public List<int> Values { get; } = [];

        public void Report(TrainingProgress value)
        {
            Assert.Equal(("RecommendAllToParquet", Taste.Users), (value.Stage, value.Epochs));
            Values.Add(value.Epoch);
            if (value.Epoch >= after)
                then!();
        }
    }
}
