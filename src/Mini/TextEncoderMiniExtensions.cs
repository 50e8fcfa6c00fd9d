using System.Text;
using HybridRec.MLNet;

namespace Microsoft.ML;

/// <summary>The encoder in the box, as <c>TextEncoder.HybridRecMini()</c>.</summary>
public static class TextEncoderMiniExtensions
{
    private const string Name = "hybridrec-mini";
    private const int MaxTokens = 128;

    extension(TextEncoder)
    {
        /// <summary>
        /// A small transformer of this project's own (BERT, 2 layers, 256 wide, 8,000 word pieces, INT8): mean of the token vectors, scaled
        /// to length 1. English; trained on films, books, places to go and musical instruments. It runs on ONNX Runtime, whose native
        /// package (Microsoft.ML.OnnxRuntime) the application adds; a saved pipeline holds it and needs this package no more.
        /// </summary>
        /// <remarks>
        /// <b>The weights are for research and non-commercial use</b>: the texts they were learned from are. MODEL_CARD.md of the package
        /// says what they are, how good the vectors are and where they are not, and how to train the same on texts of your own.
        /// </remarks>
        /// <param name="maxTokens">Longest text in tokens, 3 to 128; the rest is cut off. <value>The default is 128.</value></param>
        /// <returns>The encoder; the caller disposes it.</returns>
        /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxTokens"/> is not in 3..128.</exception>
        /// <exception cref="InvalidOperationException">The application lacks the native ONNX Runtime.</exception>
        public static TextEncoder HybridRecMini(int maxTokens = MaxTokens)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(maxTokens, 3);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(maxTokens, MaxTokens);
            var tokens = Encoding.UTF8.GetString(Resource("vocab.txt")).TrimEnd('\n').Split('\n');
            return TextEncoder.FromOnnx(
                Resource("model.onnx"), Name, TextTokenizer.FromVocabulary(tokens),
                new EncoderOptions { Pooling = PoolingMode.Mean, Normalize = true, MaxTokens = maxTokens });
        }
    }

    private static byte[] Resource(string name)
    {
        using var stream = typeof(TextEncoderMiniExtensions).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException(
                $"The assembly HybridRec.MLNet.Mini holds no '{name}'. Take the package as it was built.");
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
