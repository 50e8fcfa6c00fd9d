using HybridRec.MLNet.Data;
using HybridRec.MLNet.Training;
using Microsoft.ML;

namespace HybridRec.MLNet.Graph;

/// <summary>The type of every row of a view, as a position in the list of types.</summary>
internal sealed class EdgeTypeRows
{
    private EdgeTypeRows(IReadOnlyList<GraphEdgeType> types, int[] typeOf)
    {
        Types = types;
        TypeOf = typeOf;
    }

    public IReadOnlyList<GraphEdgeType> Types { get; }

    /// <summary>The type of each row; -1 for one that is not listed, or for none.</summary>
    public int[] TypeOf { get; }

    /// <summary>Whether a row is of a type that the loss sees.</summary>
    public bool IsTarget(int row) => TypeOf[row] is >= 0 and var type && Types[type].IsTarget;

    /// <summary>Reads the column once; null where there is none.</summary>
    /// <exception cref="ArgumentException">A type is in no row.</exception>
    public static EdgeTypeRows? Read(IDataView view, string? column, IReadOnlyList<GraphEdgeType> types, TrainingLog log)
    {
        if (column is null)
            return null;
        EntityIndex found = EntityIndex.Read(view, column, out int[] codes);
        string[] names = [.. Enumerable.Range(0, found.Count).Select(found.IdOf)];
        GraphEdgeColumns.CheckTypes(column, types, names);
        int[] typeOfCode = new int[names.Length];
        for (int code = 0; code < names.Length; code++)
            typeOfCode[code] = Position(types, names[code]);
        int[] typeOf = Array.ConvertAll(codes, code => code < 0 ? -1 : typeOfCode[code]);
        int left = typeOf.Count(type => type < 0);
        if (left > 0)
        {
            string others = GraphEdgeColumns.Names(names.Where((_, code) => typeOfCode[code] < 0));
            log.Info($"{left} of {typeOf.Length} rows are left out: column '{column}' is empty there or has a type that EdgeTypes does not list ({others})");
        }

        return new EdgeTypeRows(types, typeOf);
    }

    private static int Position(IReadOnlyList<GraphEdgeType> types, string name)
    {
        for (int i = 0; i < types.Count; i++)
        {
            if (types[i].Name == name)
                return i;
        }

        return -1;
    }
}
