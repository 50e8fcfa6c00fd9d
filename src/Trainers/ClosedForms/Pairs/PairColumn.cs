using HybridRec.MLNet.Fusion;
using HybridRec.MLNet.Hosting;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.ClosedForms;

/// <summary>
/// The column of a closed form that is a part of the pair: the standard score, and log(1 + n) of the positives that the user and the item
/// have, by which a ranker tells how much the score is worth.
/// </summary>
internal static class PairColumn
{
    public static readonly VectorDataViewType Type = new(NumberDataViewType.Single, 3);

    /// <summary>Slot names and the scorer.</summary>
    public static DataViewSchema.Annotations Annotations(IPairScorer? scorer)
    {
        var builder = new DataViewSchema.Annotations.Builder();
        ColumnAnnotations.AddSlotNames(builder, ["Score", "UserHistory", "ItemHistory"]);
        PairScorers.Add(builder, scorer is null ? [] : [scorer]);
        return builder.ToAnnotations();
    }

    /// <summary>The getter over a row; the scores of the user of the row before are kept.</summary>
    public static ValueGetter<VBuffer<float>> Getter(
        DataViewRow row, DataViewSchema.Column user, DataViewSchema.Column item, FilterPairScorer scorer)
    {
        Func<int> userOf = CellReader.Key(row, user), itemOf = CellReader.Key(row, item);
        float[] scores = new float[scorer.ItemCount];
        int last = int.MinValue;
        return (ref VBuffer<float> value) =>
        {
            int current = userOf(), wanted = itemOf();
            if (current != last)
                scorer.Score([last = current], scores);
            var editor = VBufferEditor.Create(ref value, Type.Size);
            editor.Values[0] = (uint)wanted < (uint)scores.Length ? scores[wanted] : 0;
            editor.Values[1] = History(scorer.UserHistory(current));
            editor.Values[2] = History(scorer.ItemHistory(wanted));
            value = editor.Commit();
        };
    }

    private static float History(int count) => MathF.Log(1 + count);
}
