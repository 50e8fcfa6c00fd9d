using Microsoft.ML.Data;

namespace HybridRec.MLNet.Experiments.SecondStage;

/// <summary>What was taken after a cut, with the time at which the user came: a row for <see cref="Recommender.CandidateRows"/>.</summary>
internal sealed class RequestRow
{
    public string User { get; set; } = "";
    public string Item { get; set; } = "";
    public float Label { get; set; }

    /// <summary>Seconds since 1970 of the user's first row after the cut.</summary>
    public long RequestTime { get; set; }
}

/// <summary>A candidate as <see cref="Recommender.CandidateRows"/> gives it.</summary>
internal sealed class CandidateRow
{
    public string User { get; set; } = "";
    public string Item { get; set; } = "";
    public float Score { get; set; }
    public float Rank { get; set; }
    public float Label { get; set; }
    public long RequestTime { get; set; }
}

/// <summary>A candidate with features: what the trainers of ML.NET take.</summary>
internal sealed class StageRow
{
    public string User { get; set; } = "";
    public string Item { get; set; } = "";
    public float Label { get; set; }

    [KeyType(int.MaxValue)]
    public uint GroupId { get; set; }

    [VectorType(StageHistory.FeatureCount)]
    public float[] Features { get; set; } = new float[StageHistory.FeatureCount];
}

/// <summary>A row of a list that is judged.</summary>
internal sealed class ListRow
{
    public string User { get; set; } = "";
    public string Item { get; set; } = "";
    public float Score { get; set; }
}
