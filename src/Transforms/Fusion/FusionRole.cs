namespace HybridRec.MLNet.Fusion;

/// <summary>Whom a part of a fused vector describes.</summary>
internal enum FusionRole
{
    /// <summary>The user: the same for all candidates of one list.</summary>
    User,

    /// <summary>The item.</summary>
    Item,

    /// <summary>The interaction: time, place and the like.</summary>
    Context,
}
