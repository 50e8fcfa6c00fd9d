using System.Globalization;
using System.Numerics.Tensors;
using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Accel.Kernels;

namespace HybridRec.MLNet.Text;

/// <summary>
/// TF-IDF to truncated SVD (latent semantic analysis), fitted on the items' texts:
/// x_t = (1 + ln tf_t) (1 + ln((1 + n)/(1 + df_t))) for each known term, projected on V_k, scaled to length 1; then the items' mean is
/// taken off and the rest scaled to length 1 again. Without that, what all texts share ("a film released in") drowns what tells them apart.
/// </summary>
internal sealed class LexicalEncoder : FittedEncoder
{
    public const string StateKind = "lexical";

    /// <summary>Where nobody asked a context: an encoder fitted without an estimator.</summary>
    private const int UnseededSeed = 1;

    /// <summary>Below this many texts a share of the texts says nothing about a term.</summary>
    private const int FewTexts = 20;

    private readonly LexicalOptions _options;
    private readonly LexicalAnalyzer _analyzer;
    private readonly string[] _terms;
    private readonly Dictionary<string, int> _termIds;
    private readonly float[] _idf;
    private readonly float[] _projection;
    private readonly float[] _mean;

    private LexicalEncoder(LexicalOptions options, string[] terms, float[] idf, float[] projection, float[] mean)
    {
        _options = options;
        _analyzer = new LexicalAnalyzer(options);
        (_terms, _idf, _projection, _mean) = (terms, idf, projection, mean);
        _termIds = new Dictionary<string, int>(terms.Length, StringComparer.Ordinal);
        for (int i = 0; i < terms.Length; i++)
            _termIds.Add(terms[i], i);
        var hash = new System.IO.Hashing.XxHash128();
        hash.Append(System.Runtime.InteropServices.MemoryMarshal.AsBytes(projection.AsSpan()));
        hash.Append(System.Runtime.InteropServices.MemoryMarshal.AsBytes(idf.AsSpan()));
        hash.Append(System.Runtime.InteropServices.MemoryMarshal.AsBytes(mean.AsSpan()));
        ModelHash = TextKey.Combine(hash.GetCurrentHashAsUInt128(), string.Join('\n', terms));
    }

    public override string Kind => StateKind;

    public override string Name => "lexical";

    public override int Dimension => _options.Dimension;

    public override UInt128 ModelHash { get; }

    public override bool IsCostly => false;

    public static LexicalEncoder Fit(IReadOnlyList<string> texts, LexicalOptions options, CancellationToken cancellationToken)
    {
        var analyzer = new LexicalAnalyzer(options);
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        var frequencies = new List<int>();
        var documents = new (int Term, int Count)[texts.Count][];
        for (int d = 0; d < texts.Count; d++)
        {
            if ((d & 255) == 0)
                cancellationToken.ThrowIfCancellationRequested();
            documents[d] = CountTerms(analyzer.Terms(texts[d]), term =>
            {
                if (!ids.TryGetValue(term, out int id))
                {
                    ids.Add(term, id = ids.Count);
                    frequencies.Add(0);
                }
                return id;
            });
            foreach (var (term, _) in documents[d])
                frequencies[term]++;
        }
        string[] names = new string[ids.Count];
        foreach (var (term, id) in ids)
            names[id] = term;
        int[] kept = Select(names, frequencies, texts.Count, options);
        int[] newId = new int[names.Length];
        Array.Fill(newId, -1);
        for (int i = 0; i < kept.Length; i++)
            newId[kept[i]] = i;
        float[] idf = [.. kept.Select(t => (float)(1 + Math.Log((1.0 + texts.Count) / (1 + frequencies[t]))))];
        CsrMatrix matrix = Weigh(documents, newId, idf);
        float[] projection = TruncatedSvd.RightVectors(
            matrix, options.Dimension, options.Iterations, options.Seed ?? UnseededSeed, cancellationToken);
        float[] mean = options.Center && texts.Count >= FewTexts
            ? Mean(matrix, projection, options.Dimension)
            : new float[options.Dimension];
        return new LexicalEncoder(options, [.. kept.Select(t => names[t])], idf, projection, mean);
    }

    public override void Encode(IReadOnlyList<string> texts, Memory<float> rows, int batchSize, CancellationToken cancellationToken)
    {
        int d = Dimension;
        for (int i = 0; i < texts.Count; i++)
        {
            if ((i & 255) == 0)
                cancellationToken.ThrowIfCancellationRequested();
            var row = rows.Span.Slice(i * d, d);
            row.Clear();
            var counts = CountTerms(_analyzer.Terms(texts[i]), term => _termIds.GetValueOrDefault(term, -1));
            foreach (var (term, count) in counts)
                TensorPrimitives.MultiplyAdd(_projection.AsSpan(term * d, d), Weight(count, _idf[term]), row, row);
            if (TensorPrimitives.Norm<float>(row) == 0)
                continue; // no known term: the zero vector, not what the texts have in common
            TokenPooling.Normalize(row); // the length of the TF-IDF row cancels here
            TensorPrimitives.Subtract(row, _mean, row);
            TokenPooling.Normalize(row);
        }
    }

