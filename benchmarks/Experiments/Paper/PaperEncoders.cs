using HybridRec.MLNet.Tests.Text;
using HybridRec.MLNet.Text;

namespace HybridRec.MLNet.Experiments.Paper;

/// <summary>
/// The transformer whose latency is measured: BERT's tokenizer and the shape of a sentence encoder (6 layers of 384, MiniLM's), with random
/// weights. A product of matrices takes the same time whatever is in them; what such a vector means is nothing,
/// so it takes no part in accuracy.
/// </summary>
internal static class PaperEncoders
{
    /// <summary>Layers of a student of it.</summary>
    public const int StudentLayers = 2;

    private const string Tokenizer = "bert-base-uncased-tokenizer";
    private const int MaxTokens = 64;

    /// <summary>In Single.</summary>
    public static TextEncoder Open(PaperSettings settings)
    {
        string vocabulary = Path.Combine(Environment.GetEnvironmentVariable("HYBRIDREC_MODELS") ?? ".", Tokenizer, "vocab.txt");
        if (!File.Exists(vocabulary))
            throw new FileNotFoundException($"There is no '{vocabulary}'. Set HYBRIDREC_MODELS to the folder that holds '{Tokenizer}'.");
        int width = settings.EncoderDimension;
        var shape = new BertShape
        {
            Vocabulary = File.ReadLines(vocabulary).Count(),
            Dimension = width,
            Layers = settings.EncoderLayers,
            Heads = width / 32,
            Intermediate = 4 * width,
            MaxTokens = 512
        };
        return TextEncoder.FromOnnx(
            BertOnnx.Write(shape, BertRandomWeights.Create(shape, 1)), "random BERT", TextTokenizer.FromFile(vocabulary),
            new EncoderOptions { Pooling = PoolingMode.Mean, MaxTokens = MaxTokens, Threads = 1 });
    }
}
