namespace Notebooks;

/// <summary>A rating with the request it came from, for the second stage.</summary>
public sealed class Visit
{
    public int User { get; set; }
    public int Item { get; set; }

    /// <summary>Stars, 1 to 5.</summary>
    public float Label { get; set; }

    /// <summary>Seconds since 1970.</summary>
    public long Timestamp { get; set; }

    /// <summary>Hour of the day.</summary>
    public int Hour { get; set; }

    /// <summary>What tells the requests of all users apart.</summary>
    public string Request { get; set; } = "";
}
