namespace Quickstart.Synthetic;

/// <summary>Writes films: a title and a plot of two or three sentences from the words of two themes.</summary>
internal static class FilmWriter
{
    private static readonly string[] s_openings =
    [
        "In {0}, {1} must {2}.",
        "{1} arrives at {0} to {2}.",
        "When everything goes wrong in {0}, {1} has one night to {2}.",
        "Years after leaving {0}, {1} returns to {2}.",
    ];

    private static readonly string[] s_turns =
    [
        "Along the way, {0} offers help and wants to {1}.",
        "But {0} has other plans: to {1}.",
        "Their paths cross with {0}, who came to {1}.",
        "Only {0}, sworn to {1}, knows the truth.",
    ];

    private static readonly string[] s_closings =
    [
        "Nothing will be the same.", "Loyalties are tested to the end.", "A story about what people owe each other.",
        "Told over a single summer.", "Based on a true story.", "The ending divided audiences.",
    ];

    public static SyntheticFilm Write(int id, int circles, bool isNew, Random random)
    {
        int theme = random.Next(Theme.All.Length), second = random.Next(Theme.All.Length);
        var (main, minor) = (Theme.All[theme], Theme.All[second]);
        string title = $"The {Pick(main.Adjectives, random)} {Pick(main.Nouns, random)}" +
            (random.Next(4) == 0 && minor != main ? $" of the {Pick(minor.Nouns, random)}" : "");
        string text = string.Join(' ',
            Capitalize(string.Format(
                Pick(s_openings, random), Pick(main.Places, random), Pick(main.Heroes, random), Pick(main.Deeds, random))),
            string.Format(Pick(s_turns, random), Pick(minor.Heroes, random), Pick(minor.Deeds, random)),
            Pick(s_closings, random));
        // Appeal has a long tail, as in all real data.
        double appeal = 0.9 * Math.Pow(random.NextDouble(), 3) * 3;
        return new SyntheticFilm(id, title, text, theme, second, random.Next(circles), appeal, isNew);
    }

    private static string Capitalize(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    private static string Pick(string[] from, Random random) => from[random.Next(from.Length)];
}
