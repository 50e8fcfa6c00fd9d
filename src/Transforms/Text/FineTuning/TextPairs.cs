using HybridRec.MLNet.Hosting;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace HybridRec.MLNet.Text;

/// <summary>Pairs of texts that belong together because a user took the items they describe one after the other.</summary>
/// <param name="Texts">Distinct texts.</param>
/// <param name="Pairs">Indices of anchor and positive, user by user, in the order of time.</param>
internal sealed record TextPairs(IReadOnlyList<string> Texts, IReadOnlyList<(int Anchor, int Positive)> Pairs)
{
    /// <summary>Pairs of user and item that were held out here; null where the view says it itself, or none are.</summary>
    public HashSet<long>? HeldOut { get; private init; }

    /// <summary>What hard negatives are drawn from; null without them.</summary>
    public TextHardNegatives? Negatives { get; private init; }

    /// <summary>What profiles are drawn from; null where anchors are single texts.</summary>
    public ProfileTexts? Profiles { get; private init; }

    /// <summary>See <see cref="InteractionRows.Fingerprint"/>.</summary>
    public ulong Rows { get; private init; }

    private const int RowsBetweenChecks = 4096;
    private const string Separator = " ";

    /// <summary>Reads the positives of a view that are not held out.</summary>
    /// <exception cref="ArgumentException">A column is missing or of the wrong type, or there is no row.</exception>
    /// <exception cref="InvalidOperationException">There is no pair.</exception>
    public static TextPairs Read(
        IDataView input, string textColumn, EncoderTuning tuning, string stage, CancellationToken cancellation,
        IChannelProvider? host = null)
    {
        var columns = new InteractionColumns(
            tuning.UserColumnName, tuning.ItemColumnName, tuning.LabelColumnName, tuning.TimestampColumnName);
        IDataView view = input;
        var rows = InteractionRows.ReadForTraining(ref view, columns, stage, cancellation);
        rows.CheckThreshold(tuning.PositiveThreshold, tuning.LabelColumnName, stage);
        if (host is not null)
            RowWarnings.Tell(host, rows, input.Schema, columns, tuning.PositiveThreshold, stage);
        var chosen = tuning.AddsHoldout(rows.Holdout is not null)
            ? HeldOutPairs.Choose(rows, tuning.PositiveThreshold, tuning.HoldoutFraction, tuning.DrawnSeed)
            : null;
        bool IsHeldOut(int row) => rows.Holdout?[row] ?? chosen?.Contains(HeldOutPairs.PairOf(rows.Users[row], rows.Items[row])) ?? false;
        string?[] textOf = ReadTexts(view, textColumn, rows, cancellation);

        var texts = new List<string>();
        var indexOf = new Dictionary<string, int>(StringComparer.Ordinal);
        var pairs = new List<(int Anchor, int Positive)>();
        var users = new List<int>();
        var learned = new Dictionary<int, int[]>();
        // OrderBy is stable: rows of one time keep their order.
        foreach (var user in rows.PositiveRows(tuning.PositiveThreshold).Where(row => !IsHeldOut(row)).GroupBy(row => rows.Users[row])
            .OrderBy(group => group.Key))
        {
            string[] taken = [.. user.OrderBy(row => rows.Timestamps?[row] ?? 0).Select(row => textOf[rows.Items[row]]).OfType<string>()];
            if (tuning.Pairs == TuningPairs.Profile)
                learned[user.Key] = [.. taken.Select(Index).Distinct()];
            for (int t = 1; t < taken.Length; t++)
                if (taken[t] != taken[t - 1])
                {
                    users.Add(user.Key);
                    pairs.Add((
                        Index(tuning.Pairs == TuningPairs.History ? History(taken, t, tuning.HistoryLength) : taken[t - 1]),
                        Index(taken[t])));
                }
        }
        if (pairs.Count == 0)
            throw new InvalidOperationException(
                $"{stage}: no user has two positive rows in a row with different texts, so that there is nothing to tune the encoder on. " +
                $"Check the columns '{textColumn}', '{tuning.UserColumnName}' and '{tuning.LabelColumnName}', or leave Tuning null.");
        var negatives = tuning.HardNegatives == 0 ? null : TextHardNegatives.Build(
            rows, row => rows.IsPositive(row, tuning.PositiveThreshold) && !IsHeldOut(row), textOf, Index, [.. users], tuning,
            cancellation);
        return new TextPairs(texts, pairs)
        {
            HeldOut = chosen,
            Rows = rows.Fingerprint(),
            Negatives = negatives,
            Profiles = tuning.Pairs == TuningPairs.Profile ? new ProfileTexts([.. users], learned) : null,
        };

        int Index(string text)
        {
            if (indexOf.TryAdd(text, texts.Count))
                texts.Add(text);
            return indexOf[text];
        }
    }

    /// <summary>Pairs as they are given; those with a blank text, or of a text with itself, are left out.</summary>
    public static TextPairs Of(IEnumerable<(string Anchor, string Positive)> given)
    {
        var texts = new List<string>();
        var indexOf = new Dictionary<string, int>(StringComparer.Ordinal);
        var pairs = new List<(int Anchor, int Positive)>();
        foreach (var (anchor, positive) in given)
            if (!TextKey.IsBlank(anchor) && !TextKey.IsBlank(positive) && anchor != positive)
                pairs.Add((Index(anchor), Index(positive)));
        return new TextPairs(texts, pairs);

        int Index(string text)
        {
            if (indexOf.TryAdd(text, texts.Count))
                texts.Add(text);
            return indexOf[text];
        }
    }

    private static string History(string[] taken, int end, int length) =>
        string.Join(Separator, taken[Math.Max(0, end - length)..end].Reverse());

    /// <summary>The first text of each item that is not blank.</summary>
    private static string?[] ReadTexts(IDataView view, string textColumn, InteractionRows rows, CancellationToken cancellation)
    {
        string?[] texts = new string?[rows.ItemCount];
        using var cursor = view.GetRowCursor([view.Schema[textColumn]]);
        var getter = cursor.GetGetter<ReadOnlyMemory<char>>(view.Schema[textColumn]);
        ReadOnlyMemory<char> text = default;
        for (int row = 0; cursor.MoveNext(); row++)
        {
            if (row % RowsBetweenChecks == 0)
                cancellation.ThrowIfCancellationRequested();
            int item = rows.Items[row];
            if (item < 0 || texts[item] is not null)
                continue;
            getter(ref text);
            if (!TextKey.IsBlank(text.Span))
                texts[item] = text.ToString();
        }
        return texts;
    }
}
