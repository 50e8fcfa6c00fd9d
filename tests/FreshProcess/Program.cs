// Arguments: a saved model, rows in ML.NET's binary format, the name of a column of Single (scalar or vector).
// Prints one line a row: the bits of its values, in hexadecimal.
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

if (args.Length != 3)
{
    Console.Error.WriteLine("usage: FreshProcess model.zip rows.idv column");
    return 2;
}
var ml = new MLContext();
ITransformer model = ml.Model.Load(args[0], out _);
IDataView view = model.Transform(ml.Data.LoadFromBinary(args[1]));
DataViewSchema.Column column = view.Schema[args[2]];
using DataViewRowCursor cursor = view.GetRowCursor([column]);
if (column.Type is VectorDataViewType)
{
    ValueGetter<VBuffer<float>> getter = cursor.GetGetter<VBuffer<float>>(column);
    VBuffer<float> values = default;
    while (cursor.MoveNext())
    {
        getter(ref values);
        Console.WriteLine(string.Join(' ', values.DenseValues().Select(Bits)));
    }
}
else
{
    ValueGetter<float> getter = cursor.GetGetter<float>(column);
    float value = 0;
    while (cursor.MoveNext())
    {
        getter(ref value);
        Console.WriteLine(Bits(value));
    }
}
return 0;

static string Bits(float value) => BitConverter.SingleToUInt32Bits(value).ToString("X8", CultureInfo.InvariantCulture);
