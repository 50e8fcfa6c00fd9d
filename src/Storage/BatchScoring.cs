using HybridRec.MLNet.Files;
using HybridRec.MLNet.Storage;
using Parquet;

namespace HybridRec.MLNet;

/// <summary>The lists of all users in a file.</summary>
public static class BatchScoring
{
    /// <summary>
    /// Writes the lists of all users to a Parquet file, all from the version in service when it begins. The file appears whole, or not at
    /// all: a failure or a cancellation leaves the one of before, if
    /// any, and nothing else.
    /// </summary>
    /// <remarks>
    /// One row an item of a list, in the order of the users of the data and then of rank. Columns, none of them null: <c>user</c> and
    /// <c>item</c> (string, the ids as invariant text), <c>rank</c>
    /// (int32, 1 is the best), <c>score</c> (float, comparable within one user's list only), <c>version</c> (string, the version that
    /// answered). Compressed by Snappy.
    /// </remarks>
    /// <param name="recommender">The recommender.</param>
    /// <param name="path">The file; its folder has to be there.</param>
    /// <param name="options">Options; null: the defaults.</param>
    /// <param name="progress">Told after each row group: <c>Epoch</c> is the users written, of <c>Epochs</c>.</param>
    /// <param name="cancellationToken">Stops between blocks of users.</param>
    /// <returns>The number of users.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    /// <exception cref="DirectoryNotFoundException">The folder of <paramref name="path"/> is not there.</exception>
    /// <exception cref="OperationCanceledException">Canceled.</exception>
    /// <example><code>
    /// await recommender.RecommendAllToParquetAsync("lists.parquet", new() { Count = 20 });
    /// </code></example>
    public static Task<long> RecommendAllToParquetAsync(
        this Recommender recommender,
        string path,
        BatchScoringOptions? options = null,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(recommender);
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= new BatchScoringOptions();
        options.Validate();
        // Scoring takes every core for as long as it lasts: the caller's thread may be one that must not be kept.
        return Task.Run(() => WriteAsync(recommender, path, options, progress, cancellationToken), cancellationToken);
    }

    private static async Task<long> WriteAsync(
        Recommender recommender,
        string path,
        BatchScoringOptions options,
        IProgress<TrainingProgress>? progress,
        CancellationToken cancellationToken)
    {
        int users = 0;
        var steps = new StepProgress(BatchScoringOptions.Stage, recommender.UserCount, progress);
        await WholeFile.WriteAsync(path, async stream =>
        {
            var rows = new RecommendationRows();
            await using ParquetWriter writer = await ParquetWriter
                .CreateAsync(RecommendationRows.Schema, stream, cancellationToken: cancellationToken).ConfigureAwait(false);
            var lists = recommender.RecommendAll(options.Count, options.ExcludeSeen, options.Threads, cancellationToken);
            foreach (UserRecommendations list in lists)
            {
                rows.Add(list);
                users++;
                if (rows.Count >= options.RowGroupSize)
                    await FlushAsync(writer).ConfigureAwait(false);
            }

            if (rows.Count > 0)
                await FlushAsync(writer).ConfigureAwait(false);

            async Task FlushAsync(ParquetWriter writer)
            {
                cancellationToken.ThrowIfCancellationRequested();
                await rows.WriteAsync(writer, cancellationToken).ConfigureAwait(false);
                steps.Report(users);
            }
        }).ConfigureAwait(false);
        return users;
    }
}
