using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Fusion;

/// <summary>The getter of a fused column over one row or cursor; owns the buffers its inputs are read into.</summary>
internal sealed class Concatenation
{
    private readonly FusionLayout _layout;
    private readonly ValueGetter<float>?[] _scalars;
    private readonly ValueGetter<VBuffer<float>>?[] _vectors;
    private readonly VBuffer<float>[] _buffers;

    public Concatenation(DataViewRow row, DataViewSchema.Column[] columns, FusionLayout layout)
    {
        _layout = layout;
        _scalars = Array.ConvertAll(columns, column => column.Type is VectorDataViewType ? null : row.GetGetter<float>(column));
        _vectors = Array.ConvertAll(columns, column => column.Type is VectorDataViewType ? row.GetGetter<VBuffer<float>>(column) : null);
        _buffers = new VBuffer<float>[columns.Length];
    }

    public ValueGetter<VBuffer<float>> Getter => Get;

    private void Get(ref VBuffer<float> destination)
    {
        VBufferEditor<float> editor = VBufferEditor.Create(ref destination, _layout.Dimension);
        for (int i = 0; i < _buffers.Length; i++)
        {
            FusionPart part = _layout.Parts[i];
            Span<float> slots = editor.Values.Slice(part.Offset, part.Dimension);
            if (_scalars[i] is { } scalar)
            {
                scalar(ref slots[0]);
                continue;
            }
            _vectors[i]!(ref _buffers[i]);
            Copy(in _buffers[i], slots, part);
        }
        destination = editor.Commit();
    }

    private static void Copy(in VBuffer<float> source, Span<float> slots, FusionPart part)
    {
        if (source.Length == slots.Length)
            source.CopyTo(slots);
        else if (source.Length == 0) // what ML.NET's MapValue gives for a key it does not have, in a column of a fixed size
            slots.Clear();
        else
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture,
                $"Fuse: column '{part.Column}' promised {part.Dimension} slots and delivered {source.Length}; the stage that makes it is " +
                $"at fault."));
    }
}
