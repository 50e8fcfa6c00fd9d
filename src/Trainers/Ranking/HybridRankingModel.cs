using HybridRec.MLNet.Fusion;
using HybridRec.MLNet.Hosting;
using HybridRec.MLNet.Ranking;

namespace HybridRec.MLNet;

/// <summary>
/// The ranking head: score = sum over pairs p and slots k of a_pk u_pk i_pk (+ c . i for all but DotProduct) (+ (P u) . (Q i))
/// (+ MLP([z; u * i])), and for every score s_ui of the pair its weight times it. Immutable and safe to use from many threads.
/// </summary>
/// <remarks>
/// Scores are logits: the sigmoid of eq. 4 is monotone, so it changes no ranking and is left out. Only differences between the scores of
/// one user's items mean anything, unless the objective was <see cref="RankingObjective.Logistic"/>.
/// </remarks>
public sealed class HybridRankingModel
{
    internal HybridRankingModel(HeadFeatures map, HeadWeights weights, HeadEpoch start, HeadEpoch best, double teacherNdcg)
    {
        Map = map;
        Weights = weights;
        Start = start;
        Best = best;
        TeacherNdcg = teacherNdcg;
    }

    /// <summary>
    /// The kind of the head that was kept: DotProduct, a weighted mix of the dots, where training did not rank better than its start.
    /// </summary>
    public RankingHeadKind Head => Weights.Shape.Head;

    /// <summary>Slots of the fused vector it reads.</summary>
    public int FeatureCount => Map.Layout.Dimension;

    /// <summary>Trained numbers.</summary>
    public int ParameterCount => Weights.Shape.ParameterCount;

    /// <summary>The epoch that was kept; 0: the start mix of dot products ranked best (or nothing was trained).</summary>
    public int BestEpoch => Best.Epoch;

    /// <summary>NDCG@20 of the start mix on the users held back from training; NaN when nothing was trained.</summary>
    public double StartNdcg => Start.Ndcg;

    /// <summary>NDCG@20 of the kept epoch on the same users; NaN when nothing was trained.</summary>
    public double ValidationNdcg => Best.Ndcg;

    /// <summary>NDCG@20 of the teacher (<see cref="RankingOptions.Distillation"/>) on the same users; NaN when there was none.</summary>
    public double TeacherNdcg { get; }

    internal HeadFeatures Map { get; }

    internal HeadWeights Weights { get; }

    internal HeadEpoch Start { get; }

    internal HeadEpoch Best { get; }

    /// <summary>
    /// The weight of each part before training, by its name: that of the user's part for a dot product, that of the column for a score of
    /// the pair.
    /// </summary>
    public IReadOnlyDictionary<string, float> StartWeights =>
        Map.Layout.Pairs.Select(pair => pair.User.Column).Concat(Map.Layout.PairParts.Select(part => part.Column))
            .Select((column, p) => (column, Weight: Weights.StartWeights[p]))
            .ToDictionary(entry => entry.column, entry => entry.Weight);

    /// <summary>The score of one fused pair.</summary>
    /// <param name="features"><see cref="FeatureCount"/> values.</param>
    /// <exception cref="ArgumentException">The length is another one.</exception>
    public float Score(ReadOnlySpan<float> features) => new RowScorer(this).Score(features);

    internal void Write(BinaryWriter writer)
    {
        writer.Write(Map.Layout.ToString());
        writer.Write((int)Head);
        writer.Write(Weights.Shape.HiddenSizes.Count);
        foreach (int width in Weights.Shape.HiddenSizes)
            writer.Write(width);
        foreach (float[] values in (float[][])[
            Map.UserScales, Map.ItemScales, Weights.PairScales, Weights.StartWeights, Weights.Parameters])
            WriteAll(writer, values);
        foreach (var epoch in (HeadEpoch[])[Start, Best])
        {
            writer.Write(epoch.Epoch);
            writer.Write(epoch.Loss);
            writer.Write(epoch.Ndcg);
        }
        writer.Write(Weights.Shape.TowerDimension);
        writer.Write(TeacherNdcg);
    }

    internal static HybridRankingModel Read(BinaryReader reader, int version)
    {
        var layout = FusionLayout.Parse(reader.ReadString());
        var head = (RankingHeadKind)reader.ReadInt32();
        if (!Enum.IsDefined(head))
            throw new FormatException($"there is no ranking head {(int)head}");
        int[] hidden = new int[StateCount.Read(reader, sizeof(int))];
        for (int i = 0; i < hidden.Length; i++)
            hidden[i] = reader.ReadInt32();
        var map = HeadFeatures.Scaled(layout, ReadAll(reader), ReadAll(reader));
        float[] pairScales = ReadAll(reader), startWeights = ReadAll(reader), parameters = ReadAll(reader);
        HeadEpoch start = ReadEpoch(reader), best = ReadEpoch(reader);
        var (tower, teacherNdcg) = version < 2 ? (0, double.NaN) : (reader.ReadInt32(), reader.ReadDouble());
        if (tower < 0 || (tower > 0) != (head == RankingHeadKind.TwoTower))
            throw new FormatException($"a head {head} has no towers of {tower} slots");
        var shape = new HeadShape(head, map.UserDimension, map.ItemDimension, map.Pairs(), hidden, tower, map.Scores);
        var weights = new HeadWeights(shape, pairScales, startWeights, parameters);
        bool fits = weights.Parameters.Length == shape.ParameterCount && weights.PairScales.Length == shape.MixedParts;
        if (!fits || weights.StartWeights.Length != shape.MixedParts)
            throw new FormatException("the weights do not fit the layout");
        return new HybridRankingModel(map, weights, start, best, teacherNdcg);
    }

    private static HeadEpoch ReadEpoch(BinaryReader reader) => new(reader.ReadInt32(), reader.ReadDouble(), reader.ReadDouble());

    private static void WriteAll(BinaryWriter writer, float[] values)
    {
        writer.Write(values.Length);
        foreach (float value in values)
            writer.Write(value);
    }

    private static float[] ReadAll(BinaryReader reader)
    {
        float[] values = new float[StateCount.Read(reader, sizeof(float))];
        for (int i = 0; i < values.Length; i++)
            values[i] = reader.ReadSingle();
        return values;
    }
}
