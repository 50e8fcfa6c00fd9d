using System.Text.Json;
using static HybridRec.MLNet.Files.JsonFields;
using static HybridRec.MLNet.Text.TokenizerJsonFields;

namespace HybridRec.MLNet.Text;

/// <summary>The "post_processor" of tokenizer.json, for one text: the tokens before and after it.</summary>
internal static class PostProcessors
{
    public static SpecialTokens Create(JsonElement element, Func<string, int> id)
    {
        switch (Type(element))
        {
            case "TemplateProcessing":
                return Template(element, id);
            case "BertProcessing" or "RobertaProcessing":
                return new SpecialTokens([Id(element.GetProperty("cls")[1])], [Id(element.GetProperty("sep")[1])]);
            case "ByteLevel":
                return new SpecialTokens([], []); // trims offsets, adds nothing
            case "Sequence":
                var all = new SpecialTokens([], []);
                foreach (var step in element.GetProperty("processors").EnumerateArray())
                {
                    var inner = Create(step, id);
                    all = new SpecialTokens([.. inner.Before, .. all.Before], [.. all.After, .. inner.After]);
                }
                return all;
            default:
                throw Refused(
                    "post-processor", Type(element), "TemplateProcessing, BertProcessing, RobertaProcessing, ByteLevel, Sequence");
        }
    }

    private static SpecialTokens Template(JsonElement template, Func<string, int> id)
    {
        List<int> before = [], after = [];
        bool seen = false;
        foreach (var step in template.GetProperty("single").EnumerateArray())
        {
            if (step.TryGetProperty("Sequence", out _))
            {
                seen = true;
                continue;
            }
            string name = Name(step.GetProperty("SpecialToken"), "id")!;
            int[] ids = template.GetProperty("special_tokens").TryGetProperty(name, out var token)
                ? [.. token.GetProperty("ids").EnumerateArray().Select(Id)]
                : id(name) is >= 0 and int found ? [found]
                : throw new InvalidDataException(
                    $"tokenizer.json is damaged: its template names the token '{name}', which it does not define.");
            (seen ? after : before).AddRange(ids);
        }
        return new SpecialTokens([.. before], [.. after]);
    }
}
