using HybridRec.MLNet.Hosting;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Data;

/// <summary>A column of a <see cref="StreamingView"/> and how its value is taken from the reader's current row.</summary>
internal sealed record StreamColumn(string Name, DataViewType Type, Func<RowReader, Delegate> MakeGetter)
{
    /// <summary>What travels with the column; null for nothing.</summary>
    internal DataViewSchema.Annotations? Annotations { get; init; }

    internal static StreamColumn Of<TReader, T>(string name, DataViewType type, Func<TReader, T> value) where TReader : RowReader =>
        new(name, type, reader =>
        {
            var typed = (TReader)reader;
            ValueGetter<T> getter = (ref T destination) => destination = value(typed);
            return getter;
        });

    /// <summary>A label, with the threshold that makes it a positive.</summary>
    internal static StreamColumn Label<TReader>(Func<TReader, float> value, float? positiveThreshold) where TReader : RowReader =>
        Of(ColumnNames.Label, NumberDataViewType.Single, value) with { Annotations = PositiveThresholds.Annotations(positiveThreshold) };

    internal static StreamColumn Text<TReader>(string name, Func<TReader, string?> value) where TReader : RowReader =>
        Of<TReader, ReadOnlyMemory<char>>(name, TextDataViewType.Instance, reader => value(reader).AsMemory());
}
