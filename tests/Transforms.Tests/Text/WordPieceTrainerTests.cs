using System.Globalization;
using HybridRec.MLNet.Conformance;
using HybridRec.MLNet.Text;

namespace HybridRec.MLNet.Tests.Text;

public sealed class WordPieceTrainerTests
{
    private static readonly string[] s_specials = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];

    // The counts of Sennrich et al. (2016): low 5, lower 2, newest 6, widest 3.
    private static readonly string[] s_corpus =
    [
        .. Repeat("low", 5), .. Repeat("lower", 2), .. Repeat("newest", 6), .. Repeat("widest", 3)
    ];

    [Fact]
    public void Train_TheCorpusOfThePaper_MergesTheMostFrequentPairsInTheirOrder()
    {
        var tokens = WordPieceTrainer.Train(s_corpus, new WordPieceTrainerOptions { VocabularySize = 100, MinFrequency = 1 });
        string[] characters = ["##d", "##e", "##i", "##o", "##r", "##s", "##t", "##w", "l", "n", "w"];
        Assert.Equal([.. s_specials, .. characters], tokens.Take(16));
        // 9 times e s, then es t; 7 times o w before l o, since ## comes before letters, then l ow; 6 times e w, ew est, n ewest; 3 and 2
        // times what is left of widest and lower.
        Assert.Equal(
            ["##es", "##est", "##ow", "low", "##ew", "##ewest", "newest", "##dest", "##idest", "widest", "##er", "lower"], tokens.Skip(16));
        Assert.Equal(tokens.Count, tokens.Distinct().Count());
    }

    [Fact]
    public void Train_WordsOfTheCorpus_AreTokensOfTheirOwn()
    {
        var tokenizer = TextTokenizer.FromVocabulary(WordPieceTrainer.Train(s_corpus, new WordPieceTrainerOptions { MinFrequency = 1 }));
        foreach (string word in s_corpus.Distinct())
            Assert.Equal(3, tokenizer.Encode(word).Length);
        Assert.Equal(4, tokenizer.Encode("lowest").Length); // low ##est, never met
        Assert.Equal([2, 1, 3], tokenizer.Encode("xyz"));
    }

    [Fact]
    public void Train_LimitedVocabulary_KeepsToItsSizeAndCutsTheRestIntoPieces()
    {
        var tokens = WordPieceTrainer.Train(s_corpus, new WordPieceTrainerOptions { VocabularySize = 18, MinFrequency = 1 });
        Assert.Equal(18, tokens.Count);
        Assert.Equal("##est", tokens[^1]);
        Assert.Equal(["n", "##e", "##w", "##est"], TextTokenizer.FromVocabulary(tokens).Encode("newest")[1..^1].Select(id => tokens[id]));
    }

    [Fact]
    public void Train_OrderOfTheTexts_DoesNotMatter() => Assert.Equal(
        WordPieceTrainer.Train(s_corpus, new WordPieceTrainerOptions { MinFrequency = 1 }),
        WordPieceTrainer.Train(s_corpus.Reverse(), new WordPieceTrainerOptions { MinFrequency = 1 }));

    [Fact]
    public void Train_RareCharactersAndPairs_GetNoToken()
    {
        var tokens = WordPieceTrainer.Train([.. s_corpus, "qq!"], new WordPieceTrainerOptions { MinFrequency = 3 });
        Assert.DoesNotContain("q", tokens);
        Assert.DoesNotContain("!", tokens);
        Assert.DoesNotContain("lower", tokens);
        Assert.Contains("widest", tokens);
        Assert.Equal(["##e", "##w"], WordPieceTrainer.Train(s_corpus, new WordPieceTrainerOptions { MaxCharacters = 2 }).Skip(5).Take(2));
    }

    [Theory]
    [InlineData(true, "cafe")]
    [InlineData(false, "Café")]
    public void Train_CaseAndAccents_AreThoseOfTheTokenizer(bool lowercase, string expected)
    {
        var tokens = WordPieceTrainer.Train(Repeat("Café", 4), new WordPieceTrainerOptions { Lowercase = lowercase });
        Assert.Equal(expected, tokens[^1]);
        Assert.Equal(3, TextTokenizer.FromVocabulary(tokens, lowercase).Encode("Café").Length);
    }

    [Fact]
    public void Train_RepeatedLetters_AreMergedFromTheLeft()
    {
        var tokens = WordPieceTrainer.Train(Repeat("aaaaa", 3), new WordPieceTrainerOptions { MinFrequency = 1 });
        Assert.Equal("aaaaa", tokens[^1]);
        Assert.Equal([2, tokens.Count - 1, 3], TextTokenizer.FromVocabulary(tokens).Encode("aaaaa"));
    }

    [Fact]
    public void Train_RealDescriptions_TellsThemInFewerTokensThanCharactersAndKnowsThemAll()
    {
        string file = Path.Combine(RealData.Folder("ml-1m-colakg-split"), "llm_response_item.json.gz");
        var texts = ItemTexts.FromJson(file);
        string[] some = [.. Enumerable.Range(1, 400).Select(id => texts.TextOf(id.ToString(CultureInfo.InvariantCulture)))
            .Where(t => t.Length > 0)];
        var tokens = WordPieceTrainer.Train(some, new WordPieceTrainerOptions { VocabularySize = 3000 });
        Assert.Equal(3000, tokens.Count);
        var tokenizer = TextTokenizer.FromVocabulary(tokens);
        int[][] ids = [.. some.Select(t => tokenizer.Encode(t))];
        Assert.InRange(some.Sum(t => t.Length) / (double)ids.Sum(t => t.Length), 3.5, 6);
        Assert.InRange(ids.Sum(t => t.Count(id => id == 1)) / (double)ids.Sum(t => t.Length), 0, 0.001);
    }

    [Fact]
    public void Train_BadInput_SaysWhatIsAllowed()
    {
        Assert.Contains(
            "no word", Assert.Throws<ArgumentException>(() => WordPieceTrainer.Train(["", " \t"])).Message, StringComparison.Ordinal);
        Assert.Contains("6 to", Assert.Throws<ArgumentOutOfRangeException>(() => WordPieceTrainer.Train(
            ["a"], new WordPieceTrainerOptions { VocabularySize = 5 })).Message, StringComparison.Ordinal);
        Assert.Contains("MinFrequency", Assert.Throws<ArgumentOutOfRangeException>(() => WordPieceTrainer.Train(
            ["a"], new WordPieceTrainerOptions { MinFrequency = 0 })).Message, StringComparison.Ordinal);
        Assert.Contains("MaxCharacters", Assert.Throws<ArgumentOutOfRangeException>(() => WordPieceTrainer.Train(
            ["a"], new WordPieceTrainerOptions { MaxCharacters = 0 })).Message, StringComparison.Ordinal);
        Assert.Throws<OperationCanceledException>(() => WordPieceTrainer.Train(
            s_corpus, new WordPieceTrainerOptions { CancellationToken = new CancellationToken(canceled: true) }));
    }

    [Fact]
    public void FromVocabulary_LineBreakOrMissingToken_IsRefused()
    {
        Assert.Contains(
            "Token 1", Assert.Throws<ArgumentException>(() => TextTokenizer.FromVocabulary(["[PAD]", "a\nb"])).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "[CLS]", Assert.Throws<InvalidDataException>(() => TextTokenizer.FromVocabulary(["[PAD]", "[UNK]", "a"])).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void FromVocabulary_WrittenAsVocabTxt_IsReadTheSame()
    {
        using var folder = new TemporaryFolder();
        var tokens = WordPieceTrainer.Train(s_corpus, new WordPieceTrainerOptions { MinFrequency = 1 });
        folder.With("vocab.txt", string.Concat(tokens.Select(t => t + "\n")));
        Assert.Equal(TextTokenizer.FromVocabulary(tokens).Source, TextTokenizer.FromFile(folder.File("vocab.txt")).Source, EqualBytes);

        static bool EqualBytes(TokenizerSource? a, TokenizerSource? b) =>
            a!.Kind == b!.Kind && a.Lowercase == b.Lowercase && a.Bytes.AsSpan().SequenceEqual(b.Bytes);
    }

    private static IEnumerable<string> Repeat(string word, int times) => Enumerable.Repeat(word, times);
}
