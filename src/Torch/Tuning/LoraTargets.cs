using System.Text.RegularExpressions;
using HybridRec.MLNet.Text;

namespace HybridRec.MLNet.Torch;

/// <summary>Which linear modules an adapter goes beside: PEFT's rules for target_modules.</summary>
internal static class LoraTargets
{
    public const string All = "all-linear";

    static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);

    /// <summary>The suffixes that are meant when nothing is said: queries and values.</summary>
    public static IReadOnlyList<string> Usual(TransformerModel model) => model.Config.Family == TransformerFamily.Bert ? ["query", "value"] : ["q_proj", "v_proj"];

    /// <exception cref="ArgumentException">Nothing matches, or the pattern is no regular expression.</exception>
    public static IReadOnlyList<string> Select(TransformerModel model, IReadOnlyList<string>? modules, string? pattern)
    {
        string[] found = pattern == All ? [.. model.LinearModules] : pattern is not null
            ? [.. model.LinearModules.Where(m => Matches(m, pattern))]
            : [.. model.LinearModules.Where(m => (modules ?? Usual(model)).Any(t => m == t || m.EndsWith("." + t, StringComparison.Ordinal)))];
        return found.Length > 0 ? found : throw new ArgumentException(
            $"No linear module is named by {(pattern is not null ? $"the pattern '{pattern}'" : $"TargetModules ({string.Join(", ", modules ?? Usual(model))})")}; " +
            $"the modules of a layer are: {string.Join(", ", model.LinearModules.Where(m => m.Contains(".0.", StringComparison.Ordinal)))}.");
    }

    static bool Matches(string module, string pattern)
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
