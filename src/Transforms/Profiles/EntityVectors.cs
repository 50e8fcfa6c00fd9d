using System.Globalization;
using HybridRec.MLNet.Hosting;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Profiles;

/// <summary>The vectors of users or items, taken from the first row of each.</summary>
internal static class EntityVectors
{
    private const int RowsBetweenChecks = 4096;

    /// <summary>
    /// Reads a view once. The vector of a row is only computed where its key is new, so that the cost is that of the distinct keys.
    /// </summary>
    /// <param name="view">The rows.</param>
    /// <param name="keyColumn">The user or item key.</param>
    /// <param name="vector">The vector column.</param>
    /// <param name="keyCount">Values of the key.</param>
    /// <param name="stage">The component that reads, for messages.</param>
    /// <param name="cancellation">Checked every few thousand rows.</param>
    /// <returns>Keys x vector size; zero for keys without a row.</returns>
    /// <exception cref="InvalidDataException">A value is NaN or infinite.</exception>
    public static float[] Read(
        IDataView view, string keyColumn, DataViewSchema.Column vector, int keyCount, string stage, CancellationToken cancellation)
    {
        int dimension = SchemaColumns.Dimension(vector);
        var key = SchemaColumns.Require(view.Schema, keyColumn, stage, ColumnKinds.Key);
        float[] values = new float[checked(keyCount * dimension)];
        bool[] known = new bool[keyCount];
        using var cursor = view.GetRowCursor([key, vector]);
        var keyOf = CellReader.Key(cursor, key);
        var vectorOf = cursor.GetGetter<VBuffer<float>>(vector);
        VBuffer<float> buffer = default;
        while (cursor.MoveNext())
        {
            if (cursor.Position % RowsBetweenChecks == 0)
                cancellation.ThrowIfCancellationRequested();
            int entity = keyOf();
            if ((uint)entity >= (uint)keyCount || known[entity])
                continue;
            known[entity] = true;
            vectorOf(ref buffer);
            var row = values.AsSpan(entity * dimension, dimension);
            buffer.CopyTo(row);
            CheckFinite(row, cursor.Position, vector.Name, stage);
        }
        return values;
    }

    /// <summary>Refuses NaN and infinities.</summary>
    /// <exception cref="InvalidDataException">A value is NaN or infinite.</exception>
    public static void CheckFinite(ReadOnlySpan<float> row, long position, string column, string stage)
    {
        foreach (float value in row)
            if (!float.IsFinite(value))
                throw new InvalidDataException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{stage}: row {position + 1} has {value} in column '{column}'; vectors must be finite. Replace such values " +
                    $"(ReplaceMissingValues) or filter the rows."));
    }
}
