namespace Notebooks;

/// <summary>One star rating, with the columns that <c>ml.Hybrid.Data.LoadMovieLens</c> gives for the real thing.</summary>
public sealed class FilmRating
{
    public int User { get; set; }
    public int Item { get; set; }

    /// <summary>Stars, 1 to 5.</summary>
    public float Label { get; set; }

    /// <summary>Seconds since 1970.</summary>
    public long Timestamp { get; set; }

    public string ItemTitle { get; set; } = "";

    /// <summary>The plot: all that a text encoder sees.</summary>
    public string ItemText { get; set; } = "";

    /// <summary>Genres joined by <c>|</c>, the main one first.</summary>
    public string ItemGenres { get; set; } = "";
}
