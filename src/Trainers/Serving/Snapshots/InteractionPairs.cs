using HybridRec.MLNet.Items;

namespace HybridRec.MLNet.Serving;

/// <summary>Who has what: the user code and the item row of each interaction.</summary>
internal sealed record InteractionPairs(int[] Users, int[] Rows)
{
    /// <summary>The interactions of a source, without those that miss an id.</summary>
    /// <param name="codes">The codes of the source's rows.</param>
    /// <param name="user">The user code here of a code there.</param>
    /// <param name="row">The item row here of a code there.</param>
    public static InteractionPairs From(PairCodes codes, Func<int, int> user, Func<int, int> row)
    {
        (int User, int Item)[] pairs = [.. codes.Users.Zip(codes.Items).Where(pair => pair.First >= 0 && pair.Second >= 0)];
        return new InteractionPairs([.. pairs.Select(pair => user(pair.User))], [.. pairs.Select(pair => row(pair.Item))]);
    }

    /// <summary>Interactions of each row.</summary>
    public int[] Counts(int rows)
    {
        int[] counts = new int[rows];
        foreach (int row in Rows)
            counts[row]++;
        return counts;
    }

    /// <summary>These interactions and those of another, with codes and rows of the same tables.</summary>
    public InteractionPairs With(InteractionPairs added) => new([.. Users, .. added.Users], [.. Rows, .. added.Rows]);
}
