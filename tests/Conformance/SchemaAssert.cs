using HybridRec.MLNet.Hosting;
using Microsoft.ML;

namespace HybridRec.MLNet.Conformance;

/// <summary>Compares schemas.</summary>
internal static class SchemaAssert
{
    /// <summary>Same columns with the same kind, item type, key flag and annotations.</summary>
    public static void Same(SchemaShape promised, SchemaShape delivered) =>
        Assert.Equal(promised.Select(Text).Order(StringComparer.Ordinal), delivered.Select(Text).Order(StringComparer.Ordinal));

    /// <summary>
    /// Same columns in the same order, with the same types and the same annotations; texts among them are compared by value.
    /// </summary>
    public static void Same(DataViewSchema expected, DataViewSchema actual) => Assert.Equal(expected.Select(Text), actual.Select(Text));

    private static string Text(SchemaShape.Column column) =>
        $"{column.Name}: {column.Kind} {column.ItemType} key={column.IsKey} " +
        $"[{string.Join(", ", column.Annotations.Select(Text).Order(StringComparer.Ordinal))}]";

    private static string Text(DataViewSchema.Column column) =>
        $"{column.Name}: {column.Type} hidden={column.IsHidden} " +
        $"[{string.Join(", ", column.Annotations.Schema.Select(annotation => $"{annotation.Name}: {annotation.Type} {Value(column, annotation.Name)}"))}]";

    private static string Value(DataViewSchema.Column column, string annotation) => annotation == ColumnAnnotations.SlotNamesKind
        ? string.Join(',', ColumnAnnotations.SlotNames(column) ?? [])
        : ColumnAnnotations.Text(column, annotation) ?? "";
}
