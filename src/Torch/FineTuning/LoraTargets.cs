using System.Text.RegularExpressions;
using HybridRec.MLNet.Text;

namespace HybridRec.MLNet.Torch;

/// <summary>Which linear modules an adapter goes beside, and which modules it has whole: PEFT's rules for target_modules and modules_to_save.</summary>
internal static class LoraTargets
{
    public const string All = "all-linear";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);

    /// <summary>The suffixes that are meant when nothing is said: queries and values.</summary>
    public static IReadOnlyList<string> Usual(TransformerModel model) => model.Config.Family == TransformerFamily.Bert ? ["query", "value"] : ["q_proj", "v_proj"];

    /// <exception cref="ArgumentException">Nothing matches, or the pattern is no regular expression.</exception>
    public static IReadOnlyList<string> Select(TransformerModel model, IReadOnlyList<string>? modules, string? pattern)
    {
        string[] found = pattern == All ? [.. model.LinearModules] : pattern is not null
            ? [.. model.LinearModules.Where(m => Matches(m, pattern))]
            : [.. model.LinearModules.Where(m => (modules ?? Usual(model)).Any(t => Names(t, m)))];
        return found.Length > 0 ? found : throw new ArgumentException(
            $"No linear module is named by {(pattern is not null ? $"the pattern '{pattern}'" : $"TargetModules ({string.Join(", ", modules ?? Usual(model))})")}; " +
            $"the modules of a layer are: {string.Join(", ", model.LinearModules.Where(m => m.Contains(".0.", StringComparison.Ordinal)))}.");
    }

    /// <summary>The weights, without the model's prefix, of modules that are named.</summary>
    /// <exception cref="ArgumentException">A name fits no module that takes part in a text's vector.</exception>
    public static IReadOnlyList<string> Whole(TransformerModel model, IReadOnlyList<string> modules)
    {
        string[] all = [.. model.Weights.Names.Where(n => n.StartsWith(model.Prefix, StringComparison.Ordinal)).Select(n => n[model.Prefix.Length..]).Order(StringComparer.Ordinal)];
        // Heads: no vector depends on them.
        all = [.. all.Where(n => !n.StartsWith("pooler.", StringComparison.Ordinal) && !n.StartsWith("cls.", StringComparison.Ordinal) && !n.StartsWith("lm_head.", StringComparison.Ordinal))];
        string[] unknown = [.. modules.Where(t => !Array.Exists(all, n => Names(t, ModuleOf(n))))];
        return unknown.Length == 0
            ? [.. all.Where(n => modules.Any(t => Names(t, ModuleOf(n))))]
            : throw new ArgumentException($"No module is named {string.Join(" or ", unknown.Select(n => $"'{n}'"))}; there are: " +
                $"{string.Join(", ", all.Select(ModuleOf).Distinct().Where(m => !m.Contains(".layer", StringComparison.Ordinal) || m.Contains(".0.", StringComparison.Ordinal)))}.");
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
            throw new ArgumentException($"TargetPattern '{pattern}' cannot be used as a regular expression: {e.Message}", e);
        }
    }
}
