using System.Numerics.Tensors;
using HybridRec.MLNet.Tests.Text;
using HybridRec.MLNet.Text;

namespace HybridRec.MLNet.Experiments;

/// <summary>
/// A transformer of random weights over BERT's vocabulary, or one of a folder, timed on texts. All kinds of a case
/// are measured in turn, in one run.
/// </summary>
internal sealed class TextBench(
    string data, string[] texts, int layers, int dimension, int maxTokens, int batch, int threads, int runs, int seed,
    string? folder = null)
{
    private const string Tokenizer = "bert-base-uncased-tokenizer";

    public Int8Result Int8(QuantizationOptions options)
    {
        using TextEncoder encoder = Open();
        using TextEncoder small = encoder.Quantize(texts, options);
        OnnxEncoder before = (OnnxEncoder)encoder.Ready!, after = (OnnxEncoder)small.Ready!;
        long tokens = before.Tokenize(texts).Sum(t => (long)t.Length);
        float[] rows = new float[texts.Length * before.Dimension];
        double[] seconds = Medians(
            () => before.Encode(texts, rows, batch, CancellationToken.None),
            () => after.Encode(texts, rows, batch, CancellationToken.None));
        QuantizationReport report = small.Quantization!;
        return new Int8Result(
            "int8", data, folder is null ? layers : null, encoder.Ready!.Dimension, texts.Length, tokens, options.Scaling.ToString(),
            options.WeightBits, report.FloatBytes, report.Int8Bytes, (double)report.FloatBytes / report.Int8Bytes, report.MeanError,
            report.WorstError, report.FloatLayers, tokens / seconds[0], tokens / seconds[1], seconds[0] / seconds[1],
            Environment.ProcessorCount);
    }

    public ThroughputResult Throughput()
    {
        using TextEncoder encoder = Open();
        var onnx = (OnnxEncoder)encoder.Ready!;
        int[][] ids = onnx.Tokenize(texts);
        TokenBatch[] batches = [.. onnx.Batches(ids, batch)];
        long tokens = ids.Sum(t => (long)t.Length), padded = batches.Sum(b => (long)b.Ids.Length);
        float[] rows = new float[texts.Length * onnx.Dimension];
        using OnnxModel alone = OnnxModel.Open(onnx.ModelBytes(), onnx.Options);
        double[] seconds = Medians(
            () => onnx.Encode(texts, rows, batch, CancellationToken.None),
            () =>
            {
                foreach (TokenBatch run in batches)
                    alone.Run(run.Ids, run.Mask, run.Count, run.Length);
            },
            () => onnx.Tokenize(texts));
        return new ThroughputResult(
            "throughput", data, layers, dimension, texts.Length, batch, tokens, padded, tokens / seconds[0], tokens / seconds[1],
            seconds[1] / seconds[0], tokens / seconds[2], Environment.ProcessorCount);
    }

    /// <summary>Three quarters of the texts teach; neighbors are judged on the others.</summary>
    public DistillResult Distill()
    {
        using TextEncoder encoder = Open();
        var deep = (OnnxEncoder)encoder.Ready!;
        string[] teaching = [.. texts.Where((_, i) => i % 4 != 0)], judging = [.. texts.Where((_, i) => i % 4 == 0)];
        float[] teacher = new float[judging.Length * deep.Dimension];
        deep.Encode(judging, teacher, batch, CancellationToken.None);
        var tokenizer = TextTokenizer.FromFile(Vocabulary);
        using FittedEncoder untrained = TextEncoder.Distilled(encoder.AsEmbeddingGenerator(), tokenizer, new() { FitTexts = false }).Fit(
            teaching, maxTokens, null, CancellationToken.None);
        using FittedEncoder student = TextEncoder.Distilled(encoder.AsEmbeddingGenerator(), tokenizer).Fit(
            teaching, maxTokens, null, CancellationToken.None);
        float[] first = Encode(untrained), rows = Encode(student);
        long tokens = deep.Tokenize(judging).Sum(t => (long)t.Length);
        double[] seconds = Medians(
            () => deep.Encode(judging, teacher, batch, CancellationToken.None),
            () => student.Encode(judging, rows, batch, CancellationToken.None));
        TableCompressionReport plain = ((StaticEncoder)student).Compress(new()).Report,
            pruned = ((StaticEncoder)student).Compress(new() { Density = 0.5, CodebookSize = 64 }).Report;
        return new DistillResult(
            "distill", data, layers, dimension, teaching.Length, judging.Length,
            Agreement(teacher, first, deep.Dimension, untrained.Dimension), Agreement(teacher, rows, deep.Dimension, student.Dimension),
            tokens / seconds[0], tokens / seconds[1], seconds[0] / seconds[1], plain, pruned, Environment.ProcessorCount);

        float[] Encode(FittedEncoder with)
        {
            float[] result = new float[judging.Length * with.Dimension];
            with.Encode(judging, result, batch, CancellationToken.None);
            return result;
        }
    }

    /// <summary>Share of the ten nearest texts, by cosine, that two encoders have in common.</summary>
    private static double Agreement(float[] a, float[] b, int widthOfA, int widthOfB)
    {
        int n = a.Length / widthOfA;
        return Enumerable.Range(0, n).Average(i => Nearest(a, widthOfA, i).Intersect(Nearest(b, widthOfB, i)).Count() / 10.0);

        IEnumerable<int> Nearest(float[] rows, int width, int of) => Enumerable.Range(0, n).Where(i => i != of)
            .OrderByDescending(i => TensorPrimitives.CosineSimilarity<float>(rows.AsSpan(i * width, width), rows.AsSpan(of * width, width)))
                .Take(10);
    }

    private static string Vocabulary => Path.Combine(Environment.GetEnvironmentVariable("HYBRIDREC_MODELS") ?? ".", Tokenizer, "vocab.txt");

    private TextEncoder Open()
    {
        if (folder is not null)
            return TextEncoder.FromFolder(folder, new EncoderOptions { MaxTokens = maxTokens, Threads = threads });
        string vocabulary = Vocabulary;
        var shape = new BertShape
        {
            Vocabulary = File.ReadLines(vocabulary).Count(),
            Dimension = dimension,
            Layers = layers,
            Heads = dimension / 32,
            Intermediate = 4 * dimension,
            MaxTokens = Math.Max(512, maxTokens)
        };
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(file, BertOnnx.Write(shape, BertRandomWeights.Create(shape, seed)));
            var options = new EncoderOptions { Pooling = PoolingMode.Mean, MaxTokens = maxTokens, Threads = threads };
            TextEncoder encoder = TextEncoder.FromOnnx(file, TextTokenizer.FromFile(vocabulary), options);
            var onnx = (OnnxEncoder)encoder.Ready!;
            // From memory: the temporary file goes away.
            TextEncoder open = FolderTextEncoder.Of(onnx.With(OnnxModel.Open(onnx.ModelBytes(), options)));
            encoder.Dispose();
            return open;
        }
        finally
        {
            File.Delete(file);
        }
    }

    // Seconds. A kind takes long enough for one call to warm it.
    private double[] Medians(params Action[] kinds) =>
        [.. PropagateCommand.Interleave(kinds, runs, warmUps: 1).Select(times => PropagateCommand.Median(times) / 1000)];
}

