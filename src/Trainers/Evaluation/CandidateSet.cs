namespace HybridRec.MLNet;

/// <summary>Which items are ranked for a user.</summary>
public enum CandidateSet
{
    /// <summary>
    /// Every item, the user's training items masked: full ranking, the number that counts.
    /// The items are those of the training and validation rows and of <see cref="TopKOptions.Items"/>.
    /// </summary>
    AllItems,

    /// <summary>
    /// Only the items the user has in the test rows, so the irrelevant ones are those rated below the threshold. A random order already
    /// scores high (ML-1M, 20 held-out ratings a user, relevant from 4 stars: precision .61 at 10), so read it beside the Random and Oracle
    /// rows and never as a claim of quality.
    /// </summary>
    RatedHoldout,

    /// <summary>
    /// Only the items of <see cref="TopKOptions.Items"/> that no training or validation row has: which of the new ones for whom. How many
    /// of them a list of all items shows is another question, which this set leaves out.
    /// </summary>
    NewItems,
}
