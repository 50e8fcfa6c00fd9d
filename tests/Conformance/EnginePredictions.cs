using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Conformance;

/// <summary>Predicts rows one at a time by ML.NET's prediction engine.</summary>
internal static class EnginePredictions
{
    /// <summary>The Single values of a column, one array a row.</summary>
    public static List<float[]> Of(
        MLContext ml, ITransformer model, DataViewSchema schema, string column, IEnumerable<CheckerboardRow> rows) =>
        model.GetOutputSchema(schema)[column].Type is VectorDataViewType
            ? Predict<VectorCell>(ml, model, column, rows, cell => [.. cell.Value.DenseValues()])
            : Predict<SingleCell>(ml, model, column, rows, cell => [cell.Value]);

    private static List<float[]> Predict<TCell>(
        MLContext ml, ITransformer model, string column, IEnumerable<CheckerboardRow> rows, Func<TCell, float[]> values)
        where TCell : class, new()
    {
        SchemaDefinition definition = SchemaDefinition.Create(typeof(TCell));
        definition[0].ColumnName = column;
        // The engine would dispose the model with it.
        PredictionEngine<CheckerboardRow, TCell> engine = ml.Model.CreatePredictionEngine<CheckerboardRow, TCell>(
            model, outputSchemaDefinition: definition);
        return [.. rows.Select(row => values(engine.Predict(row)))];
    }

    private sealed class VectorCell
    {
        public VBuffer<float> Value { get; set; }
    }

    private sealed class SingleCell
    {
        public float Value { get; set; }
    }
}