    public override void Write(BinaryWriter writer)
    {
        writer.Write(_options.Dimension);
        writer.Write(_options.WordBigrams);
        writer.Write(_options.RemoveEnglishStopWords);
        writer.Write(_options.FoldPlurals);
        writer.Write(_terms.Length);
        foreach (string term in _terms)
            writer.Write(term);
        EncoderState.WriteFloats(writer, _idf);
        EncoderState.WriteFloats(writer, _projection);
        EncoderState.WriteFloats(writer, _mean);
    }

    public static LexicalEncoder Read(BinaryReader reader)
    {
        var options = new LexicalOptions
        {
            Dimension = reader.ReadInt32(),
            WordBigrams = reader.ReadBoolean(),
            RemoveEnglishStopWords = reader.ReadBoolean(),
            FoldPlurals = reader.ReadBoolean(),
        };
        options.Validate();
        string[] terms = new string[EncoderState.CheckedCount(reader, 1)];
        for (int i = 0; i < terms.Length; i++)
            terms[i] = reader.ReadString();
        float[] idf = EncoderState.ReadFloats(reader), projection = EncoderState.ReadFloats(reader), mean = EncoderState.ReadFloats(reader);
        return idf.Length == terms.Length && projection.Length == (long)terms.Length * options.Dimension && mean.Length == options.Dimension
            ? new LexicalEncoder(options, terms, idf, projection, mean)
            : throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture,
                $"The saved lexical encoder is damaged: {terms.Length} terms, {idf.Length} weights, {projection.Length} projection " +
                $"values."));
    }

    private static (int Term, int Count)[] CountTerms(List<string> terms, Func<string, int> idOf)
    {
        var counts = new Dictionary<int, int>(terms.Count);
        foreach (string term in terms)
            if (idOf(term) is >= 0 and int id)
                counts[id] = counts.GetValueOrDefault(id) + 1;
        return [.. counts.Select(p => (p.Key, p.Value)).OrderBy(p => p.Key)]; // ordered: sums do not depend on the order of words
    }

    /// <summary>
    /// Terms within the frequency limits, the most frequent first where there are too many; in order of first appearance.
    /// </summary>
    private static int[] Select(string[] names, List<int> frequencies, int texts, LexicalOptions options)
    {
        int most = texts < FewTexts ? texts : Math.Max(1, (int)(options.MaxDocumentFrequency * texts));
        int[] kept = [.. Enumerable.Range(0, names.Length)
            .Where(t => frequencies[t] >= options.MinDocumentFrequency && frequencies[t] <= most)];
        if (kept.Length == 0)
            kept = [.. Enumerable.Range(0, names.Length)];
        return kept.Length <= options.MaxTerms ? kept
            : [.. kept.OrderByDescending(t => frequencies[t]).ThenBy(t => names[t], StringComparer.Ordinal).Take(options.MaxTerms).Order()];
    }

    private static CsrMatrix Weigh((int Term, int Count)[][] documents, int[] newId, float[] idf)
    {
        int[] offsets = new int[documents.Length + 1];
        var columns = new List<int>();
        var values = new List<float>();
        for (int d = 0; d < documents.Length; d++)
        {
            int start = values.Count;
            foreach (var (term, count) in documents[d])
                if (newId[term] is >= 0 and int id)
                {
                    columns.Add(id);
                    values.Add(Weight(count, idf[id]));
                }
            TokenPooling.Normalize(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(values)[start..]);
            offsets[d + 1] = values.Count;
        }
        return new CsrMatrix(documents.Length, idf.Length, offsets, [.. columns], [.. values]);
    }

    /// <summary>Mean of the projected texts of length 1; those without a known term do not count.</summary>
    private static float[] Mean(CsrMatrix matrix, float[] projection, int dimension)
    {
        float[] rows = new float[matrix.Rows * dimension], mean = new float[dimension];
        SpmmKernel.Multiply(matrix, projection, rows, dimension, 0, matrix.Rows);
        int counted = 0;
        for (int r = 0; r < matrix.Rows; r++)
        {
            var row = rows.AsSpan(r * dimension, dimension);
            TokenPooling.Normalize(row);
            TensorPrimitives.Add(mean, row, mean);
            counted += TensorPrimitives.Norm<float>(row) > 0 ? 1 : 0;
        }
        if (counted > 0)
            TensorPrimitives.Divide(mean, counted, mean);
        return mean;
    }

    private static float Weight(int count, float idf) => (1 + MathF.Log(count)) * idf;
}
