using System.Runtime.CompilerServices;
using Microsoft.Extensions.VectorData;

namespace HybridRec.MLNet.Tests.Storage;

/// <summary>What a search of a store is asked with; no store is needed for it.</summary>
public sealed class SearchOptionsTests
{
    [Fact]
    public async Task Recommend_OptionsWithoutAVector_StayTheCallersAndAreAllPassedOn()
    {
        var options = new VectorSearchOptions<StoredItem>
        {
            Filter = item => item.Version == "v1",
            IncludeVectors = true,
            ScoreThreshold = 0.5,
            Skip = 3
        };
        var store = new Asked();
        var found = await store.RecommendAsync(
            new float[] { 1 }, options: options, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal("7", Assert.Single(found).Item);
        Assert.Null(options.VectorProperty);
        Assert.NotSame(options, store.Options);
        Assert.NotNull(store.Options!.VectorProperty);
        // A property that the package gains later is not forgotten here.
        foreach (var property in typeof(VectorSearchOptions<StoredItem>).GetProperties()
            .Where(one => one.Name != nameof(options.VectorProperty)))
            Assert.Equal(property.GetValue(options), property.GetValue(store.Options));
    }

    [Fact]
    public async Task Recommend_OptionsWithAVector_AreThoseOfTheSearch()
    {
        var options = new VectorSearchOptions<StoredItem> { VectorProperty = item => item.TextVector };
        var store = new Asked();
        await store.RecommendAsync(new float[] { 1 }, options: options, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Same(options, store.Options);
    }

    private sealed class Asked : IVectorSearchable<StoredItem>
    {
        public VectorSearchOptions<StoredItem>? Options { get; private set; }

        public async IAsyncEnumerable<VectorSearchResult<StoredItem>> SearchAsync<TInput>(
            TInput searchValue, int top, VectorSearchOptions<StoredItem>? options = null,
            [EnumeratorCancellation] CancellationToken cancellationToken = default)
            where TInput : notnull
        {
            Options = options;
            await Task.CompletedTask;
            yield return new VectorSearchResult<StoredItem>(new StoredItem { Item = "7" }, 1);
        }

        public object? GetService(Type serviceType, object? serviceKey = null) => null;
    }
}
