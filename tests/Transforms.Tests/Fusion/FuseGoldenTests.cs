using HybridRec.MLNet.Conformance;
using Microsoft.ML;

namespace HybridRec.MLNet.Tests.Fusion;

public sealed class FuseGoldenTests
{
    [Fact]
    public void Load_SavedByVersion1_ComputesTheSame() => Golden.Check(
        "fuse-v1",
        ml => ml.Transforms.Categorical.OneHotEncoding("ItemKind", "Item").Append(ml.Hybrid.Fuse("Features", "ItemKind", "Label"))
            .Fit(Rows(ml)), Rows,
        "Features");

    private static IDataView Rows(MLContext ml) => Checkerboard.View(ml, [.. Checkerboard.TrainRows.Take(9), .. Checkerboard.ColdRows]);
}
