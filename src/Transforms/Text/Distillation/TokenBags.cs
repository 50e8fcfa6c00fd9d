using HybridRec.MLNet.Accel;

namespace HybridRec.MLNet.Text;

/// <summary>
/// Texts as means of their tokens: row i of the matrix times a token table is what <see cref="StaticEncoder"/>
/// gives text i before normalization.
/// </summary>
/// <param name="Matrix">texts x tokens that occur: share of each token in the text.</param>
/// <param name="Tokens">Token id of each column, ascending.</param>
/// <param name="Counts">How often each column's token occurs in all.</param>
internal sealed record TokenBags(CsrMatrix Matrix, int[] Tokens, long[] Counts)
{
    public static TokenBags Of(TextTokenizer tokenizer, IReadOnlyList<string> texts, string?[] vocabulary, int maxTokens)
    {
        int unknown = tokenizer is PipelineTokenizer pipeline ? pipeline.Model.UnknownId : -1;
        int[][] ids = new int[texts.Count][];
        Parallelism.For(texts.Count, threads: 0, i => ids[i] = [.. tokenizer.EncodeCore(
            texts[i], maxTokens, specialTokens: false).Where(t => t != unknown && (uint)t < (uint)vocabulary.Length)]);
        int[] tokens = [.. ids.SelectMany(t => t).Distinct().Order()];
        var column = tokens.Select((t, c) => (t, c)).ToDictionary(p => p.t, p => p.c);
        long[] counts = new long[tokens.Length];
        int[] offsets = new int[texts.Count + 1];
        var columns = new List<int>();
        var values = new List<float>();
        for (int i = 0; i < ids.Length; i++)
        {
            foreach (var group in ids[i].GroupBy(t => column[t]).OrderBy(g => g.Key))
            {
                int count = group.Count();
                counts[group.Key] += count;
                columns.Add(group.Key);
                values.Add((float)count / ids[i].Length);
            }
            offsets[i + 1] = columns.Count;
        }
        return new TokenBags(new CsrMatrix(texts.Count, tokens.Length, offsets, [.. columns], [.. values]), tokens, counts);
    }

    /// <summary>
    /// The same with each text divided by the mean weight of its tokens: a table of vectors times weights then gives their weighed mean,
    /// whose length says nothing of how frequent the words are.
    /// </summary>
    /// <param name="weights">Weight of each token, above 0.</param>
    public TokenBags Weighed(float[] weights)
    {
        float[] values = [.. Matrix.Values];
        for (int i = 0; i < Matrix.Rows; i++)
        {
            int begin = Matrix.RowOffsets[i], end = Matrix.RowOffsets[i + 1];
            float mass = 0;
            for (int e = begin; e < end; e++)
                mass += values[e] * weights[Tokens[Matrix.ColumnIndices[e]]];
            for (int e = begin; e < end; e++)
                values[e] /= mass;
        }
        return this with { Matrix = new CsrMatrix(Matrix.Rows, Matrix.Columns, [.. Matrix.RowOffsets], [.. Matrix.ColumnIndices], values) };
    }

    /// <summary>Some of the texts.</summary>
    public CsrMatrix Rows(IReadOnlyList<int> rows)
    {
        int[] offsets = new int[rows.Count + 1];
        var columns = new List<int>();
        var values = new List<float>();
        for (int i = 0; i < rows.Count; i++)
        {
            int begin = Matrix.RowOffsets[rows[i]], end = Matrix.RowOffsets[rows[i] + 1];
            columns.AddRange(Matrix.ColumnIndices[begin..end]);
            values.AddRange(Matrix.Values[begin..end]);
            offsets[i + 1] = columns.Count;
        }
        return new CsrMatrix(rows.Count, Tokens.Length, offsets, [.. columns], [.. values]);
    }
}