/// <summary>One line of the JSON file of <c>text --case int8</c>. Tokens a second include tokenization.</summary>
internal sealed record Int8Result(
    string Case, string Data, int? Layers, int Dimension, int Texts, long Tokens, string Scaling, int Bits, long FloatBytes, long Int8Bytes,
    double SizeRatio, double MeanError, double WorstError, IReadOnlyList<string> FloatLayers, double FloatTokensPerSecond,
    double Int8TokensPerSecond, double Speedup, int Cores)
{
    public override string ToString() => FormattableString.Invariant(
        $"{(Layers is null ? "" : $"{Layers} layers x ")}{Dimension}, {Texts} texts of {Data}, {Tokens} tokens, {Scaling}, {Bits} bits\n") +
            FormattableString.Invariant($"model {FloatBytes / 1e6:F2} to {Int8Bytes / 1e6:F2} MB, {SizeRatio:F2}x smaller; ")
        + FormattableString.Invariant($"1 - cos {MeanError:E2}, worst {WorstError:E2}; {FloatLayers.Count} layers stayed ") +
            FormattableString.Invariant($"float\n{FloatTokensPerSecond:N0} to {Int8TokensPerSecond:N0} tokens/s, speedup {Speedup:F2}");
}

/// <summary>
/// One line of the JSON file of <c>text --case throughput</c>: share = encoding with tokenization, pooling and copies over ONNX
/// Runtime's own runs on the same batches.
/// </summary>
internal sealed record ThroughputResult(
    string Case, string Data, int Layers, int Dimension, int Texts, int Batch, long Tokens, long PaddedTokens, double TokensPerSecond,
    double RuntimeTokensPerSecond, double Share, double TokenizerTokensPerSecond, int Cores)
{
    public override string ToString() => FormattableString.Invariant(
        $"{Layers} layers x {Dimension}, {Texts} texts of {Data} in batches of {Batch}, {Tokens} tokens ({PaddedTokens} with padding)\n")
        + FormattableString.Invariant($"{TokensPerSecond:N0} tokens/s, ONNX Runtime alone {RuntimeTokensPerSecond:N0}: share ") +
            FormattableString.Invariant($"{Share:F3}; tokenizer {TokenizerTokensPerSecond:N0} tokens/s");
}

/// <summary>
/// One line of the JSON file of <c>text --case distill</c>. Agreement is the share of the teacher's ten nearest texts that the student has
/// too, on texts neither table was fitted to.
/// </summary>
internal sealed record DistillResult(
    string Case, string Data, int Layers, int Dimension, int TeachingTexts, int JudgingTexts, double UntrainedAgreement, double Agreement,
    double TeacherTokensPerSecond, double StudentTokensPerSecond, double Speedup, TableCompressionReport Table,
    TableCompressionReport PrunedTable, int Cores)
{
    public override string ToString() => FormattableString.Invariant(
        $"{Layers} layers x {Dimension}, {TeachingTexts} texts of {Data} teach, {JudgingTexts} judge\nteacher's neighbors: ") +
            FormattableString.Invariant($"{UntrainedAgreement:F3} untrained, {Agreement:F3} fitted; ")
        + FormattableString.Invariant(
            $"{TeacherTokensPerSecond:N0} to {StudentTokensPerSecond:N0} tokens/s, speedup {Speedup:F0}\n{Table}\n{PrunedTable}");
}
