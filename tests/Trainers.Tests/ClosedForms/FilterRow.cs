using Microsoft.ML.Data;

namespace HybridRec.MLNet.Tests.ClosedForms;

/// <summary>A row of <see cref="FilterData"/>.</summary>
internal sealed class FilterRow
{
    public int User { get; set; }

    public int Item { get; set; }

    public float Label { get; set; }

    [VectorType(4)]
    public float[] ItemMeaning { get; set; } = new float[4];
}
