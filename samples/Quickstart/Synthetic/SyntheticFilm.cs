namespace Quickstart.Synthetic;

/// <summary>A generated film and the part of it that only the planted truth knows.</summary>
/// <param name="Id">Item id, counted from 1.</param>
/// <param name="Title">Title made of the theme's words.</param>
/// <param name="Text">Plot summary: all that a text encoder sees.</param>
/// <param name="Theme">Index of the main theme; readable from the text.</param>
/// <param name="SecondTheme">Index of the minor theme; readable from the text.</param>
/// <param name="Circle">The audience circle the film circulates in: in no text, visible only in who watches what.</param>
/// <param name="Appeal">General popularity, in the units of affinity.</param>
/// <param name="IsNew">Nobody has watched it yet: a cold item.</param>
internal sealed record SyntheticFilm(
    int Id, string Title, string Text, int Theme, int SecondTheme, int Circle, double Appeal, bool IsNew);
