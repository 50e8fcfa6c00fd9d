using HybridRec.MLNet.Hosting;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Ranking;

/// <summary>What ML.NET's own ranking trainers write on their Score column.</summary>
internal static class ScoreAnnotations
{
    private const string SetIdKind = "ScoreColumnSetId";

    /// <summary>The shape with a ranking Score added.</summary>
    public static SchemaShape AppendScore(SchemaShape input)
    {
        var empty = new DataViewSchema.Builder().ToSchema();
        return Shapes.Append(input, Shapes.Column(ColumnNames.Score, NumberDataViewType.Single, Ranking(empty)));
    }

    /// <summary>Annotations of a Score added to <paramref name="input"/>; the set id is one above the largest there.</summary>
    public static DataViewSchema.Annotations Ranking(DataViewSchema input)
    {
        uint id = 1;
        foreach (var column in input)
        {
            if (column.Annotations.Schema.GetColumnOrNull(SetIdKind) is not { Type: KeyDataViewType key } || key.RawType != typeof(uint))
                continue;
            uint other = 0;
            column.Annotations.GetValue(SetIdKind, ref other);
            id = Math.Max(id, other + 1);
        }
        var builder = new DataViewSchema.Annotations.Builder();
        builder.Add(SetIdKind, new KeyDataViewType(typeof(uint), int.MaxValue), (ref uint value) => value = id);
        ColumnAnnotations.AddText(builder, "ScoreColumnKind", "Ranking");
        ColumnAnnotations.AddText(builder, "ScoreValueKind", "Score");
        return builder.ToAnnotations();
    }
}
