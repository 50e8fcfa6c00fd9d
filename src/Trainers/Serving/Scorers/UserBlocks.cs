using HybridRec.MLNet.Accel;

namespace HybridRec.MLNet.Serving;

/// <summary>Finds the lists of all users, some of them at a time: here one by one.</summary>
/// <param name="scorer">Finds the list of a user.</param>
internal class UserBlocks(ServingScorer scorer)
{
    /// <summary>Fills the lists of users that follow each other.</summary>
    /// <param name="firstUser">The first user.</param>
    /// <param name="lists">Receives their lists.</param>
    /// <param name="excluded">The rows, ascending, to leave out of a user's list; null: none.</param>
    /// <param name="threads">Threads; 0 takes all cores. The lists do not depend on it.</param>
    /// <param name="cancellationToken">Stops between users.</param>
    public virtual void Rank(int firstUser, RankedLists lists, SeenItems? excluded, int threads, CancellationToken cancellationToken) =>
        Parallelism.For(lists.Count, threads, position =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            int user = firstUser + position;
            lists.Fill(position, (rows, scores) => scorer.ForUser(
                user, new ServingFilter(excluded is null ? [] : excluded(user), allowed: null), rows, scores));
        });
}
