using System.Diagnostics.CodeAnalysis;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Fusion;

/// <summary>
/// The way of a pair scorer from the stage that makes its column to the ranker: an annotation of the column, which Fuse hands on. It lives
/// as long as the schema and is never saved.
/// </summary>
internal static class PairScorers
{
    private const string Kind = "PairScorer";

    /// <summary>Adds the scorers of a column, or of what is fused, to its annotations.</summary>
    public static void Add(DataViewSchema.Annotations.Builder builder, IReadOnlyList<IPairScorer> scorers) =>
        builder.Add(Kind, PairScorersType.Instance, (ref IReadOnlyList<IPairScorer> destination) => destination = scorers);

    /// <summary>The scorers of a column, one a part of the pair; empty where it has none.</summary>
    public static IReadOnlyList<IPairScorer> Of(DataViewSchema.Column column)
    {
        if (column.Annotations.Schema.GetColumnOrNull(Kind) is not { Type: PairScorersType })
            return [];
        IReadOnlyList<IPairScorer> scorers = [];
        column.Annotations.GetValue(Kind, ref scorers);
        return scorers;
    }

    [SuppressMessage("Naming", "CA1710", Justification = "ML.NET's types end in DataViewType or Type.")]
    private sealed class PairScorersType : StructuredDataViewType
    {
        public static readonly PairScorersType Instance = new();

        private PairScorersType()
            : base(typeof(IReadOnlyList<IPairScorer>))
        {
        }

        public override bool Equals(DataViewType? other) => ReferenceEquals(this, other);
    }
}
