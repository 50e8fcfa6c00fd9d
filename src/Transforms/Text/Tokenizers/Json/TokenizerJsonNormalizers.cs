using System.Text;
using System.Text.Json;
using static HybridRec.MLNet.Files.JsonFields;
using static HybridRec.MLNet.Text.TokenizerJsonFields;

namespace HybridRec.MLNet.Text;

/// <summary>The "normalizer" of tokenizer.json.</summary>
internal static class TokenizerJsonNormalizers
{
    private const string Known =
        "Sequence, BertNormalizer, Lowercase, StripAccents, Strip, Replace, Prepend, Precompiled, NFC, NFD, NFKC, NFKD";

    public static INormalizer Create(JsonElement element) => Type(element) switch
    {
        "Sequence" => new NormalizerSequence([.. element.GetProperty("normalizers").EnumerateArray().Select(Create)]),
        "BertNormalizer" => Bert(element),
        "Lowercase" => new LowercaseNormalizer(),
        "StripAccents" => new StripAccentsNormalizer(),
        "Strip" => new StripNormalizer(Flag(element, "strip_left", true), Flag(element, "strip_right", true)),
        "Replace" => Replace(element),
        "Prepend" => new PrependNormalizer(Name(element, "prepend") ?? ""),
        "Precompiled" => new PrecompiledNormalizer(Convert.FromBase64String(Name(element, "precompiled_charsmap") ?? "")),
        "NFC" => new UnicodeFormNormalizer(NormalizationForm.FormC),
        "NFD" => new UnicodeFormNormalizer(NormalizationForm.FormD),
        "NFKC" => new UnicodeFormNormalizer(NormalizationForm.FormKC),
        "NFKD" => new UnicodeFormNormalizer(NormalizationForm.FormKD),
        string other => throw Refused("normalizer", other, Known),
    };

    private static BertNormalizer Bert(JsonElement element)
    {
        bool lowercase = Flag(element, "lowercase", true);
        // strip_accents null means: as lowercase.
        return new BertNormalizer(Flag(element, "clean_text", true), Flag(element, "handle_chinese_chars", true),
            Flag(element, "strip_accents", lowercase), lowercase);
    }

    private static ReplaceNormalizer Replace(JsonElement element)
    {
        (string pattern, bool regex) = Pattern(element);
        return new ReplaceNormalizer(pattern, regex, Name(element, "content") ?? "");
    }

    internal static (string Pattern, bool IsRegex) Pattern(JsonElement element)
    {
        var pattern = element.GetProperty("pattern");
        if (Name(pattern, "String") is { Length: > 0 } text)
            return (text, false);
        return Name(pattern, "Regex") is { Length: > 0 } regex
            ? (regex, true)
            : throw new InvalidDataException("tokenizer.json is damaged: a pattern is neither a String nor a Regex.");
    }
}
