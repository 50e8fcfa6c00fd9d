using HybridRec.MLNet.Serving;
using Microsoft.ML;

namespace HybridRec.MLNet;

/// <content>Candidates as rows, for a second stage that ranks them with what no model of users and items sees.</content>
public sealed partial class Recommender
{
    /// <summary>
    /// The best items of each request as rows: what a second stage (<c>ml.Ranking.Trainers.FastTree</c>, <c>LightGbm</c>) is trained on and
    /// what it ranks. Labeled by what was taken, where the requests say it.
    /// </summary>
    /// <param name="requests">
    /// Rows with the user column of the data and the context columns. Rows of one user with the same context are one request. With an item
    /// column they tell what was taken, and the rows get labels; such rows must be later than those the model was fitted on.
    /// </param>
    /// <param name="count">Candidates of a request, at least 1; fewer come when there are no more.</param>
    /// <param name="contextColumnNames">
    /// Columns with one value a row that belong to the request and are known when it comes: its hour, the device. They come along as they
    /// are. Null: none, a user is one request.
    /// </param>
    /// <param name="relevanceThreshold">
    /// A row of the column Label counts as taken when its label is at least this; null: what the column says (loaders of stars say 4), else
    /// above 0, or every row where there is no such column.
    /// </param>
    /// <param name="excludeSeen">Whether to leave out the items the data has for the user.</param>
    /// <param name="cancellationToken">Stops between requests.</param>
    /// <returns>
    /// User and Item (text, named as in the data), GroupId (key, the request), Score (Single, the recommender's), Rank (Single, from 1),
    /// Label (Single, 0 or 1; only where the requests have items) and the context. The rows of a request stand together, best first;
    /// requests come in their first rows' order. All from one version, held in memory.
    /// </returns>
    /// <remarks>Requests of users the data does not have are left out: popular items have no score of the model. An item that was taken and
    /// is no candidate has no row; <c>ml.Hybrid.EvaluateTopK(rows, split)</c> counts it all the same.</remarks>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is below 1.</exception>
    /// <exception cref="ArgumentException">A column is missing, of the wrong type, or has the name of a column of the result.</exception>
    /// <exception cref="System.IO.InvalidDataException">A label is NaN or infinite.</exception>
    /// <exception cref="OperationCanceledException">Canceled.</exception>
    /// <exception cref="ObjectDisposedException">The recommender was disposed.</exception>
    /// <example><code>
    /// IDataView candidates = recommender.CandidateRows(laterRows, count: 100, contextColumnNames: ["Hour"]);
    /// </code></example>
    public IDataView CandidateRows(
        IDataView requests, int count = 100, IReadOnlyList<string>? contextColumnNames = null, float? relevanceThreshold = null,
        bool excludeSeen = true, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(requests);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ServingSnapshot snapshot = Enter();
        try
        {
            RequestGroups groups = RequestGroups.Read(
                requests, contextColumnNames ?? [], relevanceThreshold, snapshot.Options, snapshot.Users, cancellationToken);
            return CandidateView.Of(snapshot, groups, count, excludeSeen, cancellationToken);
        }
        finally
        {
            snapshot.Exit();
        }
    }
}
