using System.Text.Json;

namespace HybridRec.MLNet.Samples.Tests;

/// <summary>
/// The page in a browser: a person picks films and sees what to watch next, and why. With HYBRIDREC_SCREENSHOTS set to a folder, pictures
/// are left there to be looked at.
/// </summary>
public sealed class MoviePageTests(ServedMovies movies)
{
    private const string Recommended = "document.querySelectorAll('#recommended li').length";

    [Theory]
    [InlineData(1280, 900, "wide")]
    [InlineData(390, 844, "narrow")]
    public async Task Page_PickingFilms_ShowsRecommendationsWithReasons(int width, int height, string name)
    {
        await using Chromium page = await Browser(width, height);
        await page.Open(movies.Shared.Address);
        await page.Until(
            "document.querySelectorAll('#films button').length === 10 && document.querySelectorAll('#genre option').length === 11");
        await Picture(page, $"{name}-empty");

        await page.Evaluate("document.querySelector('#films button').click()");
        await page.Until($"{Recommended} === 10");
        await page.Evaluate("document.querySelectorAll('#films button')[2].click()");
        await page.Until("document.querySelectorAll('#liked button').length === 2");
        // Every pick explains something.
        await page.Until("[...document.querySelectorAll('#liked button')].every(chip => " +
            "[...document.querySelectorAll('.why')].some(why => why.innerText.includes(chip.innerText.split(' (')[0])))");
        string[] liked = await Texts(page, "#liked button");
        Assert.All((await Texts(page, ".why")).Where(why => why.Length > 0), why =>
            Assert.Contains(liked, film => why.StartsWith("Because you liked ", StringComparison.Ordinal) && why.Contains(
                film[..film.LastIndexOf(" (", StringComparison.Ordinal)], StringComparison.Ordinal)));
        Assert.True(
            (await page.Evaluate("document.documentElement.scrollWidth <= innerWidth")).GetBoolean(), "the page is wider than the window");
        Assert.All(
            (await Texts(page, ".why")).Where(why => why.Length > 0), why => Assert.Matches(@"\((viewers|plot|viewers and plot)\)", why));
        Assert.True(
            (await page.Evaluate("liked.offsetHeight < 80 && liked.scrollWidth <= liked.clientWidth")).GetBoolean(),
            "the picks take more than two lines, or are cut off");
        Assert.True(
            (await page.Evaluate("document.querySelector('#recommended li').getBoundingClientRect().top < 360")).GetBoolean(),
            "the first result is far down");
        await Picture(page, $"{name}-picked");
        await page.PreferDark(true);
        await Picture(page, $"{name}-picked-dark");
        await page.PreferDark(false);

        string[] ten = await Texts(page, "#recommended h3");
        await page.Evaluate("document.querySelector('#more button').click()");
        await page.Until($"{Recommended} === 20");
        Assert.Equal(ten, (await Texts(page, "#recommended h3"))[..10]);
        await page.Evaluate("document.querySelectorAll('#liked button')[1].click()"); // another list begins with ten
        await page.Until($"{Recommended} === 10 && document.querySelectorAll('#liked button').length === 1");

        string first = (await Texts(page, "#recommended h3"))[0];
        await page.Evaluate("document.querySelector('#recommended button').click()");
        await page.Until(
            $"{Recommended} === 10 && document.querySelector('#recommended h3').innerText !== {JsonSerializer.Serialize(first)}");
        Assert.DoesNotContain(first, await Texts(page, "#recommended h3"));
        await page.Evaluate("document.querySelector('#again button').click()");
        await page.Until($"document.querySelector('#recommended h3')?.innerText === {JsonSerializer.Serialize(first)} && " +
            "document.querySelector('#again').hidden");

        await page.Evaluate("genre.value = 'Horror'; genre.dispatchEvent(new Event('change'))");
        await page.Until($"{Recommended} > 0 && [...document.querySelectorAll('#recommended .genres')].every(genres => " +
            "genres.innerText.includes('Horror'))");
        string[] before = await Texts(page, "#recommended h3");

        // The address holds what was picked: another visit shows the same list.
        await page.Evaluate("window.earlier = true; location.reload()");
        await page.Until($"!window.earlier && {Recommended} === {before.Length}");
        Assert.Equal(before, await Texts(page, "#recommended h3"));
        Assert.Equal("Horror", (await page.Evaluate("genre.value")).GetString());
        Assert.Empty(page.Errors);
    }

    [Fact]
    public async Task Page_NoFilmOfThatTitle_SaysSo()
    {
        await using Chromium page = await Browser(1280, 900);
        await ShowFilms(page);
        await page.Evaluate("title.value = '<b>no such film</b>'; title.dispatchEvent(new Event('input'))");
        await page.Until("document.querySelector('#films').innerText.startsWith('No film')");
        Assert.Empty(page.Errors);
    }

    [Fact]
    public async Task Page_KeyboardAlone_PicksAndPutsAside()
    {
        await using Chromium page = await Browser(1280, 900);
        await ShowFilms(page);
        await page.Evaluate("title.focus()");
        await page.Press("Tab", 9);
        string name = (await page.Evaluate("document.activeElement.getAttribute('aria-label')")).GetString()!;
        Assert.StartsWith("Pick ", name, StringComparison.Ordinal);
        await page.Press("Enter", 13);
        await page.Until($"{Recommended} === 10 && document.activeElement === title"); // the next search begins where the person is
        Assert.Equal(
            $"Remove {name[5..]}", (await page.Evaluate("document.querySelector('#liked button').getAttribute('aria-label')")).GetString());
        Assert.Equal("10 films, the best first.", (await page.Evaluate("document.querySelector('[role=status]').innerText")).GetString());

        string second = (await Texts(page, "#recommended h3"))[1];
        await page.Evaluate("document.querySelector('#recommended button').focus()");
        await page.Press("Enter", 13);
        await page.Until($"document.activeElement.getAttribute('aria-label') === 'Not for me: ' + {JsonSerializer.Serialize(second)}");
        Assert.Empty(page.Errors);
    }

    [Fact]
    public async Task Page_NoServer_SaysSoAndGoesOnWhenItIsBack()
    {
        await using Chromium page = await Browser(1280, 900);
        await ShowFilms(page);
        await page.Offline(true);
        await page.Evaluate("document.querySelector('#films button').click()");
        await page.Until("document.querySelector('.status.failed')?.innerText === 'The server cannot be reached.'");
        await Picture(page, "wide-failed");
        await page.Offline(false);
        await page.Evaluate("document.querySelector('#again button').click()");
        await page.Until($"{Recommended} === 10 && !document.querySelector('.status.failed')");
    }

    private async Task ShowFilms(Chromium page)
    {
        await page.Open(movies.Shared.Address);
        await page.Until("document.querySelectorAll('#films button').length === 10");
    }

    private static Task<Chromium> Browser(int width, int height)
    {
        string? program = Chromium.Find();
        Assert.SkipWhen(program is null, "There is no chromium on the path: bash eng/install-chromium.sh.");
        return Chromium.Start(program!, width, height);
    }

    private static async Task<string[]> Texts(Chromium page, string selector) =>
        (await page.Evaluate($"[...document.querySelectorAll('{selector}')].map(element => element.innerText)")).Deserialize<string[]>()!;

    private static async Task Picture(Chromium page, string name)
    {
        if (Environment.GetEnvironmentVariable("HYBRIDREC_SCREENSHOTS") is { Length: > 0 } folder)
            await File.WriteAllBytesAsync(Path.Combine(Directory.CreateDirectory(folder).FullName, name + ".png"), await page.Screenshot());
    }
}
