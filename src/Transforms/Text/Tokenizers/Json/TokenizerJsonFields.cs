using System.Text.Json;
using static HybridRec.MLNet.Files.JsonFields;

namespace HybridRec.MLNet.Text;

/// <summary>Fields that the components of tokenizer.json share, and the refusal of those this library does not have.</summary>
internal static class TokenizerJsonFields
{
    public static int Id(JsonElement value) => value.GetInt32() is >= 0 and int id ? id
        : throw new InvalidDataException($"tokenizer.json is damaged: {value.GetInt32()} is no token id.");

    public static string Type(JsonElement element) =>
        Name(element, "type") ?? throw new InvalidDataException("tokenizer.json is damaged: a component has no \"type\".");

    public static NotSupportedException Refused(string role, string type, string known) => new(
        $"tokenizer.json uses the {role} '{type}', which this library does not have; it knows {known}. " +
        "Use a model with one of these, or tokenize in code: TextTokenizer.FromDelegate.");
}
