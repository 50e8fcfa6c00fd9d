using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.EncoderRecipe;

/// <summary>The texts of the data folder, and pairs of texts that are about the same thing.</summary>
internal sealed class Corpora
{
    private readonly MLContext _ml;
    private readonly string _data;
    private readonly List<string> _texts = [], _filmTexts = [];
    private readonly List<(string Anchor, string Positive)> _pairs = [];

    private Corpora(MLContext ml, string data) => (_ml, _data) = (ml, data);

    /// <summary>What the vocabulary and the masked tokens are learned from.</summary>
    public IReadOnlyList<string> Texts => _texts;

    /// <summary>Those of the films of ml-1m, without descriptions: what the vectors are whitened by.</summary>
    public IReadOnlyList<string> FilmTexts => _filmTexts;

    /// <summary>What the contrastive phase on text is learned from.</summary>
    public IReadOnlyList<(string Anchor, string Positive)> Pairs => _pairs;

    public static Corpora Read(MLContext ml, string data, HeldOut heldOut)
    {
        var corpora = new Corpora(ml, data);
        corpora.Films(heldOut);
        corpora.OtherFilms(heldOut);
        corpora.Businesses(heldOut);
        corpora.Books();
        corpora.Reviews();
        return corpora;
    }

    // ml-1m: title and genres against director, cast and plot; and all of it against the description written by a language model.
    private void Films(HeldOut heldOut)
    {
        string folder = Path.Combine(_data, "ml-1m");
        var shortTexts = Items(_ml.Hybrid.Data.LoadMovieLensItems(folder, new MovieLensOptions { ExtraInfo = false })).ToDictionary(
            i => i.Id, i => i.Text);
        var described = ItemTexts.FromJson(Path.Combine(_data, "ml-1m-colakg-split", "llm_response_item.json.gz"));
        foreach (var (id, _, text) in Items(_ml.Hybrid.Data.LoadMovieLensItems(folder))
            .Where(i => !heldOut.Films.Contains(int.Parse(i.Id))))
        {
            string description = described.TextOf(id);
            _texts.Add(text);
            _filmTexts.Add(text);
            Pair(shortTexts[id], Rest(text, shortTexts[id]));
            Halves(Rest(text, shortTexts[id]));
            if (description.Length == 0)
                continue;
            _texts.Add(description);
            _pairs.Add((text, description));
            Halves(description);
        }
    }

    // ml-latest-small: the title against genres and tags.
    private void OtherFilms(HeldOut heldOut)
    {
        foreach (var (id, title, text) in Items(_ml.Hybrid.Data.LoadMovieLensItems(
            Path.Combine(_data, "ml-latest-small"), new MovieLensOptions { Tags = true })))
            if (!heldOut.Films.Contains(int.Parse(id)))
                TitleAndText(title, text);
    }

    // yelp-s3rec-text: the name against the categories.
    private void Businesses(HeldOut heldOut)
    {
        var businesses = _ml.Hybrid.Data.Items(YelpSequences.Load(_ml, Path.Combine(_data, "yelp-s3rec-text")));
        foreach (var (id, title, text) in Items(businesses))
            if (!heldOut.Businesses.Contains(int.Parse(id)))
                TitleAndText(title, text);
    }

    // goodbooks: the title against the authors; Amazon books: title, headline and review.
    private void Books()
    {
        foreach (var (_, title, text) in Table("goodbooks-10k-books/books.csv.gz", "book_id", "title", "authors"))
            TitleAndText(title, text);
        foreach (var (_, title, text) in Table("amazon-books-reviews-sample/Books_rating.csv.gz", "User_id", "Title", "review/text"))
            TitleAndText(title, text);
    }

    // The headline against the review, a review's halves, and two reviews of one thing.
    private void Reviews()
    {
        foreach (var (_, title, text) in Table("amazon-kindle-reviews-sample/kindle_reviews.csv.gz", "index", "summary", "reviewText"))
        {
            TitleAndText(title, text);
            Halves(Rest(text, title));
        }
        var instruments = _ml.Hybrid.Data.LoadAmazonReviews(Path.Combine(
            _data, "amazon-musical-instruments-5core", "Musical_Instruments.zip"));
        Opinions([.. instruments.GetColumn<string>("Item").Zip(instruments.GetColumn<string>("ReviewText"))]);
        Opinions(
            [.. Table("yelp-reviews-10k/yelp.csv.zip", "review_id", "business_id", "text").Select(r => (r.Title, Rest(r.Text, r.Title)))]);
    }

    private void Opinions((string Item, string Text)[] reviews)
    {
        foreach (var item in reviews.Where(r => r.Text.Length > 0).GroupBy(r => r.Item))
        {
            string[] texts = [.. item.Select(r => r.Text)];
            for (int i = 0; i < texts.Length; i++)
            {
                _texts.Add(texts[i]);
                Halves(texts[i]);
                if (i > 0)
                    _pairs.Add((texts[i - 1], texts[i]));
            }
        }
    }

    private void TitleAndText(string title, string text)
    {
        _texts.Add(text);
        Pair(title, Rest(text, title));
    }

    private void Pair(string anchor, string positive)
    {
        if (anchor.Length > 0 && positive.Length > 0)
            _pairs.Add((anchor, positive));
    }

    // Cut at the end of the sentence nearest to the middle; texts without one are left whole.
    private void Halves(string text)
    {
        const int Least = 80;
        int best = -1;
        for (int i = 1; i + 1 < text.Length; i++)
            if (text[i] == ' ' && text[i - 1] is '.' or '!' or '?' && Math.Abs(i - text.Length / 2) < Math.Abs(best - text.Length / 2))
                best = i;
        if (best >= Least && text.Length - best >= Least)
            _pairs.Add((text[..best], text[(best + 1)..]));
    }

    // Item texts begin with the title, which would make the pair too easy.
    private static string Rest(string text, string start) =>
        text.StartsWith(start, StringComparison.Ordinal) ? text[start.Length..].TrimStart('.', ' ', ',') : text;

    private IEnumerable<(string Id, string Title, string Text)> Table(string file, string id, string title, string text) =>
        Items(_ml.Hybrid.Data.Items(ItemTexts.FromDelimited(Path.Combine(_data, file), id, title, [text])));

    private static (string Id, string Title, string Text)[] Items(IDataView items)
    {
        var type = items.Schema["Item"].Type;
        IEnumerable<string> ids = type is TextDataViewType
            ? items.GetColumn<string>("Item")
            : items.GetColumn<int>("Item").Select(id => id.ToString());
        return [.. ids.Zip(items.GetColumn<string>("ItemTitle"), items.GetColumn<string>("ItemText"))];
    }
}
