using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Hosting;

/// <summary>Makes and reads column annotations by public API.</summary>
internal static class ColumnAnnotations
{
    public const string SlotNamesKind = "SlotNames";
    public const string KeyValuesKind = "KeyValues";

    /// <summary>One name a slot of a vector column.</summary>
    public static DataViewSchema.Annotations SlotNames(string[] names)
    {
        var builder = new DataViewSchema.Annotations.Builder();
        AddSlotNames(builder, names);
        return builder.ToAnnotations();
    }

    /// <summary>Adds slot names to annotations being built.</summary>
    public static void AddSlotNames(DataViewSchema.Annotations.Builder builder, string[] names)
    {
        ReadOnlyMemory<char>[] values = Array.ConvertAll(names, name => name.AsMemory());
        builder.Add(SlotNamesKind, new VectorDataViewType(TextDataViewType.Instance, Math.Max(1, names.Length)),
            (ref VBuffer<ReadOnlyMemory<char>> destination) => Copy(values, ref destination));
    }

    /// <summary>Adds a text annotation to annotations being built.</summary>
    public static void AddText(DataViewSchema.Annotations.Builder builder, string kind, string text) =>
        builder.Add(kind, TextDataViewType.Instance, (ref ReadOnlyMemory<char> destination) => destination = text.AsMemory());

    /// <summary>The column's text annotation of this kind, or null.</summary>
    public static string? Text(DataViewSchema.Column column, string kind)
    {
        if (column.Annotations.Schema.GetColumnOrNull(kind) is not { Type: TextDataViewType })
            return null;
        ReadOnlyMemory<char> value = default;
        column.Annotations.GetValue(kind, ref value);
        return value.ToString();
    }

    /// <summary>The column's slot names, or null when it has none.</summary>
    public static string[]? SlotNames(DataViewSchema.Column column)
    {
        if (column.Annotations.Schema.GetColumnOrNull(SlotNamesKind) is not { Type: VectorDataViewType { ItemType: TextDataViewType } })
            return null;
        VBuffer<ReadOnlyMemory<char>> names = default;
        column.Annotations.GetValue(SlotNamesKind, ref names);
        return [.. names.DenseValues().Select(name => name.ToString())];
    }

    private static void Copy(ReadOnlyMemory<char>[] values, ref VBuffer<ReadOnlyMemory<char>> destination)
    {
        VBufferEditor<ReadOnlyMemory<char>> editor = VBufferEditor.Create(ref destination, values.Length);
        values.CopyTo(editor.Values);
        destination = editor.Commit();
    }
}
