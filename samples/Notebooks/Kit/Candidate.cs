using Microsoft.ML.Data;

namespace Notebooks;

/// <summary>A row of <c>Recommender.CandidateRows</c>, with the context of <see cref="Visit"/>.</summary>
public sealed class Candidate
{
    public string User { get; set; } = "";
    public string Item { get; set; } = "";

    [KeyType(10_000_000)]
    public uint GroupId { get; set; }

    public float Score { get; set; }

    /// <summary>From 1.</summary>
    public float Rank { get; set; }

    /// <summary>1 where it was liked in the request.</summary>
    public float Label { get; set; }

    public string Request { get; set; } = "";
    public int Hour { get; set; }
}
