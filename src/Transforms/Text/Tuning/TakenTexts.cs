using HybridRec.MLNet.Hosting;

namespace HybridRec.MLNet.Text;

/// <summary>The texts of all that the user of a pair took: what stands in any row, held out or rated low too. Texts are indices into <see cref="TextPairs.Texts"/>.</summary>
internal sealed class TakenTexts
{
    readonly int[] _users;
    readonly Dictionary<int, HashSet<int>> _taken;

    /// <param name="users">The user of each pair.</param>
    /// <param name="taken">The texts of all that a user took.</param>
    public TakenTexts(int[] users, Dictionary<int, HashSet<int>> taken) => (_users, _taken) = (users, taken);

    /// <summary>Reads them from all rows.</summary>
    /// <param name="rows">All rows.</param>
    /// <param name="textOf">Text of each item; null for none.</param>
    /// <param name="indexOf">Index of a text, which it gets if it has none.</param>
    /// <param name="users">The user of each pair.</param>
    public static TakenTexts Of(InteractionRows rows, string?[] textOf, Func<string, int> indexOf, int[] users) =>
        new(users, Enumerable.Range(0, rows.Count).Where(row => rows.Users[row] >= 0 && rows.Items[row] >= 0 && textOf[rows.Items[row]] is not null).GroupBy(row => rows.Users[row])
            .ToDictionary(user => user.Key, user => user.Select(row => indexOf(textOf[rows.Items[row]]!)).ToHashSet()));

    /// <summary>Whether a text is of an item that the user of a pair took.</summary>
    public bool IsTaken(int pair, int text) => _taken[_users[pair]].Contains(text);
}
