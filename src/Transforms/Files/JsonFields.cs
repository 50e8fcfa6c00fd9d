using System.Text.Json;

namespace HybridRec.MLNet.Files;

/// <summary>Fields of a JSON object that may be missing or null.</summary>
internal static class JsonFields
{
    public static bool Present(JsonElement element, string name, out JsonElement value) =>
        element.TryGetProperty(name, out value) && value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined);

    public static bool Flag(JsonElement element, string name, bool missing = false) =>
        Present(element, name, out var value) ? value.GetBoolean() : missing;

    public static string? Name(JsonElement element, string name) => Present(element, name, out var value) ? value.GetString() : null;
}
