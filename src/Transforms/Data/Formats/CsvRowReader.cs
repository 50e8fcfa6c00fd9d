using System.Buffers.Text;

namespace HybridRec.MLNet.Data;

/// <summary>Interactions of a delimited file under a header.</summary>
internal sealed class CsvRowReader : RowReader
{
    private const string Skip = "; skipMalformed: true leaves such rows out";
    private readonly CsvRowForm _form;
    private readonly CsvRecord _record;
    private readonly TimeField _time = new();
    private bool _started;
    private int _user;
    private int _item;

    internal CsvRowReader(DataFile file, CsvRowForm form, bool skipMalformed) : base(file, skipMalformed)
    {
        _form = form;
        _record = new(form.Layout.Separator);
    }

    /// <summary>The user's id, where ids are numbers.</summary>
    internal int User => _user;

    /// <summary>The item's id, where ids are numbers.</summary>
    internal int Item => _item;

    internal float Label { get; private set; } = 1;

    internal long Timestamp { get; private set; }

    /// <summary>The bytes of a field of the current row.</summary>
    internal ReadOnlySpan<byte> Bytes(int position) => _record[position];

    /// <summary>The text of a field of the current row.</summary>
    internal string Text(int position) => FieldText.Decode(_record[position]);

    /// <summary>The number in a field of the current row; NaN where it is empty.</summary>
    internal float Number(int position) => Utf8Numbers.TryLabel(_record[position], out float number) ? number : float.NaN;

    /// <summary>Whether a field is a whole number from 0 to 2147483646, written in its shortest way.</summary>
    internal static bool IsNumber(ReadOnlySpan<byte> field) =>
        Utf8Numbers.TryId(field, out _) && field[0] is >= (byte)'0' and <= (byte)'9' && (field.Length == 1 || field[0] != (byte)'0');

    protected override RowOutcome ReadRow()
    {
        if (!_started)
        {
            _started = true;
            if (NextLine() && _record.Parse(Lines) is { } wrong)
                throw File.Malformed(1, wrong, "a header line of column names");
        }
        if (!NextLine())
            return RowOutcome.End;
        if (_record.Parse(Lines) is { } problem)
            return Malformed(_record.FirstLine, problem, "a record with every quoted field closed, and quotes inside it doubled");
        int fields = _form.Layout.Header.Length;
        return _record.Count == fields
            ? Check()
            : Malformed(_record.FirstLine, $"{_record.Count} fields", $"{fields} fields, as in the header{Skip}");
    }

    private RowOutcome Check()
    {
        if (Id(_form.User, _form.NumberedUsers, ref _user) is { } user)
            return Wrong(_form.User, user);
        if (Id(_form.Item, _form.NumberedItems, ref _item) is { } item)
            return Wrong(_form.Item, item);
        if (_form.Label >= 0)
        {
            if (!TryLabel(_record[_form.Label], out float label))
                return Wrong(_form.Label, "a finite number with a decimal point, or true or false");
            Label = label;
        }
        if (_form.Timestamp >= 0)
        {
            if (!_time.TryRead(_record[_form.Timestamp], out long time))
                return Wrong(_form.Timestamp, TimeField.Allowed);
            Timestamp = time;
        }
        return RowOutcome.Row;
    }

    private static bool TryLabel(ReadOnlySpan<byte> field, out float label)
    {
        if (Utf8Numbers.TryLabel(field, out label))
            return true;
        bool known = Utf8Parser.TryParse(field, out bool yes, out int used) && used == field.Length;
        label = yes ? 1 : 0;
        return known;
    }

    /// <summary>Null, or what an id has to be where it is something else.</summary>
    private string? Id(int position, bool numbered, ref int id)
    {
        var field = _record[position];
        if (!numbered)
            return field.IsEmpty ? "an id that is not empty" : null;
        return Utf8Numbers.TryId(field, out id) ? null : $"{AllowedId} (NumberedIds: false takes ids as text)";
    }

    private RowOutcome Wrong(int position, string allowed) => Malformed(
        _record.FirstLine, $"{Quote(_record[position])} in column '{_form.Layout.Header[position]}'", allowed + Skip);
}
