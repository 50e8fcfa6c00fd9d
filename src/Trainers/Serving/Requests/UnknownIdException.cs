namespace HybridRec.MLNet;

/// <summary>A user, an item or a category was asked for that is unknown.</summary>
/// <remarks>A web service answers 404 to it, and 400 to any other <see cref="ArgumentException"/> of a <see cref="Recommender"/>.</remarks>
public sealed class UnknownIdException : ArgumentException
{
    private const int ShownLength = 100;

    internal UnknownIdException(string kind, string id, string advice)
        : base($"There is no {kind} '{Shown(id)}' in the data. {advice}") => (Kind, Id) = (kind, id);

    /// <summary>What it should have been: user, item or category.</summary>
    public string Kind { get; }

    /// <summary>The id given.</summary>
    public string Id { get; }

    // Ids come from outside: an error message is no place for a megabyte of them.
    internal static string Shown(string id) => id.Length <= ShownLength ? id : id[..ShownLength] + "...";
}
