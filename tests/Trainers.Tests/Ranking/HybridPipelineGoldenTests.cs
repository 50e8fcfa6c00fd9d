using HybridRec.MLNet.Conformance;
using Microsoft.ML;

namespace HybridRec.MLNet.Tests.Ranking;

/// <summary>A whole pipeline saved by version 1 of every stage: text, graph, profile, fusion, ranking.</summary>
public sealed class HybridPipelineGoldenTests
{
    [Fact]
    public void Load_SavedByVersion1_ComputesTheSame() => Golden.Check(
        "hybrid-pipeline-v1",
        ml => ml.Transforms.Conversion.MapValueToKey("User")
            .Append(ml.Transforms.Conversion.MapValueToKey("Item"))
            .Append(ml.Hybrid.LlmEmbedding("ItemMeaning", "ItemText", TextEncoder.Lexical(dimension: 8, seed: 1)))
            .Append(ml.Hybrid.GnnEmbedding(new()
            {
                Dimension = 8,
                Model = GraphModel.LightGcn(layers: 2),
                NodeFeatures = ["ItemMeaning"],
                Training = new() { Epochs = 4, Seed = 1 }
            }))
            .Append(ml.Hybrid.UserProfile("UserMeaning", "ItemMeaning"))
            .Append(ml.Hybrid.Fuse("Features", "UserGraph", "UserMeaning", "ItemGraph", "ItemMeaning"))
            .Append(ml.Hybrid.Ranking(new() { Head = RankingHead.Mlp([8]), Training = new() { Epochs = 4 } }))
            .Fit(Checkerboard.View(ml, Checkerboard.TrainRows)),
        ml => Checkerboard.View(ml, [.. Checkerboard.TestRows, .. Checkerboard.ColdRows]),
        "Score");
}
