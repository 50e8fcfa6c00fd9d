namespace HybridRec.MLNet;

/// <summary>What to do with test users who have no training row.</summary>
public enum ColdUserPolicy
{
    /// <summary>Judge them like everyone; the model answers for an unknown user.</summary>
    Include,

    /// <summary>Leave them out of every row and count them.</summary>
    Skip,
}
