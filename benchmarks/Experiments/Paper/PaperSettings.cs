using System.Text.Json.Serialization;

namespace HybridRec.MLNet.Experiments.Paper;

/// <summary>What a part of the study depends on; its JSON is what results are cached by. All rows of a table have the same.</summary>
/// <param name="Data">Name of the data set, or a folder.</param>
/// <param name="Epochs">The most epochs of the graph.</param>
/// <param name="Patience">Epochs without a better inner NDCG after which the graph's training ends.</param>
/// <param name="FinalEpochs">Epochs over all rows after that.</param>
/// <param name="RankerEpochs">The most epochs of a ranking head.</param>
/// <param name="EncoderLayers">Layers of the transformer whose latency is measured.</param>
/// <param name="EncoderDimension">Its width.</param>
internal sealed record PaperSettings(
    string Data, int Epochs = 12, int Patience = 3, int FinalEpochs = 2, int RankerEpochs = 20, int EncoderLayers = 6,
    int EncoderDimension = 384)
{
    /// <summary>Counts up when a change of the code makes earlier results worthless.</summary>
    public int Version { get; init; } = 1;

    /// <summary>The most users of the test who are ranked for, drawn by the seed; null: all. Accuracy alone depends on it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Users { get; init; }

    /// <summary>Folder of the BERT that LoRA tunes; null: that part is not run. No other part depends on it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Encoder { get; init; }
}

/// <summary>A part of the study: what one process computes.</summary>
/// <param name="Kind"><c>accuracy</c>, <c>training</c>, <c>latency</c>, or <c>tuned</c> (LoRA).</param>
/// <param name="Seed">Seed of split and training.</param>
/// <param name="Configuration">Of training: which configuration; empty otherwise.</param>
internal sealed record PaperPart(string Kind, int Seed, string Configuration = "")
{
    public override string ToString() => Kind + (Configuration.Length > 0 ? $" of {Configuration}" : "") + $", seed {Seed}";
}
