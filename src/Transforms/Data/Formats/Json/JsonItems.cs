using System.Text;
using System.Text.Json;

namespace HybridRec.MLNet.Data;

/// <summary>Item texts of JSON files: an object keyed by id, or one object a line.</summary>
internal static class JsonItems
{
    private const string Form =
        "one JSON object keyed by item id, or on each line (or in one array) objects with parent_asin, asin, business_id, item_id or id";
    private static readonly string[] s_ids = ["parent_asin", "asin", "business_id", "item_id", "id"];
    private static readonly string[] s_titles = ["title", "name"];
    private static readonly string[] s_parts = ["brand", "store", "categories", "category", "description", "text"];

    internal static ItemTexts Read(DataFile file, bool skipMalformed)
    {
        using var lines = new LineReader(file);
        bool some = lines.Read();
        while (some && lines.Current.Trim(" \t"u8).IsEmpty)
            some = lines.Read();
        if (!some)
            throw file.Malformed(0, "no item (the file is empty)", Form);
        using (var first = Parse(lines.Current))
        {
            if (JsonArrayObjects.Begins(lines.Current))
                return ReadArray(file, lines, skipMalformed);
            if (first is null
                ? lines.Current.Trim(" \t"u8).SequenceEqual("{"u8) || !EndsObject(lines.Current)
                : IdOf(first.RootElement) is null)
                return ReadObject(file);
        }
        return ReadLines(file, skipMalformed);
    }

    private static ItemTexts ReadArray(DataFile file, LineReader lines, bool skipMalformed)
    {
        var result = new ItemTexts();
        var objects = new JsonArrayObjects(lines);
        while (objects.Read())
            Add(result, file, lines, objects.Current, skipMalformed);
        return result;
    }

    private static bool EndsObject(ReadOnlySpan<byte> line) => line.TrimEnd(" \t"u8) is [.., (byte)'}'];

    private static ItemTexts ReadObject(DataFile file)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(file.ReadAll());
        }
        catch (JsonException e)
        {
            throw file.Malformed((e.LineNumber ?? 0) + 1, $"text that is not JSON ({e.Message.TrimEnd('.')})", Form);
        }
        using (document)
        {
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw file.Malformed(0, $"a JSON {document.RootElement.ValueKind}", Form);
            var result = new ItemTexts();
            foreach (var property in document.RootElement.EnumerateObject())
                AddItem(result, property.Name, property.Value);
            return result;
        }
    }

    private static ItemTexts ReadLines(DataFile file, bool skipMalformed)
    {
        using var lines = new LineReader(file);
        var result = new ItemTexts();
        while (lines.Read())
        {
            if (lines.Current.Trim(" \t"u8).IsEmpty)
                continue;
            Add(result, file, lines, lines.Current, skipMalformed);
        }
        return result;
    }

    private static void Add(ItemTexts result, DataFile file, LineReader lines, ReadOnlySpan<byte> item, bool skipMalformed)
    {
        using var document = Parse(item);
        if (document is not null && IdOf(document.RootElement) is { } id)
            AddItem(result, id, document.RootElement);
        else if (skipMalformed)
            result.SkippedRows++;
        else
            throw file.Malformed(lines.Number, $"'{Encoding.UTF8.GetString(item[..Math.Min(80, item.Length)])}'", Form);
    }

    /// <summary>Null when the line is no object. Amazon's metadata of 2014 are Python literals: tried when it is not JSON.</summary>
    private static JsonDocument? Parse(ReadOnlySpan<byte> line)
    {
        if (TryParse(line.ToArray()) is { } document)
            return document;
        return PythonLiteral.ToJson(line) is { } json ? TryParse(json) : null;

        static JsonDocument? TryParse(byte[] json)
        {
            try
            {
                var document = JsonDocument.Parse(json);
                if (document.RootElement.ValueKind == JsonValueKind.Object)
                    return document;
                document.Dispose();
                return null;
            }
            catch (JsonException)
            {
                return null;
            }
        }
    }

    private static string? IdOf(JsonElement item)
    {
        foreach (string name in s_ids)
        {
            if (item.TryGetProperty(name, out var id) && id.ValueKind is JsonValueKind.String or JsonValueKind.Number
                && id.ToString() is { Length: > 0 } text)
                return text;
        }
        return null;
    }

    private static void AddItem(ItemTexts texts, string id, JsonElement item)
    {
        if (item.ValueKind != JsonValueKind.Object)
        {
            texts.Add(id, "", Flatten(item));
            return;
        }
        string title = First(item, s_titles);
        var parts = s_parts.Select(name => item.TryGetProperty(name, out var part) ? Flatten(part) : "");
        texts.Add(id, title, Sentences.Join([title, .. parts]));
    }

    private static string First(JsonElement item, string[] names) =>
        names.Select(name => item.TryGetProperty(name, out var value) ? Flatten(value) : "").FirstOrDefault(v => v.Length > 0) ?? "";

    /// <summary>Text as it is; lists, also nested ones, with commas.</summary>
    private static string Flatten(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => element.GetString()!.Trim(),
        JsonValueKind.Array => string.Join(", ", element.EnumerateArray().Select(Flatten).Where(t => t.Length > 0).Distinct()),
        JsonValueKind.Number => element.GetRawText(),
        _ => "",
    };
}
