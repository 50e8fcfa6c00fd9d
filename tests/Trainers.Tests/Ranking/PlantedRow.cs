using Microsoft.ML.Data;

namespace HybridRec.MLNet.Tests.Ranking;

/// <summary>An interaction with hand-made vectors of its user and item.</summary>
internal sealed class PlantedRow
{
    public int User { get; set; }

    public int Item { get; set; }

    public float Label { get; set; } = 1;

    public bool Holdout { get; set; }

    public string ItemTitle { get; set; } = "";

    [VectorType(Planted.Dimension)]
    public float[] UserTaste { get; set; } = [];

    [VectorType(Planted.Dimension)]
    public float[] ItemTaste { get; set; } = [];

    [VectorType(Planted.Dimension)]
    public float[] UserNoise { get; set; } = [];

    [VectorType(Planted.Dimension)]
    public float[] ItemNoise { get; set; } = [];
}
