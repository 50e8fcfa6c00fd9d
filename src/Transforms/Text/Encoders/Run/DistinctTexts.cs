using HybridRec.MLNet.Training;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace HybridRec.MLNet.Text;

/// <summary>The distinct texts of a column that are not blank, in order of first appearance.</summary>
internal sealed class DistinctTexts
{
    private const int RowsBetweenChecks = 4096;

    private DistinctTexts(List<string> texts, List<UInt128> keys, long rowCount) => (Texts, Keys, RowCount) = (texts, keys, rowCount);

    public IReadOnlyList<string> Texts { get; }

    public IReadOnlyList<UInt128> Keys { get; }

    public long RowCount { get; }

    public static DistinctTexts Read(
        IDataView view, DataViewSchema.Column column, IHostEnvironment host, CancellationToken cancellationToken)
    {
        var texts = new List<string>();
        var keys = new List<UInt128>();
        var seen = new HashSet<UInt128>();
        long rows = 0;
        using var cursor = view.GetRowCursor([column]);
        var getter = cursor.GetGetter<ReadOnlyMemory<char>>(column);
        ReadOnlyMemory<char> text = default;
        while (cursor.MoveNext())
        {
            if (rows++ % RowsBetweenChecks == 0)
                Cancellation.ThrowIfRequested(host, cancellationToken);
            getter(ref text);
            if (TextKey.IsBlank(text.Span))
                continue;
            UInt128 key = TextKey.Of(text.Span);
            if (!seen.Add(key))
                continue;
            texts.Add(text.ToString());
            keys.Add(key);
        }
        return new DistinctTexts(texts, keys, rows);
    }
}
