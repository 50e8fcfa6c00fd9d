using System.Globalization;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using Microsoft.ML;

namespace HybridRec.MLNet.Hosting;

/// <summary>
/// A view of interactions, read once into arrays, in row order: the training input of the graph, the profiles and the ranker.
/// </summary>
internal sealed class InteractionRows
{
    private const int RowsBetweenChecks = 4096;

    private InteractionRows(int userCount, int itemCount, int[] users, int[] items)
    {
        UserCount = userCount;
        ItemCount = itemCount;
        Users = users;
        Items = items;
    }

    /// <summary>Number of values of the user key.</summary>
    public int UserCount { get; }

    /// <summary>Number of values of the item key.</summary>
    public int ItemCount { get; }

    /// <summary>User of each row, 0-based; -1 for the missing key.</summary>
    public int[] Users { get; }

    /// <summary>Item of each row, 0-based; -1 for the missing key.</summary>
    public int[] Items { get; }

    /// <summary>Label of each row, finite; null when the view has no such column.</summary>
    public float[]? Labels { get; private init; }

    /// <summary>From which label on a row is a positive, as the label column says it; null where it says nothing.</summary>
    public float? LabelThreshold { get; private init; }

    /// <summary>Time of each row; null when the view has no such column.</summary>
    public long[]? Timestamps { get; private init; }

    /// <summary>Whether each row is held out; null when the view has no such column.</summary>
    public bool[]? Holdout { get; private init; }

    /// <summary>Number of rows.</summary>
    public int Count => Users.Length;

    /// <summary>
    /// Whether the row's label makes it a positive: at least the threshold, else that of the label column, else above 0; without labels
    /// every row is one.
    /// </summary>
    public bool IsPositive(int row, float? threshold) =>
        Labels is null || ((threshold ?? LabelThreshold) is { } least ? Labels[row] >= least : Labels[row] > 0);

    /// <summary>The threshold that holds: the one given, else that of the label column.</summary>
    public float? ThresholdOf(float? given) => given ?? LabelThreshold;

    /// <summary>The rows that are positives and have both a user and an item, in row order.</summary>
    public IEnumerable<int> PositiveRows(float? threshold)
    {
        for (int row = 0; row < Count; row++)
            if (Users[row] >= 0 && Items[row] >= 0 && IsPositive(row, threshold))
                yield return row;
    }

    /// <summary>Refuses a threshold where there are no labels to compare with it.</summary>
    /// <exception cref="ArgumentException">There is a threshold and no label column.</exception>
    public void CheckThreshold(float? threshold, string labelColumn, string stage)
    {
        if (threshold is not null && Labels is null)
            throw new ArgumentException($"{stage}: PositiveThreshold is set, but there is no label column '{labelColumn}'. Name it by " +
                "LabelColumnName or leave PositiveThreshold null.");
    }

    /// <summary>Hash of the users and items of all rows in their order: two views of the same interactions agree in it.</summary>
    public ulong Fingerprint()
    {
        var hash = new XxHash3();
        hash.Append(MemoryMarshal.AsBytes(Users.AsSpan()));
        hash.Append(MemoryMarshal.AsBytes(Items.AsSpan()));
        return hash.GetCurrentHashAsUInt64();
    }

    /// <summary>Reads a view that a stage is fitted on, and replaces it by its <see cref="TrainingView"/>.</summary>
    /// <inheritdoc cref="Read"/>
    public static InteractionRows ReadForTraining(
        ref IDataView view, InteractionColumns columns, string stage, CancellationToken cancellation = default)
    {
        InteractionRows rows = Read(view, columns, stage, cancellation);
        IDataView training = TrainingView.Of(view, rows.Fingerprint());
        if (ReferenceEquals(training, view))
            return rows;
        view = training;
        return Read(view, columns, stage, cancellation); // the Holdout column says something now
    }

    /// <summary>Reads a view.</summary>
    /// <param name="view">The view to read, once.</param>
    /// <param name="columns">Its column names.</param>
    /// <param name="stage">The component that reads, for messages.</param>
    /// <param name="cancellation">Checked every few thousand rows.</param>
    /// <exception cref="ArgumentException">A column is missing or of the wrong type; there is no row.</exception>
    /// <exception cref="InvalidDataException">A label is NaN or infinite.</exception>
    /// <exception cref="OperationCanceledException">Canceled.</exception>
    public static InteractionRows Read(IDataView view, InteractionColumns columns, string stage, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(view);
        DataViewSchema schema = view.Schema;
        DataViewSchema.Column user = SchemaColumns.Require(schema, columns.User, stage, ColumnKinds.Key);
        DataViewSchema.Column item = SchemaColumns.Require(schema, columns.Item, stage, ColumnKinds.Key);
        DataViewSchema.Column? label = SchemaColumns.Optional(schema, columns.Label, stage, InteractionColumns.LabelKinds);
        DataViewSchema.Column? time = SchemaColumns.Optional(schema, columns.Timestamp, stage, ColumnKinds.Number | ColumnKinds.DateTime);
        DataViewSchema.Column? holdout = SchemaColumns.Optional(schema, columns.Holdout, stage, ColumnKinds.Boolean);
        cancellation.ThrowIfCancellationRequested();

        DataViewSchema.Column?[] wanted = [user, item, label, time, holdout];
        using DataViewRowCursor cursor = view.GetRowCursor(wanted.Where(column => column.HasValue).Select(column => column!.Value));
        Func<int> userOf = CellReader.Key(cursor, user), itemOf = CellReader.Key(cursor, item);
        Func<float>? labelOf = label is { } l ? CellReader.Single(cursor, l) : null;
        Func<long>? timeOf = time is { } t ? CellReader.Int64(cursor, t) : null;
        ValueGetter<bool>? holdoutOf = holdout is { } h ? cursor.GetGetter<bool>(h) : null;

        int capacity = (int)Math.Clamp(view.GetRowCount() ?? 0, 0, 1 << 28);
        List<int> users = new(capacity), items = new(capacity);
        List<float>? labels = labelOf is null ? null : new(capacity);
        List<long>? times = timeOf is null ? null : new(capacity);
        List<bool>? held = holdoutOf is null ? null : new(capacity);
        while (cursor.MoveNext())
        {
            if (users.Count % RowsBetweenChecks == 0)
                cancellation.ThrowIfCancellationRequested();
            users.Add(userOf());
            items.Add(itemOf());
            labels?.Add(Finite(labelOf!(), users.Count, columns.Label!, stage));
            times?.Add(timeOf!());
            if (held is not null)
            {
                bool value = false;
                holdoutOf!(ref value);
                held.Add(value);
            }
        }
        if (users.Count == 0)
            throw new ArgumentException(
                $"{stage}: the training data has no rows. At least one interaction is needed; check the file, the filter or the split " +
                "before this stage.",
                nameof(view));
        return new InteractionRows(SchemaColumns.KeyCount(user), SchemaColumns.KeyCount(item), [.. users], [.. items])
        {
            Labels = labels?.ToArray(),
            LabelThreshold = PositiveThresholds.Of(label),
            Timestamps = times?.ToArray(),
            Holdout = held?.ToArray(),
        };
    }

    private static float Finite(float label, int row, string column, string stage) => float.IsFinite(label)
        ? label
        : throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture,
            $"{stage}: row {row} has {label} in column '{column}'; a label must be a finite number. Filter such rows " +
            $"(FilterRowsByMissingValues) or replace the value."));
}
