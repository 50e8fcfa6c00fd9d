using System.Text;
using System.Text.Json;

namespace HybridRec.MLNet.Data;

/// <summary>
/// Reviews as JSON lines, one object a line (Python notation as well), or as one JSON array of objects; other properties are passed
/// over. Texts are decoded only when a column asks for them.
/// </summary>
internal sealed class ReviewJsonReader : RowReader
{
    private enum Field { User, Item, Label, Seconds, Milliseconds, Date, Summary, Text }

    private const string AllowedLine = "one JSON object on each line, or one array of objects";
    private readonly ReviewFields _fields;
    private readonly (byte[] Name, Field Field, int Rank)[] _names;
    private readonly int[] _ranks = new int[8];
    private readonly Range[] _values = new Range[8];
    private readonly JsonTokenType[] _types = new JsonTokenType[8];
    private readonly TimeField _date = new();
    private JsonArrayObjects? _array;
    private byte[]? _translated;
    private bool _started;

    internal ReviewJsonReader(DataFile file, bool skipMalformed, ReviewFields fields) : base(file, skipMalformed)
    {
        _fields = fields;
        string[][] all =
        [
            fields.User, fields.Item, fields.Label, fields.Seconds, fields.Milliseconds, fields.Date, fields.Summary, fields.Text
        ];
        _names = [.. all.SelectMany((names, field) => names.Select((name, rank) => (Encoding.UTF8.GetBytes(name), (Field)field, rank)))];
    }

    internal string User => Decode(Field.User);

    internal string Item => Decode(Field.Item);

    internal float Label { get; private set; }

    internal long Timestamp { get; private set; }

    /// <summary>Headline and text of the review, each on a line of its own; either alone where the other is missing.</summary>
    internal string ReviewText
    {
        get
        {
            string summary = Decode(Field.Summary);
            string text = Decode(Field.Text);
            return summary.Length == 0 ? text : text.Length == 0 ? summary : $"{summary}\n{text}";
        }
    }

    protected override RowOutcome ReadRow()
    {
        _translated = null;
        if (!NextObject())
            return RowOutcome.End;
        string? problem = Problem();
        if (problem is not null && PythonLiteral.ToJson(Current) is { } json)
        {
            _translated = json;
            if (Problem() is null)
                return Check();
            _translated = null;
        }
        return problem is null ? Check() : Malformed($"{Quote(Current)}{problem}", AllowedLine);
    }

    /// <summary>The object of the current row.</summary>
    private ReadOnlySpan<byte> Current => _translated ?? (_array is null ? Lines.Current : _array.Current);

    private bool NextObject()
    {
        if (_array is not null)
            return _array.Read();
        if (!NextLine())
            return false;
        if (_started || !JsonArrayObjects.Begins(Lines.Current))
        {
            _started = true;
            return true;
        }
        _array = new(Lines);
        return _array.Read();
    }

    /// <summary>Null, or what is wrong with the current object.</summary>
    private string? Problem()
    {
        try
        {
            return Scan(Current) ? null : "";
        }
        catch (JsonException e)
        {
            return $" ({e.Message.TrimEnd('.')})";
        }
    }

    private bool Scan(ReadOnlySpan<byte> line)
    {
        Array.Fill(_ranks, -1);
        var json = new Utf8JsonReader(line);
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
            return false;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var (field, rank) = Find(ref json);
            json.Read();
            int start = (int)json.TokenStartIndex;
            var type = json.TokenType;
            json.Skip();
            if (rank < 0 || rank < _ranks[(int)field] || type == JsonTokenType.Null)
                continue;
            _ranks[(int)field] = rank;
            _values[(int)field] = start..(int)json.BytesConsumed;
            _types[(int)field] = type;
        }
        // Whatever stands behind the object makes the reader throw.
        return json.TokenType == JsonTokenType.EndObject && !json.Read();
    }

    private (Field Field, int Rank) Find(ref Utf8JsonReader json)
    {
        foreach (var (name, field, rank) in _names)
        {
            if (json.ValueTextEquals(name))
                return (field, rank);
        }
        return (default, -1);
    }

    private RowOutcome Check()
    {
        if (!IsId(Field.User))
            return Malformed(Describe(Field.User, _fields.User), $"a user id in {Or(_fields.User)}, a text that is not empty");
        if (!IsId(Field.Item))
            return Malformed(Describe(Field.Item, _fields.Item), $"an item id in {Or(_fields.Item)}, a text that is not empty");
        if (!Utf8Numbers.TryLabel(Number(Field.Label), out float label))
            return Malformed(Describe(Field.Label, _fields.Label), $"a finite number in {Or(_fields.Label)}");
        if (!TryTime(out long time))
        {
            string[] names = [.. _fields.Seconds, .. _fields.Milliseconds, .. _fields.Date];
            var given = _ranks[(int)Field.Seconds] >= 0
                ? Field.Seconds
                : _ranks[(int)Field.Milliseconds] >= 0 ? Field.Milliseconds : Field.Date;
            return Malformed(Describe(given, names), $"a time in {Or(names)} (whole seconds, milliseconds, or yyyy-MM-dd HH:mm:ss)");
        }
        (Label, Timestamp) = (label, time);
        return RowOutcome.Row;
    }

    private bool TryTime(out long seconds)
    {
        if (Utf8Numbers.TrySeconds(Number(Field.Seconds), out seconds))
            return true;
        if (Utf8Numbers.TrySeconds(Number(Field.Milliseconds), out long milliseconds))
        {
            seconds = Math.DivRem(milliseconds, 1000, out long rest) - (rest < 0 ? 1 : 0);
            return true;
        }
        return _date.TryRead(Encoding.UTF8.GetBytes(Decode(Field.Date)), out seconds);
    }

    private bool IsId(Field field) => _ranks[(int)field] >= 0 && _types[(int)field] is JsonTokenType.String && Value(field).Length > 2;

    /// <summary>The digits of a number, also where a file has put it in quotes; empty when it is neither.</summary>
    private ReadOnlySpan<byte> Number(Field field) => _ranks[(int)field] < 0 ? default : _types[(int)field] switch
    {
        JsonTokenType.Number => Value(field),
        JsonTokenType.String => Value(field)[1..^1],
        _ => default,
    };

    private ReadOnlySpan<byte> Value(Field field) => Current[_values[(int)field]];

    private string Decode(Field field)
    {
        if (_ranks[(int)field] < 0 || _types[(int)field] != JsonTokenType.String)
            return "";
        var json = new Utf8JsonReader(Value(field));
        json.Read();
        try
        {
            return json.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair or bytes that are not UTF-8: the text is kept as it stands, damaged letters replaced.
            return Encoding.UTF8.GetString(Value(field)[1..^1]);
        }
    }

    private string Describe(Field field, string[] names) =>
        _ranks[(int)field] < 0
            ? $"no {Or(names)} in {Quote(Current)}"
            : $"{names[Math.Min(_ranks[(int)field], names.Length - 1)]} {Quote(Value(field))}";

    private static string Or(string[] names) => string.Join(" or ", names);
}
