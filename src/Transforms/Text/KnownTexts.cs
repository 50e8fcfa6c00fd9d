using HybridRec.MLNet.Hosting;
using HybridRec.MLNet.Training;
using Microsoft.ML;

namespace HybridRec.MLNet.Text;

/// <summary>Which text each item had at Fit: where a row has none, the vector of a known item is found by its key.</summary>
internal sealed class KnownTexts
{
    private readonly KeyVocabulary _items;
    private readonly UInt128[] _textOf; // by key; 0: none

    private KnownTexts(string column, KeyVocabulary items, UInt128[] textOf) => (Column, _items, _textOf) = (column, items, textOf);

    /// <summary>The item key column.</summary>
    public string Column { get; }

    /// <summary>Reads the first text of every item.</summary>
    public static KnownTexts Read(IDataView view, DataViewSchema.Column text, DataViewSchema.Column item, CancellationToken cancellation)
    {
        var textOf = new UInt128[SchemaColumns.KeyCount(item)];
        using DataViewRowCursor cursor = view.GetRowCursor([text, item]);
        ValueGetter<ReadOnlyMemory<char>> getter = cursor.GetGetter<ReadOnlyMemory<char>>(text);
        Func<int> itemOf = CellReader.Key(cursor, item);
        ReadOnlyMemory<char> value = default;
        while (cursor.MoveNext())
        {
            cancellation.ThrowIfCancellationRequested();
            if (itemOf() is not (>= 0 and var key) || textOf[key] != default)
                continue;
            getter(ref value);
            if (!TextKey.IsBlank(value.Span))
                textOf[key] = TextKey.Of(value.Span);
        }

        return new KnownTexts(item.Name, KeyVocabulary.Of(item), textOf);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static KnownTexts Read(BinaryReader reader)
    {
        string column = reader.ReadString();
        KeyVocabulary items = KeyVocabulary.Read(reader);
        var textOf = new UInt128[EncoderState.CheckedCount(reader, 16)];
        for (int key = 0; key < textOf.Length; key++)
            textOf[key] = EncoderState.ReadHash(reader);
        return new KnownTexts(column, items, textOf);
    }

    /// <summary>The key column of a view; it may have items behind those of Fit, which have no text here.</summary>
    public DataViewSchema.Column Bind(DataViewSchema input)
    {
        DataViewSchema.Column item = SchemaColumns.Require(input, Column, StageNames.LlmEmbedding, ColumnKinds.Key);
        _items.CheckExtendedBy(item, StageNames.LlmEmbedding);
        return item;
    }

    /// <summary>The text of an item; false when it had none.</summary>
    public bool TryGet(int item, out UInt128 text)
    {
        text = (uint)item < (uint)_textOf.Length ? _textOf[item] : default;
        return text != default;
    }

    /// <summary>Writes the texts' hashes.</summary>
    public void Write(BinaryWriter writer)
    {
        writer.Write(Column);
        _items.Write(writer);
        writer.Write(_textOf.Length);
        foreach (UInt128 text in _textOf)
            EncoderState.WriteHash(writer, text);
    }
}
