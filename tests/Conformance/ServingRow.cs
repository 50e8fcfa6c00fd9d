using Microsoft.ML.Data;

namespace HybridRec.MLNet.Conformance;

/// <summary>An interaction with planted vectors, a title, categories and a text: all that a recommender can be asked about.</summary>
public sealed class ServingRow
{
    /// <summary>Length of the planted vectors.</summary>
    public const int Dimension = 6;

    public int User { get; set; }

    public int Item { get; set; }

    public float Label { get; set; } = 1;

    public bool Holdout { get; set; }

    public string ItemTitle { get; set; } = "";

    public string ItemGenres { get; set; } = "";

    public string ItemText { get; set; } = "";

    [VectorType(Dimension)]
    public float[] UserTaste { get; set; } = new float[Dimension];

    [VectorType(Dimension)]
    public float[] ItemTaste { get; set; } = new float[Dimension];
}
