using System.Buffers;

namespace HybridRec.MLNet.Serving;

/// <summary>The short way of a request: a user and nothing else. Nothing is made on the way but the list.</summary>
internal static class UserList
{
    private const int MostOnStack = 128;

    /// <summary>The list of a user; of one the data does not have, the popular items.</summary>
    /// <param name="snapshot">What it is answered from.</param>
    /// <param name="user">The user's id.</param>
    /// <param name="count">Items wanted.</param>
    /// <param name="excludeSeen">Whether to leave out what the user has.</param>
    /// <param name="known">Whether the data has the user.</param>
    public static Recommendation[] Of(ServingSnapshot snapshot, ReadOnlySpan<char> user, int count, bool excludeSeen, out bool known)
    {
        known = snapshot.Users.TryGetCode(user, out int code);
        count = Math.Min(count, snapshot.Items.Count);
        if (count <= MostOnStack)
            return Of(snapshot, known ? code : null, excludeSeen, stackalloc int[count], stackalloc float[count]);
        int[] rows = ArrayPool<int>.Shared.Rent(count);
        float[] scores = ArrayPool<float>.Shared.Rent(count);
        Recommendation[] list = Of(snapshot, known ? code : null, excludeSeen, rows.AsSpan(0, count), scores.AsSpan(0, count));
        ArrayPool<int>.Shared.Return(rows);
        ArrayPool<float>.Shared.Return(scores);
        return list;
    }

    /// <summary>The answer for a user of the data, with what belongs to it.</summary>
    /// <param name="snapshot">What it is answered from.</param>
    /// <param name="user">The user's code.</param>
    /// <param name="count">Items wanted.</param>
    /// <param name="excludeSeen">Whether to leave out what the user has.</param>
    public static RecommendationResult Result(ServingSnapshot snapshot, int user, int count, bool excludeSeen)
    {
        int[] rows = new int[Math.Min(count, snapshot.Items.Count)];
        float[] scores = new float[rows.Length];
        int found = Find(snapshot, user, excludeSeen, rows, scores);
        return new RecommendationResult(snapshot.Items.List(rows.AsSpan(0, found), scores), RecommendationSource.User, snapshot.Version)
        {
            IsExact = snapshot.Scorer.IsExact,
            Categories = Array.ConvertAll(rows[..found], snapshot.Items.CategoriesOf),
        };
    }

    private static Recommendation[] Of(ServingSnapshot snapshot, int? user, bool excludeSeen, Span<int> rows, Span<float> scores) =>
        snapshot.Items.List(rows[..Find(snapshot, user, excludeSeen, rows, scores)], scores);

    private static int Find(ServingSnapshot snapshot, int? user, bool excludeSeen, Span<int> rows, Span<float> scores) => user is { } code
        ? snapshot.Scorer.ForUser(code, new ServingFilter(excludeSeen ? snapshot.Taken.ItemsOf(code) : [], allowed: null), rows, scores)
        : snapshot.Items.MostPopular(default, rows, scores);
}
