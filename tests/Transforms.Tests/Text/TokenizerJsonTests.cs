using System.Text;
using HybridRec.MLNet.Text;

namespace HybridRec.MLNet.Tests.Text;

/// <summary>Small tokenizer.json files written here, each with ids worked out by hand from the definition of its parts.</summary>
public sealed class TokenizerJsonTests
{
    private const string Words = """{"[UNK]":0,"hello":1,"wor":2,"##ld":3,"[CLS]":4,"[SEP]":5,",":6}""";

    [Fact]
    public void WordPiece_TemplateProcessing_PutsSpecialTokensAround()
    {
        string json = $$"""
            {"model":{"type":"WordPiece","unk_token":"[UNK]","continuing_subword_prefix":"##","max_input_chars_per_word":100,"vocab":{{Words}} },
             "normalizer":{"type":"BertNormalizer","lowercase":true},"pre_tokenizer":{"type":"BertPreTokenizer"},
             "post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"[CLS]"} },{"Sequence":{"id":"A"} },{"SpecialToken":{"id":"[SEP]"} }],
               "special_tokens":{"[CLS]":{"ids":[4]},"[SEP]":{"ids":[5]} } } }
            """;
        Assert.Equal([4, 1, 6, 2, 3, 0, 5], Read(json).Encode("HELLO, world xyz"));
    }

    [Fact]
    public void Bpe_ByteLevel_MergesInOrderOfRank()
    {
        // Bytes as GPT-2 writes them: blank is U+0120. Merges: h e -> he, he l -> hel, then the word with its blank.
        string json = """
            {"model":{"type":"BPE","vocab":{"h":0,"e":1,"l":2,"o":3,"\u0120":4,"he":5,"hel":6,"\u0120hel":7,"lo":8,"\u00c3":9,"\u00a9":10,"<s>":11,"</s>":12},
              "merges":["h e","l o","he l","\u0120 hel"]},
             "pre_tokenizer":{"type":"ByteLevel","add_prefix_space":false,"use_regex":true},
             "post_processor":{"type":"RobertaProcessing","sep":["</s>",12],"cls":["<s>",11]}}
            """;
        var tokenizer = Read(json);
        Assert.Equal([11, 5, 8, 12], tokenizer.Encode("helo")); // l o comes before he l
        Assert.Equal([11, 6, 8, 12], tokenizer.Encode("hello"));
        Assert.Equal([11, 6, 7, 12], tokenizer.Encode("hel hel"));
        Assert.Equal([11, 9, 10, 12], tokenizer.Encode("é")); // two bytes, two tokens
    }

    [Fact]
    public void Bpe_MergesAsPairs_ReadTheSame()
    {
        string json =
            """{"model":{"type":"BPE","vocab":{"a":0,"b":1,"ab":2},"merges":[["a","b"]]},"pre_tokenizer":{"type":"Whitespace"}}""";
        Assert.Equal([2, 2, 0], Read(json).Encode("ab aba"));
    }

    [Fact]
    public void Unigram_Metaspace_TakesTheMostLikelySegmentation()
    {
        // "▁abc": ▁ab + c costs 2 + 2 = 4, ▁a + bc costs 1 + 2.5 = 3.5: the second wins.
        string json = """
            {"model":{"type":"Unigram","unk_id":0,"vocab":[["<unk>",0.0],["▁ab",-2.0],["c",-2.0],["▁a",-1.0],["bc",-2.5],["▁",-5.0],["d",-3.0]]},
             "pre_tokenizer":{"type":"Metaspace","replacement":"▁","prepend_scheme":"always","split":true}}
            """;
        var tokenizer = Read(json);
        Assert.Equal([3, 4], tokenizer.Encode("abc"));
        Assert.Equal([1, 3, 4], tokenizer.Encode("ab abc"));
        Assert.Equal([5, 6, 5, 0], tokenizer.Encode("d ж"));
    }

    [Fact]
    public void AddedTokens_StripsAndNormalized_AreFollowed()
    {
        string json = $$"""
            {"model":{"type":"WordPiece","unk_token":"[UNK]","vocab":{{Words}} },"normalizer":{"type":"Lowercase"},"pre_tokenizer":{"type":"WhitespaceSplit"},
             "added_tokens":[{"id":20,"content":"<mask>","lstrip":true,"rstrip":false,"single_word":false,"normalized":false,"special":true},
                             {"id":21,"content":"NEW","lstrip":false,"rstrip":false,"single_word":true,"normalized":true,"special":false}]}
            """;
        var tokenizer = Read(json);
        Assert.Equal([1, 20, 1], tokenizer.Encode("hello   <mask> hello"));
        Assert.Equal([21, 1], tokenizer.Encode("new hello")); // matched after lower-casing
        Assert.Equal([0], tokenizer.Encode("renewed")); // a part of a word only
    }

