using System.Diagnostics;
using HybridRec.MLNet.Tests.Text;
using HybridRec.MLNet.Text;

namespace HybridRec.MLNet.Experiments;

/// <summary>A transformer of random weights over BERT's vocabulary, timed on texts. All kinds of a case are measured in turn, in one run.</summary>
internal sealed class TextBench(string data, string[] texts, int layers, int dimension, int maxTokens, int batch, int threads, int runs, int seed)
{
    private const string Tokenizer = "bert-base-uncased-tokenizer";

    public Int8Result Int8(QuantizationOptions options)
    {
        using TextEncoder encoder = Open();
        using TextEncoder small = encoder.Quantize(texts, options);
        OnnxEncoder before = (OnnxEncoder)encoder.Ready!, after = (OnnxEncoder)small.Ready!;
        long tokens = before.Tokenize(texts).Sum(t => (long)t.Length);
        float[] rows = new float[texts.Length * before.Dimension];
        double[] seconds = Medians(() => before.Encode(texts, rows, batch, CancellationToken.None), () => after.Encode(texts, rows, batch, CancellationToken.None));
        QuantizationReport report = small.Quantization!;
        return new Int8Result("int8", data, layers, dimension, texts.Length, tokens, options.Scaling.ToString(), options.WeightBits, report.FloatBytes, report.Int8Bytes,
            (double)report.FloatBytes / report.Int8Bytes, report.MeanError, report.WorstError, report.FloatLayers, tokens / seconds[0], tokens / seconds[1], seconds[0] / seconds[1], Environment.ProcessorCount);
    }

    public ThroughputResult Throughput()
    {
        using TextEncoder encoder = Open();
        var onnx = (OnnxEncoder)encoder.Ready!;
        int[][] ids = onnx.Tokenize(texts);
        var batches = onnx.Batches(ids, batch).Select(b => (Inputs: onnx.Inputs(b.Texts, ids, b.Length), Texts: b.Texts.Length, b.Length)).ToArray();
        long tokens = ids.Sum(t => (long)t.Length), padded = batches.Sum(b => (long)b.Inputs.Ids.Length);
        float[] rows = new float[texts.Length * onnx.Dimension];
        using OnnxModel alone = OnnxModel.Open(onnx.ModelBytes(), onnx.Options);
        double[] seconds = Medians(
            () => onnx.Encode(texts, rows, batch, CancellationToken.None),
            () =>
            {
                foreach (var (inputs, count, length) in batches)
                    alone.Run(inputs.Ids, inputs.Mask, count, length);
            },
            () => onnx.Tokenize(texts));
        return new ThroughputResult("throughput", data, layers, dimension, texts.Length, batch, tokens, padded, tokens / seconds[0], tokens / seconds[1], seconds[1] / seconds[0], tokens / seconds[2], Environment.ProcessorCount);
    }

    private TextEncoder Open()
    {
        string root = Environment.GetEnvironmentVariable("HYBRIDREC_MODELS") ?? ".";
        string vocabulary = Path.Combine(root, Tokenizer, "vocab.txt");
        var shape = new BertShape { Vocabulary = File.ReadLines(vocabulary).Count(), Dimension = dimension, Layers = layers, Heads = dimension / 32, Intermediate = 4 * dimension, MaxTokens = Math.Max(512, maxTokens) };
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(file, BertOnnx.Write(shape, BertRandomWeights.Create(shape, seed)));
            var options = new EncoderOptions { Pooling = PoolingMode.Mean, MaxTokens = maxTokens, Threads = threads };
            TextEncoder encoder = TextEncoder.FromOnnx(file, TextTokenizer.FromFile(vocabulary), options);
            var onnx = (OnnxEncoder)encoder.Ready!;
            // From memory: the temporary file goes away.
            TextEncoder open = FolderEncoder.Of(onnx.With(OnnxModel.Open(onnx.ModelBytes(), options)));
            encoder.Dispose();
            return open;
        }
        finally
        {
            File.Delete(file);
        }
    }

    private double[] Medians(params Action[] kinds)
    {
        foreach (Action kind in kinds)
            kind();
        double[][] seconds = [.. kinds.Select(_ => new double[runs])];
        for (int run = 0; run < runs; run++)
            for (int kind = 0; kind < kinds.Length; kind++)
            {
                long start = Stopwatch.GetTimestamp();
                kinds[kind]();
                seconds[kind][run] = Stopwatch.GetElapsedTime(start).TotalSeconds;
            }
        return [.. seconds.Select(s => s.Order().ElementAt(runs / 2))];
    }
}

/// <summary>One line of the JSON file of <c>text --case int8</c>. Tokens a second include tokenization.</summary>
internal sealed record Int8Result(
    string Case, string Data, int Layers, int Dimension, int Texts, long Tokens, string Scaling, int Bits, long FloatBytes, long Int8Bytes, double SizeRatio,
    double MeanError, double WorstError, IReadOnlyList<string> FloatLayers, double FloatTokensPerSecond, double Int8TokensPerSecond, double Speedup, int Cores)
{
    public override string ToString() => FormattableString.Invariant(
        $"{Layers} layers x {Dimension}, {Texts} texts of {Data}, {Tokens} tokens, {Scaling}, {Bits} bits\nmodel {FloatBytes / 1e6:F2} to {Int8Bytes / 1e6:F2} MB, {SizeRatio:F2}x smaller; ")
        + FormattableString.Invariant($"1 - cos {MeanError:E2}, worst {WorstError:E2}; {FloatLayers.Count} layers stayed float\n{FloatTokensPerSecond:N0} to {Int8TokensPerSecond:N0} tokens/s, speedup {Speedup:F2}");
}

/// <summary>One line of the JSON file of <c>text --case throughput</c>: share = encoding with tokenization, pooling and copies over ONNX Runtime's own runs on the same batches.</summary>
internal sealed record ThroughputResult(
    string Case, string Data, int Layers, int Dimension, int Texts, int Batch, long Tokens, long PaddedTokens, double TokensPerSecond, double RuntimeTokensPerSecond, double Share,
    double TokenizerTokensPerSecond, int Cores)
{
    public override string ToString() => FormattableString.Invariant(
        $"{Layers} layers x {Dimension}, {Texts} texts of {Data} in batches of {Batch}, {Tokens} tokens ({PaddedTokens} with padding)\n")
        + FormattableString.Invariant($"{TokensPerSecond:N0} tokens/s, ONNX Runtime alone {RuntimeTokensPerSecond:N0}: share {Share:F3}; tokenizer {TokenizerTokensPerSecond:N0} tokens/s");
}
