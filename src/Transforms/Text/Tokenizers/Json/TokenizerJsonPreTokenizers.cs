using System.Text.Json;
using System.Text.RegularExpressions;
using static HybridRec.MLNet.Files.JsonFields;
using static HybridRec.MLNet.Text.TokenizerJsonFields;

namespace HybridRec.MLNet.Text;

/// <summary>The "pre_tokenizer" of tokenizer.json.</summary>
internal static class TokenizerJsonPreTokenizers
{
    private const string Known =
        "Sequence, BertPreTokenizer, Whitespace, WhitespaceSplit, Metaspace, ByteLevel, Punctuation, Digits, Split";
    private const string Punctuation = @"[\p{P}$+<=>^`|~]";

    public static IPreTokenizer Create(JsonElement element) => Type(element) switch
    {
        "Sequence" => new PreTokenizerSequence([.. element.GetProperty("pretokenizers").EnumerateArray().Select(Create)]),
        "BertPreTokenizer" => new BertPreTokenizer(),
        "Whitespace" => new SplitPreTokenizer(@"\w+|[^\w\s]+", SplitBehavior.Removed, invert: true),
        "WhitespaceSplit" => new WhitespaceSplitPreTokenizer(),
        "Metaspace" => Metaspace(element),
        "ByteLevel" => new ByteLevelPreTokenizer(Flag(element, "add_prefix_space", true), Flag(element, "use_regex", true)),
        "Punctuation" => new SplitPreTokenizer(Punctuation, Behavior(element), invert: false),
        "Digits" => new SplitPreTokenizer(Flag(element, "individual_digits") ? @"\p{N}" : @"\p{N}+", SplitBehavior.Isolated, invert: false),
        "Split" => Split(element),
        string other => throw Refused("pre-tokenizer", other, Known),
    };

    private static MetaspacePreTokenizer Metaspace(JsonElement element)
    {
        string replacement = Name(element, "replacement") ?? "\u2581";
        string scheme = Name(element, "prepend_scheme") ?? (Flag(element, "add_prefix_space", true) ? "always" : "never");
        if (replacement.Length != 1)
            throw Refused("Metaspace replacement", replacement, "a single character");
        // "first" differs from "always" only behind a special token inside the text, where an item's text has none.
        return new MetaspacePreTokenizer(replacement[0], prepend: scheme != "never", split: Flag(element, "split", true));
    }

    private static SplitPreTokenizer Split(JsonElement element)
    {
        (string pattern, bool regex) = TokenizerJsonNormalizers.Pattern(element);
        return new SplitPreTokenizer(regex ? pattern : Regex.Escape(pattern), Behavior(element), Flag(element, "invert"));
    }

    private static SplitBehavior Behavior(JsonElement element)
    {
        string name = Name(element, "behavior") ?? "Isolated";
        return Enum.TryParse<SplitBehavior>(name, out var behavior) ? behavior
            : throw Refused("split behavior", name, string.Join(", ", Enum.GetNames<SplitBehavior>()));
    }
}