    [Theory]
    [InlineData("Removed", new[] { "a", "b" })]
    [InlineData("Isolated", new[] { "a", "-", "-", "b" })]
    [InlineData("MergedWithPrevious", new[] { "a-", "-", "b" })]
    [InlineData("MergedWithNext", new[] { "a", "-", "-b" })]
    [InlineData("Contiguous", new[] { "a", "--", "b" })]
    public void Split_Behaviors_CutAsDefined(string behavior, string[] expected)
    {
        var pieces = new List<string>();
        new SplitPreTokenizer("-", Enum.Parse<SplitBehavior>(behavior), invert: false).Split("a--b", pieces);
        Assert.Equal(expected, pieces);
    }

    [Fact]
    public void Precompiled_LongestMatch_IsReplaced()
    {
        // A double array by hand: root at 0 with base 0x100 ^ label; "a" -> "b", "ab" -> "xyz".
        var normalizer = new PrecompiledNormalizer(CharacterMapBuilder.Build(new() { ["a"] = "b", ["ab"] = "xyz", ["é"] = "e" }));
        Assert.Equal("xyz b e c", normalizer.Normalize("ab a é c"));
        Assert.Equal("", normalizer.Normalize(""));
    }

    [Fact]
    public void Precompiled_Damaged_IsAClearError() =>
        Assert.Contains(
            "precompiled_charsmap", Assert.Throws<InvalidDataException>(() => new PrecompiledNormalizer([9, 0, 0, 0, 1])).Message,
            StringComparison.Ordinal);

    [Theory]
    [InlineData("normalizer", """{"type":"Bogus"}""", "Bogus")]
    [InlineData("normalizer", """{"type":"Sequence","normalizers":[{"type":"ByteLevel"}]}""", "ByteLevel")]
    [InlineData("pre_tokenizer", """{"type":"UnicodeScripts"}""", "UnicodeScripts")]
    [InlineData("post_processor", """{"type":"Odd"}""", "Odd")]
    public void Read_UnknownComponent_IsRefusedByName(string role, string component, string name)
    {
        string json = $$"""{"model":{"type":"WordPiece","unk_token":"[UNK]","vocab":{{Words}} },"{{role}}":{{component}} }""";
        Assert.Contains($"'{name}'", Assert.Throws<NotSupportedException>(() => Read(json)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"model":{"type":"WordLevel","vocab":{"a":0}}}""", "WordLevel")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":0},"merges":[],"byte_fallback":true}}""", "byte_fallback")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":0},"merges":[],"dropout":0.1}}""", "dropout")]
    public void Read_UnknownModel_IsRefusedByName(string json, string name) =>
        Assert.Contains(name, Assert.Throws<NotSupportedException>(() => Read(json)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData("{\"model\":{\"type\":\"WordPiece\",\"vocab\":{\"[UNK]\":0")]
    [InlineData("[1,2]")]
    [InlineData("{}")]
    [InlineData("""{"model":{"type":"WordPiece","vocab":{}}}""")]
    [InlineData("""{"model":{"type":"WordPiece","vocab":{"a":0}}}""")]
    [InlineData("""{"model":{"type":"Unigram","vocab":[["a",-1.0]],"unk_id":7}}""")]
    [InlineData("""{"model":{"type":"WordPiece","vocab":{"[UNK]":"x"}}}""")]
    public void Read_Damaged_IsAClearError(string json) =>
        Assert.Contains("tokenizer.json", Assert.Throws<InvalidDataException>(() => Read(json)).Message, StringComparison.Ordinal);

    [Fact]
    public void SentencePiece_UnknownClass_IsRefusedOrDamagedIsClear()
    {
        Assert.Contains(
            "SentencePiece",
            Assert.Throws<InvalidDataException>(() => new TokenizerSource(TokenizerSource.SentencePiece, [1, 2, 3, 4]).Create()).Message,
            StringComparison.Ordinal);
        byte[] model = SentencePieceBuilder.Unigram([("<unk>", 0), ("<s>", 0), ("</s>", 0), ("▁a", -1), ("b", -2)]);
        Assert.Contains("'OddTokenizer'", Assert.Throws<NotSupportedException>(() =>
            new TokenizerSource(TokenizerSource.SentencePiece, model, Family: "OddTokenizer").Create()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", new[] { 3, 4 })]
    [InlineData("T5Tokenizer", new[] { 3, 4, 2 })]
    [InlineData("LlamaTokenizer", new[] { 1, 3, 4 })]
    [InlineData("XLMRobertaTokenizer", new[] { 0, 4, 5, 2 })]
    public void SentencePiece_Families_AddTheirTokens(string family, int[] expected)
    {
        byte[] model = SentencePieceBuilder.Unigram([("<unk>", 0), ("<s>", 0), ("</s>", 0), ("▁a", -1), ("b", -2)]);
        Assert.Equal(expected, new TokenizerSource(TokenizerSource.SentencePiece, model, Family: family).Create().Encode("ab"));
    }

    private static TextTokenizer Read(string json) => new TokenizerSource(TokenizerSource.Json, Encoding.UTF8.GetBytes(json)).Create();
}
