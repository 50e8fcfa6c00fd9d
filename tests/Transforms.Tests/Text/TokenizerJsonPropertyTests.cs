using System.Text;
using CsCheck;
using HybridRec.MLNet.Text;

namespace HybridRec.MLNet.Tests.Text;

/// <summary>
/// Mutated tokenizer files: each is read or refused by a documented exception, and what is read encodes any text, all within memory and
/// time in proportion to its size.
/// </summary>
public sealed class TokenizerJsonPropertyTests
{
    private const int MaxTokens = 64;

    private static readonly string[] s_files =
    [
        """
        {"model":{"type":"WordPiece","unk_token":"[UNK]","continuing_subword_prefix":"##","max_input_chars_per_word":100,"vocab":{"[UNK]":0,"a":1,"b":2,"##a":3,"##b":4,"[CLS]":5,"[SEP]":6,"[PAD]":7}},
         "normalizer":{"type":"BertNormalizer","clean_text":true,"handle_chinese_chars":true,"strip_accents":null,"lowercase":true},"pre_tokenizer":{"type":"BertPreTokenizer"},
         "post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"[CLS]","type_id":0}},{"Sequence":{"id":"A","type_id":0}},{"SpecialToken":{"id":"[SEP]","type_id":0}}],
          "special_tokens":{"[CLS]":{"id":"[CLS]","ids":[5],"tokens":["[CLS]"]},"[SEP]":{"id":"[SEP]","ids":[6],"tokens":["[SEP]"]}}},
         "added_tokens":[{"id":5,"content":"[CLS]","single_word":false,"lstrip":false,"rstrip":false,"normalized":false,"special":true}],"padding":{"pad_id":7}}
        """,
        """
        {"model":{"type":"BPE","unk_token":"<unk>","fuse_unk":false,"ignore_merges":true,"vocab":{"<unk>":0,"a":1,"b":2,"ab":3,"Ġ":4,"Ġa":5,"aba":6},"merges":["a b",["Ġ","a"],"ab a"]},
         "normalizer":{"type":"Sequence","normalizers":[{"type":"Replace","pattern":{"Regex":"[xy]+"},"content":"a"},{"type":"Prepend","prepend":"a"},{"type":"Lowercase"},{"type":"Strip"}]},
         "pre_tokenizer":{"type":"Sequence","pretokenizers":[{"type":"Split","pattern":{"Regex":"\\s+|(?=b)"},"behavior":"Isolated","invert":false},{"type":"Digits","individual_digits":true},
          {"type":"ByteLevel","add_prefix_space":true,"use_regex":true}]},
         "post_processor":{"type":"RobertaProcessing","sep":["</s>",2],"cls":["<s>",1]},"added_tokens":[{"id":7,"content":"<mask>","lstrip":true,"normalized":true}]}
        """,
        """
        {"model":{"type":"Unigram","unk_id":0,"byte_fallback":false,"vocab":[["<unk>",0.0],["▁a",-1.0],["b",-2.0],["ab",-1.5],["▁",-3.0],["<0x61>",-9.0]]},
         "normalizer":{"type":"Precompiled","precompiled_charsmap":"BAAAAAAAAAA="},"pre_tokenizer":{"type":"Metaspace","replacement":"▁","prepend_scheme":"always","split":true},
         "post_processor":{"type":"BertProcessing","sep":["</s>",2],"cls":["<s>",1]}}
        """,
    ];

    private static readonly string[] s_tokens =
    [
        "{", "}", "[", "]", ",", ":", "\"", "\\", "\\ud800", "\\u0000", "null", "true", "false", "-1", "0", "1.5", "1e400", "2147483647",
        "99999999", "\"\"", "\"a\"", "\"(a+)+$\"", "\"(\"", "\"a{1,99999}\"", "\"[UNK]\"", "\"##\"", "\"type\"", "\"BPE\"", "\"WordPiece\"",
        "\"Unigram\"", "\"Bogus\"", "\"Lowercase\"", "\"StripAccents\"", "\"Whitespace\"", "\"WhitespaceSplit\"", "\"Punctuation\"",
        "\"Sequence\"", "\"Removed\"", "\"MergedWithNext\"", "\"Contiguous\"", "\"never\"", "\"AAAAAAAA/////w==\"", "\"a \"", "\" \"",
        "\"\\n\"", "[]", "{}", "[[\"a\",-1.0]]", "{\"a\":0}", "\0",
    ];

    private static readonly string[] s_texts = ["", " ", "ab ba 12 xyz", "日本 é a\u0301 [CLS] <mask>\ud800", new string('a', 60) + "!"];

    private static readonly Gen<byte[]> s_mutated = Gen.Int[0, s_files.Length - 1].SelectMany(file =>
        Gen.Select(Gen.Int[0, 4], Gen.Int[0, s_files[file].Length - 1], Gen.Int[0, 40], Gen.Int[0, s_tokens.Length - 1]).Array[1, 4]
            .Select(edits => Encoding.UTF8.GetBytes(edits.Aggregate(s_files[file], Mutate))));

    [Fact]
    public void Read_Untouched_IsRead() => Assert.All(s_files, file => Check(Encoding.UTF8.GetBytes(file), mustRead: true));

    [Fact]
    public void Read_MutatedFiles_AreReadOrRefusedAndWhatIsReadEncodes() =>
        s_mutated.Sample(bytes => Check(bytes, mustRead: false), iter: 60_000);

    [Theory]
    [InlineData("2147483647")]
    [InlineData("99999999")]
    [InlineData("-1")]
    public void Read_IdFarOutsideTheVocabulary_IsRefused(string id) =>
        Assert.Contains(id, Assert.Throws<InvalidDataException>(() => Create(Encoding.UTF8.GetBytes(s_files[0].Replace(
            "\"##b\":4", "\"##b\":" + id, StringComparison.Ordinal)))).Message, StringComparison.Ordinal);

    private static TextTokenizer Create(byte[] bytes) => new TokenizerSource(TokenizerSource.Json, bytes).Create();

    // Most edits replace a whole value of the JSON, because a file that is no JSON is refused at once.
    private static string Mutate(string file, (int Kind, int At, int Length, int Token) edit)
    {
        int at = Math.Min(edit.At, file.Length), end = Math.Min(file.Length, at + edit.Length);
        string token = s_tokens[edit.Token];
        switch (edit.Kind)
        {
            case 0:
                return file[..at] + token + file[end..];
            case 1:
                return file[..at] + file[end..];
            default:
                int colon = file.IndexOf(':', at);
                if (colon < 0)
                    return file[..at];
                int stop = colon + 1;
                for (int depth = 0; stop < file.Length && (depth > 0 || file[stop] is not (',' or '}' or ']')); stop++)
                    depth += file[stop] is '{' or '[' ? 1 : file[stop] is '}' or ']' ? -1 : 0;
                return file[..(colon + 1)] + token + file[stop..];
        }
    }

    private static void Check(byte[] bytes, bool mustRead)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            var tokenizer = Create(bytes);
            foreach (string text in s_texts)
            {
                int[] ids = tokenizer.Encode(text, MaxTokens);
                Assert.InRange(ids.Length, 0, MaxTokens);
                Assert.All(ids, id => Assert.True(id >= 0));
            }
        }
        catch (Exception e) when (!mustRead && e is InvalidDataException or NotSupportedException)
        {
            Assert.Contains("tokenizer", e.Message, StringComparison.Ordinal);
        }
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated < 8 << 20, $"{allocated} bytes for a file of {bytes.Length}");
    }
}
