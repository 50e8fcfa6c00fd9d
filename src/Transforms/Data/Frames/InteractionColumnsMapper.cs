using System.Globalization;
using HybridRec.MLNet.Hosting;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Data;

/// <summary>Gives foreign columns the names and types of this library.</summary>
internal static class InteractionColumnsMapper
{
    private const string Stage = "FromDataView";

    internal static IDataView Map(IDataView view, DataColumns columns)
    {
        columns.Validate(Stage);
        var schema = view.Schema;
        var added = new List<OutputColumn>
        {
            Renamed(ColumnNames.User, IdColumn.Require(schema, columns.User)),
            Renamed(ColumnNames.Item, IdColumn.Require(schema, columns.Item)),
            Label(schema, columns.Label, columns.PositiveThreshold),
        };
        if (columns.Timestamp is not null)
            added.Add(Timestamp(schema, columns.Timestamp));
        if (columns.ItemTitle is not null)
            added.Add(Renamed(ColumnNames.ItemTitle, SchemaColumns.Require(schema, columns.ItemTitle, Stage, ColumnKinds.Text)));
        if (columns.ItemText is not null)
            added.Add(Renamed(ColumnNames.ItemText, SchemaColumns.Require(schema, columns.ItemText, Stage, ColumnKinds.Text)));
        if (columns.ReviewText is not null)
            added.Add(Renamed(ColumnNames.ReviewText, SchemaColumns.Require(schema, columns.ReviewText, Stage, ColumnKinds.Text)));
        return new MappedView(view, new RowMapper(added, schema));
    }

    /// <summary>The same values under the house's name; a column that has it already is only hidden by itself.</summary>
    private static OutputColumn Renamed(string name, DataViewSchema.Column source) =>
        new(name, source.Type, source.Annotations, [source.Index], row => IdColumn.PassThrough(row, source));

    private static OutputColumn Label(DataViewSchema schema, string? name, float? positiveThreshold)
    {
        if (name is null)
            return new(ColumnNames.Label, NumberDataViewType.Single, null, [], _ => (ValueGetter<float>)((ref float value) => value = 1));
        var source = SchemaColumns.Require(schema, name, Stage, InteractionColumns.LabelKinds);
        var annotations = PositiveThresholds.Annotations(positiveThreshold ?? PositiveThresholds.Of(source));
        return new(ColumnNames.Label, NumberDataViewType.Single, annotations, [source.Index], row =>
        {
            var read = CellReader.Single(row, source);
            return (ValueGetter<float>)((ref float value) => value = read());
        });
    }

    private static OutputColumn Timestamp(DataViewSchema schema, string name)
    {
        var source = SchemaColumns.Require(schema, name, Stage, ColumnKinds.Number | ColumnKinds.DateTime);
        return new(ColumnNames.Timestamp, NumberDataViewType.Int64, null, [source.Index], row =>
        {
            var read = CellReader.Int64(row, source);
            if (source.Type is not NumberDataViewType)
                return (ValueGetter<long>)((ref long value) => value = read());
            return (ValueGetter<long>)((ref long value) =>
            {
                value = read();
                if (!TimeField.TryNumber(ref value))
                    throw new InvalidDataException(string.Create(
                        CultureInfo.InvariantCulture,
                        $"{Stage}: column '{name}' has {value}, which is no time: allowed are {TimeField.Allowed}. Convert the column first."));
            });
        });
    }
}
