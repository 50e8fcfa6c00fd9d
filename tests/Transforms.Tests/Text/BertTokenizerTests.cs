using System.Globalization;
using System.Text;
using HybridRec.MLNet.Conformance;
using HybridRec.MLNet.Text;
using Microsoft.ML.Tokenizers;

namespace HybridRec.MLNet.Tests.Text;

/// <summary>
/// bert-base-uncased, read from vocab.txt and from tokenizer.json, against ids known from the reference and
/// against Microsoft's BertTokenizer.
/// </summary>
public sealed class BertTokenizerTests
{
    private static readonly string[] s_awkward =
    [
        "hello world", "Amélie", "Café naïve", "Ame\u0301lie", "İstanbul", "Straße", "日本語 テスト", "中文电影", "한국 영화", "tab\tand\nline\r\nbreak",
        "zero\0width\u200bjoin\u200d \u00ad soft", "bell\u0007", "emoji 😀👩‍👩‍👧", "price: $9.99+tax <b>`x`</b> ^~|=",
        "don't 'quote' — dash… “curly”", new string('a', 99), new string('a', 100), new string('a', 101), new string('x', 500) + " end", "",
        " ", "\u3000ideographic space", "\ufffdreplacement", "snake_case-and.dots", "[SEP] in text [MASK]", "ﬁ ligature", "Ω ohm Ω",
        "1995 (1995)", "ÀÉÎÕÜ àéîõü", "a\u0300\u0301\u0302", "\ud83d lone", "नमस्ते", "ไทย", "עברית",
    ];

    [Theory]
    [InlineData("hello world", new[] { 101, 7592, 2088, 102 })]
    [InlineData("Amélie", new[] { 101, 25285, 102 })]
    [InlineData("Café", new[] { 101, 7668, 102 })]
    [InlineData("CAFE\u0301", new[] { 101, 7668, 102 })]
    [InlineData("", new[] { 101, 102 })]
    [InlineData("hello, world!", new[] { 101, 7592, 1010, 2088, 999, 102 })]
    [InlineData("a|b", new[] { 101, 1037, 1064, 1038, 102 })]
    [InlineData("unaffable", new[] { 101, 14477, 20961, 3468, 102 })]
    public void Encode_HandChecked_GivesReferenceIds(string text, int[] expected)
    {
        Assert.Equal(expected, Json().Encode(text));
        Assert.Equal(expected, Vocabulary().Encode(text));
    }

    [Fact]
    public void Encode_AwkwardTexts_AgreeBetweenTheFiles()
    {
        TextTokenizer json = Json(), vocabulary = Vocabulary();
        foreach (string text in s_awkward)
            Assert.Equal(json.Encode(text), vocabulary.Encode(text));
    }

    [Fact]
    public void Encode_VeryLongWord_IsUnknown()
    {
        Assert.NotEqual([101, 100, 102], Json().Encode(new string('a', 100)));
        Assert.Equal([101, 100, 102], Json().Encode(new string('a', 101)));
    }

    [Fact]
    public void Encode_ControlCharacters_AreDroppedAndBlanksUnified() =>
        Assert.Equal(Json().Encode("hello world again"), Json().Encode("hel\0lo\u00a0wor\u0007ld\tagain\u200b"));

    [Fact]
    public void Encode_CjkIdeographs_StandAlone() =>
        Assert.Equal(Json().Encode("中 文"), Json().Encode("中文"));

    [Fact]
    public void Encode_SpecialTokenInText_IsRecognized() =>
        Assert.Equal([101, 7592, 102, 2088, 102], Json().Encode("hello [SEP] world"));

    [Fact]
    public void Encode_Truncated_KeepsTheClosingToken()
    {
        Assert.Equal([101, 7592, 102], Json().Encode("hello world again", maxTokens: 3));
        Assert.Equal([101, 102], Json().Encode("hello world again", maxTokens: 2));
    }

    [Fact]
    public void Encode_ItemTexts_AgreesBetweenTheFilesAndWithMicrosoftsBertTokenizer()
    {
        TextTokenizer json = Json(), vocabulary = Vocabulary();
        var oracle = BertTokenizer.Create(Path.Combine(RealData.Model("bert-base-uncased-tokenizer"), "vocab.txt"),
            new BertOptions { RemoveNonSpacingMarks = true });
        bool oracleStripsAccents = "é".Normalize(NormalizationForm.FormD).Length == 2;
        // movies.dat is Latin-1: titles with accents. Its bars become commas for the oracle, which drops ASCII symbols
        // ($+<=>^`|~) where BERT keeps them.
        string[] lines = File.ReadAllLines(Path.Combine(RealData.Folder("ml-1m"), "movies.dat"), Encoding.Latin1);
        Assert.True(lines.Length > 3000, lines.Length.ToString(CultureInfo.InvariantCulture));
        int accented = 0;
        foreach (string line in lines)
        {
            int[] ids = json.Encode(line);
            Assert.Equal(ids, vocabulary.Encode(line));
            bool plain = AccentFolding.IsAscii(line);
            accented += plain ? 0 : 1;
            // The oracle also loses numerals like the cube of "Alien³", which NFD and BERT leave alone.
            if (plain || (oracleStripsAccents && line.All(c => char.IsAscii(c) || char.IsLetter(c))))
                Assert.Equal(oracle.EncodeToIds(WithoutSymbols(line), addSpecialTokens: true), json.Encode(WithoutSymbols(line)));
        }
        Assert.True(accented > 20, $"{accented} lines with accents");
    }

    [Fact]
    public void Encode_TenThousandBooks_AgreeBetweenTheFilesAndWithMicrosoftsBertTokenizer()
    {
        TextTokenizer json = Json(), vocabulary = Vocabulary();
        var oracle = BertTokenizer.Create(Path.Combine(RealData.Model("bert-base-uncased-tokenizer"), "vocab.txt"));
        int count = 0, accented = 0;
        foreach (string line in Books())
        {
            int[] ids = json.Encode(line);
            Assert.Equal(ids, vocabulary.Encode(line));
            count++;
            // The oracle takes an underscore for a letter, which BERT takes for punctuation.
            string plain = WithoutSymbols(line).Replace('_', ',');
            if (AccentFolding.IsAscii(line))
                Assert.Equal(oracle.EncodeToIds(plain, addSpecialTokens: true), json.Encode(plain));
            else
                accented++;
        }
        Assert.True(count >= 10_000 && accented > 500, $"{count} texts, {accented} with letters beyond ASCII");
    }

    private static IEnumerable<string> Books()
    {
        using var stream = new System.IO.Compression.GZipStream(
            File.OpenRead(Path.Combine(RealData.Folder("goodbooks-10k-books"), "books.csv.gz")),
            System.IO.Compression.CompressionMode.Decompress);
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
            yield return line;
    }

    private static string WithoutSymbols(string line) => string.Concat(line.Select(c => "$+<=>^`|~".Contains(c) ? ',' : c));

    private static TextTokenizer Json() =>
        TextTokenizer.FromFile(Path.Combine(RealData.Model("bert-base-uncased-tokenizer"), "tokenizer.json"));

    private static TextTokenizer Vocabulary() =>
        TextTokenizer.FromFile(Path.Combine(RealData.Model("bert-base-uncased-tokenizer"), "vocab.txt"));
}
