using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Tests.Data;

/// <summary>Reads views in tests.</summary>
internal static class Views
{
    public static List<T> Column<T>(this IDataView view, string name) => [.. view.GetColumn<T>(name)];

    public static List<string> Text(this IDataView view, string name) => view.Column<string>(name);

    public static (int User, int Item)[] Pairs(this IDataView view) =>
        [.. view.Column<int>("User").Zip(view.Column<int>("Item"))];

    public static long Count(this IDataView view)
    {
        long count = 0;
        using var cursor = view.GetRowCursor([]);
        while (cursor.MoveNext())
            count++;
        return count;
    }

    public static string[] Names(this IDataView view) => [.. view.Schema.Where(c => !c.IsHidden).Select(c => c.Name)];

    /// <summary>Reads every value of every column.</summary>
    public static List<string> Rows(this IDataView view) =>
        [.. view.Preview(int.MaxValue).RowView
            .Select(row => string.Join("|", row.Values.Select(v => FormattableString.Invariant($"{v.Value}"))))];
}
