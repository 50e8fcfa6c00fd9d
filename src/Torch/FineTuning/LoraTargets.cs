using System.Text.RegularExpressions;
using HybridRec.MLNet.Text;
using HybridRec.MLNet.Training;

namespace HybridRec.MLNet.Torch;

/// <summary>
/// Which linear modules an adapter goes beside, and which modules it has whole: PEFT's rules for target_modules and modules_to_save.
/// </summary>
internal static class LoraTargets
{
    public const string All = "all-linear";

    private const string Pattern = "TargetPattern";

    private static readonly OptionCheck s_check = new("LoraTuning");

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);

    /// <summary>The suffixes that are meant when nothing is said: queries and values.</summary>
    public static IReadOnlyList<string> Usual(TransformerModel model) =>
        model.Config.Family == TransformerFamily.Bert ? ["query", "value"] : ["q_proj", "v_proj"];

    /// <exception cref="ArgumentOutOfRangeException">Nothing matches, or the pattern is no regular expression.</exception>
    public static IReadOnlyList<string> Select(TransformerModel model, IReadOnlyList<string>? modules, string? pattern)
    {
        string[] found = pattern == All ? [.. model.LinearModules] : pattern is not null
            ? [.. model.LinearModules.Where(m => Matches(m, pattern))]
            : [.. model.LinearModules.Where(m => (modules ?? Usual(model)).Any(t => Names(t, m)))];
        if (found.Length > 0)
            return found;
        string known = string.Join(", ", model.LinearModules.Where(m => m.Contains(".0.", StringComparison.Ordinal)));
        throw pattern is null
            ? s_check.Refusal(
                "TargetModules", string.Join(", ", modules ?? Usual(model)), $"of names of linear modules; a layer has {known}")
            : s_check.Refusal(Pattern, $"'{pattern}', which matches no linear module", $"a pattern of whole names; a layer has {known}");
    }

    /// <summary>The weights, without the model's prefix, of modules that are named.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A name fits no module that takes part in a text's vector.</exception>
    public static IReadOnlyList<string> Whole(TransformerModel model, IReadOnlyList<string> modules)
    {
        string[] all = [.. model.Weights.Names.Where(n => n.StartsWith(model.Prefix, StringComparison.Ordinal))
            .Select(n => n[model.Prefix.Length..]).Order(StringComparer.Ordinal)];
        // Heads: no vector depends on them.
        all = [.. all.Where(n => !n.StartsWith("pooler.", StringComparison.Ordinal) && !n.StartsWith(
            "cls.", StringComparison.Ordinal) && !n.StartsWith("lm_head.", StringComparison.Ordinal))];
        string[] unknown = [.. modules.Where(t => !Array.Exists(all, n => Names(t, ModuleOf(n))))];
        if (unknown.Length == 0)
            return [.. all.Where(n => modules.Any(t => Names(t, ModuleOf(n))))];
        var known = all.Select(ModuleOf).Distinct()
            .Where(m => !m.Contains(".layer", StringComparison.Ordinal) || m.Contains(".0.", StringComparison.Ordinal));
        throw s_check.Refusal(
            "ModulesToSave", string.Join(", ", unknown.Select(n => $"'{n}'")),
            $"of names of modules; there are {string.Join(", ", known)}");
    }

    /// <summary>The module of a weight: its name without <c>.weight</c> or <c>.bias</c>.</summary>
    public static string ModuleOf(string weight) => weight[..Math.Max(0, weight.LastIndexOf('.'))];

    private static bool Names(string name, string module) => module == name || module.EndsWith("." + name, StringComparison.Ordinal);

    private static bool Matches(string module, string pattern)
    {
        try
        {
            return Regex.IsMatch(module, $@"\A(?:{pattern})\z", RegexOptions.CultureInvariant, s_patience);
        }
        catch (Exception e) when (e is RegexParseException or RegexMatchTimeoutException)
        {
            throw s_check.Refusal(Pattern, $"'{pattern}' ({e.Message})", "a regular expression");
        }
    }
}
