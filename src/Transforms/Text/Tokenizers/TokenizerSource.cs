namespace HybridRec.MLNet.Text;

/// <summary>The bytes a tokenizer is built from: what is kept in a saved model.</summary>
/// <param name="Kind">One of the constants.</param>
/// <param name="Bytes">The file as it was.</param>
/// <param name="Lowercase">For <see cref="Vocabulary"/>: uncased.</param>
/// <param name="Family">For <see cref="SentencePiece"/>: the model family, which decides ids and special tokens (see
/// <see cref="SentencePieceTextTokenizer"/>).</param>
internal sealed record TokenizerSource(string Kind, byte[] Bytes, bool Lowercase = true, string Family = "")
{
    public const string Json = "tokenizer.json", Vocabulary = "vocab.txt", SentencePiece = "sentencepiece";

    public static TokenizerSource FromFile(string path, bool lowercase = true, string family = "")
    {
        if (!File.Exists(path))
            throw new FileNotFoundException(
                $"There is no tokenizer file '{path}'. Give the tokenizer.json, vocab.txt or .model that came with the model.", path);
        string kind = Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".json" => Json,
            ".txt" => Vocabulary,
            ".model" => SentencePiece,
            string other => throw new NotSupportedException(
                $"'{path}' has the extension '{other}'; a tokenizer is read from tokenizer.json, vocab.txt or a SentencePiece .model."),
        };
        return new TokenizerSource(kind, File.ReadAllBytes(path), lowercase, family);
    }

    /// <summary>
    /// The tokenizer file of a sentence-transformers folder: tokenizer.json if there is one, else vocab.txt, else a .model.
    /// </summary>
    public static TokenizerSource FromFolder(string folder, bool? lowercase)
    {
        var settings = TokenizerConfig.Read(folder);
        string json = Path.Combine(folder, "tokenizer.json"), vocabulary = Path.Combine(folder, "vocab.txt");
        if (File.Exists(json))
            return FromFile(json);
        if (File.Exists(vocabulary))
            return FromFile(vocabulary, lowercase ?? settings.Lowercase ?? true);
        string[] models = Directory.GetFiles(folder, "*.model");
        return models.Length == 1
            ? FromFile(models[0], family: settings.Class ?? "")
            : throw new FileNotFoundException(
                $"'{folder}' holds no tokenizer: expected tokenizer.json, vocab.txt or one SentencePiece .model ({models.Length} found).");
    }

    /// <summary>Name of the file in a model's folder.</summary>
    public string FileName => Kind == SentencePiece ? "tokenizer.model" : Kind;

    public void Write(BinaryWriter writer)
    {
        writer.Write(Kind);
        writer.Write(Lowercase);
        writer.Write(Family);
        writer.Write(Bytes.Length);
        writer.Write(Bytes);
    }

    public static TokenizerSource Read(BinaryReader reader)
    {
        string kind = reader.ReadString();
        bool lowercase = reader.ReadBoolean();
        string family = reader.ReadString();
        return new TokenizerSource(kind, EncoderState.ReadBytes(reader), lowercase, family);
    }
}
