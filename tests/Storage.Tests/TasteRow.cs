using Microsoft.ML.Data;

namespace HybridRec.MLNet.Tests.Storage;

/// <summary>An interaction with planted vectors, a title, categories and a text.</summary>
internal sealed class TasteRow
{
    public int User { get; set; }

    public int Item { get; set; }

    public float Label { get; set; } = 1;

    public bool Holdout { get; set; }

    public string ItemTitle { get; set; } = "";

    public string ItemGenres { get; set; } = "";

    public string ItemText { get; set; } = "";

    [VectorType(Taste.Dimension)]
    public float[] UserTaste { get; set; } = new float[Taste.Dimension];

    [VectorType(Taste.Dimension)]
    public float[] ItemTaste { get; set; } = new float[Taste.Dimension];
}
