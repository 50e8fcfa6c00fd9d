using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Data;

/// <summary>A column of a <see cref="StreamingView"/> and how its value is taken from the reader's current row.</summary>
internal sealed record StreamColumn(string Name, DataViewType Type, Func<RowReader, Delegate> MakeGetter)
{
    internal static StreamColumn Of<TReader, T>(string name, DataViewType type, Func<TReader, T> value) where TReader : RowReader =>
        new(name, type, reader =>
        {
            var typed = (TReader)reader;
            ValueGetter<T> getter = (ref T destination) => destination = value(typed);
            return getter;
        });

    internal static StreamColumn Text<TReader>(string name, Func<TReader, string?> value) where TReader : RowReader =>
        Of<TReader, ReadOnlyMemory<char>>(name, TextDataViewType.Instance, reader => value(reader).AsMemory());
}
