using System.Text;
using Microsoft.ML;

namespace HybridRec.MLNet.Data;

/// <summary>Item texts put together from reviews.</summary>
internal static class ReviewItems
{
    internal static ItemTexts Read(IDataView view, int maximumCharacters)
    {
        var item = IdColumn.Require(view.Schema, ColumnNames.Item);
        var review = Hosting.SchemaColumns.Require(view.Schema, ColumnNames.ReviewText, "ItemTexts.FromReviews", Hosting.ColumnKinds.Text);
        var builders = new Dictionary<string, StringBuilder>(StringComparer.Ordinal);
        using (var cursor = view.GetRowCursor([item, review]))
        {
            var id = IdColumn.MakeGetter(cursor, item);
            var text = cursor.GetGetter<ReadOnlyMemory<char>>(review);
            ReadOnlyMemory<char> value = default;
            while (cursor.MoveNext())
            {
                string key = id().ToString();
                text(ref value);
                if (key.Length > 0)
                    Append(builders.TryGetValue(key, out var builder) ? builder : builders[key] = new(), value.Span, maximumCharacters);
            }
        }
        var result = new ItemTexts();
        foreach (var (key, builder) in builders)
            result.Add(key, "", builder.ToString());
        return result;
    }

    private static void Append(StringBuilder builder, ReadOnlySpan<char> text, int maximumCharacters)
    {
        text = text.Trim();
        int separator = builder.Length > 0 ? 1 : 0;
        int room = maximumCharacters - builder.Length - separator;
        if (text.IsEmpty || room <= 0)
            return;
        if (separator > 0)
            builder.Append('\n');
        // Never half a surrogate pair.
        int length = Math.Min(room, text.Length);
        builder.Append(text[..(length < text.Length && char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)]);
    }
}
