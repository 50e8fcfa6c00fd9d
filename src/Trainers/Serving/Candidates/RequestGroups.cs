using System.Globalization;
using System.Reflection;
using HybridRec.MLNet.Data;
using HybridRec.MLNet.Evaluation;
using HybridRec.MLNet.Hosting;
using HybridRec.MLNet.Items;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Serving;

/// <summary>Rows grouped into requests: a user known to the recommender, a context, and what was taken.</summary>
internal sealed class RequestGroups
{
    private const string Stage = "CandidateRows";

    private RequestGroups(int[] users, EntityTable context, List<HashSet<string>>? taken) =>
        (Users, Context, Taken) = (users, context, taken);

    /// <summary>The code of each request's user.</summary>
    public int[] Users { get; }

    /// <summary>The context columns, a row a request.</summary>
    public EntityTable Context { get; }

    /// <summary>Items taken in each request; null where the rows have no items.</summary>
    public List<HashSet<string>>? Taken { get; }

    public static RequestGroups Read(
        IDataView rows, IReadOnlyList<string> contextNames, float? threshold, RecommenderOptions options, EntityIndex users,
        CancellationToken cancellationToken)
    {
        DataViewSchema.Column user = IdColumn.Require(rows.Schema, options.UserColumnName);
        DataViewSchema.Column? item = rows.Schema.GetColumnOrNull(options.ItemColumnName) is null
            ? null
            : IdColumn.Require(rows.Schema, options.ItemColumnName);
        DataViewSchema.Column[] context = [.. contextNames.Select(name => ContextColumn(rows.Schema, name, options))];
        float[]? labels = item is null ? null : LabelRows.Read(rows, ColumnNames.Label, cancellationToken, Stage);
        float? said = threshold ?? PositiveThresholds.Of(rows.Schema.GetColumnOrNull(ColumnNames.Label));

        var codes = new List<int>();
        var groupUsers = new List<int>();
        var taken = item is null ? null : new List<HashSet<string>>();
        var groups = new Dictionary<string, int>(StringComparer.Ordinal);
        using var cursor = rows.GetRowCursor(item is { } wanted ? [user, wanted, .. context] : [user, .. context]);
        IdGetter userOf = IdColumn.MakeGetter(cursor, user);
        IdGetter? itemOf = item is { } column ? IdColumn.MakeGetter(cursor, column) : null;
        Func<string>[] contextOf = [.. context.Select(one => TextGetter(cursor, one))];
        for (int row = 0; cursor.MoveNext(); row++)
        {
            if (row % 4096 == 0)
                cancellationToken.ThrowIfCancellationRequested();
            if (!users.TryGetCode(userOf(), out int code))
            {
                codes.Add(-1);
                continue;
            }

            string key = string.Join('\u001f', contextOf.Select(text => text()).Prepend(code.ToString(CultureInfo.InvariantCulture)));
            if (!groups.TryGetValue(key, out int group))
            {
                groups.Add(key, group = groupUsers.Count);
                groupUsers.Add(code);
                taken?.Add(new HashSet<string>(StringComparer.Ordinal));
            }

            codes.Add(group);
            bool counts = labels is null || (said is { } least ? labels[row] >= least : labels[row] > 0);
            if (taken is not null && counts && itemOf!() is { IsEmpty: false } id)
                taken[group].Add(id.ToString());
        }

        return new RequestGroups([.. groupUsers], FirstRows(rows, context, [.. codes], groupUsers.Count), taken);
    }

    private static DataViewSchema.Column ContextColumn(DataViewSchema schema, string name, RecommenderOptions options)
    {
        string[] own = CandidateView.OwnColumns(options);
        if (own.Contains(name, StringComparer.Ordinal))
        {
            throw new ArgumentException(
                $"{Stage}: '{name}' cannot be a context column, because the result has a column of that name ({string.Join(", ", own)}).");
        }

        DataViewSchema.Column column = schema.GetColumnOrNull(name) ?? throw new ArgumentException(
            $"{Stage}: the requests have no context column '{name}'; they have {string.Join(", ", schema.Select(one => one.Name))}.");
        return column.Type is VectorDataViewType
            ? throw new ArgumentException($"{Stage}: context column '{name}' is a vector; a context column has one value a row.")
            : column;
    }

    private static EntityTable FirstRows(IDataView rows, DataViewSchema.Column[] context, int[] codes, int count)
    {
        var builder = new DataViewSchema.Builder();
        foreach (DataViewSchema.Column column in context)
            builder.AddColumn(column.Name, column.Type, column.Annotations);
        DataViewSchema schema = builder.ToSchema();
        var table = new EntityTable(schema, count);
        EntityTable.Collect(rows, table, codes, knownUsers: 0, new EntityTable(schema, rows: 0), itemCodes: [], knownItems: 0);
        return table;
    }

    private static Func<string> TextGetter(DataViewRow row, DataViewSchema.Column column) => typeof(RequestGroups)
        .GetMethod(nameof(Text), BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(column.Type.RawType)
        .CreateDelegate<Func<DataViewRow, DataViewSchema.Column, Func<string>>>()(row, column);

    private static Func<string> Text<T>(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<T> getter = row.GetGetter<T>(column);
        T value = default!;
        return () =>
        {
            getter(ref value);
            return value is IFormattable number ? number.ToString(null, CultureInfo.InvariantCulture) : value!.ToString()!;
        };
    }
}
