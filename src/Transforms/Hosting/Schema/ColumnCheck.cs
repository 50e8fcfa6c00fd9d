using Microsoft.ML.Data;

namespace HybridRec.MLNet.Hosting;

/// <summary>Classifies column types, and words the errors for columns that are missing or of the wrong type.</summary>
internal static class ColumnCheck
{
    private static readonly (ColumnKinds Kind, string Words)[] s_words =
    [
        (ColumnKinds.Key, "a key"),
        (ColumnKinds.Text, "a text"),
        (ColumnKinds.Single, "a Single"),
        (ColumnKinds.SingleVector, "a vector of Single with a known size"),
        (ColumnKinds.Boolean, "a Boolean"),
        (ColumnKinds.Number, "a number"),
        (ColumnKinds.DateTime, "a DateTime"),
        (ColumnKinds.TextVector, "a vector of texts"),
        (ColumnKinds.KeyVector, "a vector of keys"),
    ];

    public static ColumnKinds Classify(DataViewType type) => type switch
    {
        KeyDataViewType => ColumnKinds.Key,
        VectorDataViewType { IsKnownSize: true, ItemType: NumberDataViewType item } when item == NumberDataViewType.Single =>
            ColumnKinds.SingleVector,
        VectorDataViewType { ItemType: TextDataViewType } => ColumnKinds.TextVector,
        VectorDataViewType { ItemType: KeyDataViewType } => ColumnKinds.KeyVector,
        VectorDataViewType => ColumnKinds.None,
        _ => Scalar(type),
    };

    public static ColumnKinds Classify(Microsoft.ML.SchemaShape.Column column) => column switch
    {
        { Kind: Microsoft.ML.SchemaShape.Column.VectorKind.Vector, IsKey: false } when column.ItemType == NumberDataViewType.Single =>
            ColumnKinds.SingleVector,
        { Kind: not Microsoft.ML.SchemaShape.Column.VectorKind.Scalar, IsKey: true } => ColumnKinds.KeyVector,
        { Kind: not Microsoft.ML.SchemaShape.Column.VectorKind.Scalar } =>
            column.ItemType is TextDataViewType ? ColumnKinds.TextVector : ColumnKinds.None,
        { IsKey: true } => ColumnKinds.Key,
        _ => Scalar(column.ItemType),
    };

    public static ArgumentException Missing(string stage, string name, IEnumerable<string> present) =>
        new($"{stage}: column '{name}' is missing. Add it before this stage, or name another one. The columns there are: " +
            $"{string.Join(", ", present)}.");

    public static ArgumentException WrongType(string stage, string name, string found, ColumnKinds allowed)
    {
        string words = string.Join(" or ", s_words.Where(pair => (allowed & pair.Kind) != 0).Select(pair => pair.Words));
        string hint = allowed == ColumnKinds.Key ? $" Put MapValueToKey(\"{name}\") before it." : "";
        return new ArgumentException($"{stage}: column '{name}' is of type {found}; it must be {words}.{hint}");
    }

    private static ColumnKinds Scalar(DataViewType type) => type switch
    {
        TextDataViewType => ColumnKinds.Text,
        BooleanDataViewType => ColumnKinds.Boolean,
        DateTimeDataViewType or DateTimeOffsetDataViewType => ColumnKinds.DateTime,
        NumberDataViewType number => number == NumberDataViewType.Single ? ColumnKinds.Single | ColumnKinds.Number : ColumnKinds.Number,
        _ => ColumnKinds.None,
    };
}
