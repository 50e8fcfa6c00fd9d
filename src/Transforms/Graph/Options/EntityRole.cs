namespace HybridRec.MLNet;

/// <summary>Whom a column describes.</summary>
public enum EntityRole
{
    /// <summary>The name says it: one that starts with "User" describes the user, any other the item.</summary>
    ByName,

    /// <summary>The user.</summary>
    User,

    /// <summary>The item.</summary>
    Item,
}
