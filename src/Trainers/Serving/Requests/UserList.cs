using System.Buffers;
using HybridRec.MLNet.Accel;

namespace HybridRec.MLNet.Serving;

/// <summary>The short way of a request: a user and nothing else. Nothing is made on the way but the list.</summary>
internal static class UserList
{
    private const int MostOnStack = 128;
    private const int UsersPerChunk = 64;

    /// <summary>The list of a user; of one the data does not have, the popular items.</summary>
    /// <param name="snapshot">What it is answered from.</param>
    /// <param name="user">The user's id.</param>
    /// <param name="count">Items wanted.</param>
    /// <param name="excludeSeen">Whether to leave out what the user has.</param>
    public static RecommendationResult Of(ServingSnapshot snapshot, ReadOnlySpan<char> user, int count, bool excludeSeen)
    {
        int? code = snapshot.Users.TryGetCode(user, out int found) ? found : null;
        count = Math.Min(count, snapshot.Items.Count);
        Recommendation[] list;
        if (count <= MostOnStack)
        {
            list = Of(snapshot, code, excludeSeen, stackalloc int[count], stackalloc float[count]);
        }
        else
        {
            int[] rows = ArrayPool<int>.Shared.Rent(count);
            float[] scores = ArrayPool<float>.Shared.Rent(count);
            list = Of(snapshot, code, excludeSeen, rows.AsSpan(0, count), scores.AsSpan(0, count));
            ArrayPool<int>.Shared.Return(rows);
            ArrayPool<float>.Shared.Return(scores);
        }

        RecommendationSource source = code is null ? RecommendationSource.Popularity : RecommendationSource.User;
        return new RecommendationResult(list, source, snapshot.Version)
        {
            IsExact = code is null || snapshot.Scorer.IsExact,
            Note = code is null ? AnswerNote.UnknownUser(user, snapshot.Users) : null,
            Directory = snapshot.Items,
        };
    }

    /// <summary>The lists of users that follow each other, with what belongs to them.</summary>
    /// <param name="snapshot">What they are answered from.</param>
    /// <param name="firstUser">The first user.</param>
    /// <param name="lists">The rows and scores.</param>
    /// <param name="threads">Threads; 0 takes all cores.</param>
    public static UserRecommendations[] Results(ServingSnapshot snapshot, int firstUser, RankedLists lists, int threads)
    {
        var results = new UserRecommendations[lists.Count];
        Parallelism.For((results.Length + UsersPerChunk - 1) / UsersPerChunk, threads, chunk =>
        {
            for (int i = chunk * UsersPerChunk; i < Math.Min(results.Length, (chunk + 1) * UsersPerChunk); i++)
            {
                Recommendation[] list = snapshot.Items.List(lists.ItemsOf(i), lists.ScoresOf(i));
                results[i] = new UserRecommendations(
                    snapshot.Users.IdOf(firstUser + i), new RecommendationResult(list, RecommendationSource.User, snapshot.Version)
                    {
                        IsExact = snapshot.Scorer.IsExact,
                        Directory = snapshot.Items,
                    });
            }
        });
        return results;
    }

    private static Recommendation[] Of(ServingSnapshot snapshot, int? user, bool excludeSeen, Span<int> rows, Span<float> scores) =>
        snapshot.Items.List(rows[..Find(snapshot, user, excludeSeen, rows, scores)], scores);

    private static int Find(ServingSnapshot snapshot, int? user, bool excludeSeen, Span<int> rows, Span<float> scores) => user is { } code
        ? snapshot.Scorer.ForUser(code, new ServingFilter(excludeSeen ? snapshot.Taken.ItemsOf(code) : [], allowed: null), rows, scores)
        : snapshot.Items.MostPopular(default, rows, scores);
}
