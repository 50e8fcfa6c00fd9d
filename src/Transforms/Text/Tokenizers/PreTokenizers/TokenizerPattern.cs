using System.Text.RegularExpressions;

namespace HybridRec.MLNet.Text;

/// <summary>
/// A regular expression out of tokenizer.json. It comes from outside, so a match has a time limit: some patterns take exponential time.
/// </summary>
internal sealed class TokenizerPattern(string pattern, bool compiled = false)
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(5);

    private readonly Regex _regex = new(
        pattern, RegexOptions.CultureInvariant | (compiled ? RegexOptions.Compiled : RegexOptions.None), s_limit);

    /// <exception cref="InvalidDataException">The pattern is too slow.</exception>
    public IReadOnlyList<Match> Matches(string text) =>
        Limited<IReadOnlyList<Match>>(text, () => [.. (IEnumerable<Match>)_regex.Matches(text)]);

    /// <exception cref="InvalidDataException">The pattern is too slow.</exception>
    public string Replace(string text, string replacement) => Limited(text, () => _regex.Replace(text, _ => replacement));

    private T Limited<T>(string text, Func<T> match)
    {
        try
        {
            return match();
        }
        catch (RegexMatchTimeoutException e)
        {
            throw new InvalidDataException(
                $"The pattern '{pattern}' of tokenizer.json took more than {s_limit.TotalSeconds} s on a text of {text.Length} " +
                "characters. Fetch the file again, or tokenize in code: TextTokenizer.FromDelegate.", e);
        }
    }
}
