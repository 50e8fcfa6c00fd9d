using System.Text.Json;
using System.Text.Json.Serialization;

namespace HybridRec.MLNet.Serving;

/// <summary>
/// Writes an answer as an object: by itself System.Text.Json would write what can be enumerated as an array, and lose the source.
/// </summary>
internal sealed class ResultJson : JsonConverter<RecommendationResult>
{
    /// <inheritdoc/>
    public override RecommendationResult Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        Body body = JsonSerializer.Deserialize<Body>(ref reader, options) ?? throw new JsonException("There is no answer.");
        return new RecommendationResult(body.Items ?? [], body.Source, body.Version ?? "")
        {
            IsExact = body.IsExact,
            Categories = body.Categories ?? [],
            UnknownItems = body.UnknownItems ?? [],
            Note = body.Note,
        };
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, RecommendationResult value, JsonSerializerOptions options)
    {
        var body = new Body(
            value.Items, value.Source, value.Version, value.IsExact, value.Categories, value.UnknownItems, value.Note);
        JsonSerializer.Serialize(writer, body, options);
    }

    private sealed record Body(
        IReadOnlyList<Recommendation>? Items, RecommendationSource Source, string? Version, bool IsExact,
        IReadOnlyList<IReadOnlyList<string>>? Categories, IReadOnlyList<string>? UnknownItems, string? Note);
}
