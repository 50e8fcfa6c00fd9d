using System.Numerics.Tensors;
using HybridRec.MLNet.Accel;
using Microsoft.Extensions.AI;

namespace HybridRec.MLNet.Text;

/// <summary>
/// Distils a teacher into a static token table. Every token of the vocabulary is encoded by the teacher, reduced by principal components
/// and weighed by a / (a + p) (model2vec's recipe with SIF weights); then the table is drawn to the teacher's vectors of the items' texts
/// by ridge regression around it, with the ridge that does best on texts held out.
/// </summary>
internal sealed class StaticDistillation(
    IEmbeddingGenerator<string, Embedding<float>> teacher, TextTokenizer tokenizer, StaticDistillationOptions options,
    CancellationToken cancellationToken)
{
    /// <summary>With fewer texts there is nothing to hold out.</summary>
    private const int FewestTexts = 20;

    /// <summary>One text in so many is held out while the ridge is chosen.</summary>
    private const int HoldOut = 10;

    /// <summary>Ridges tried, in mean squared entries of a column of the bags.</summary>
    private static readonly double[] s_ridges = [100, 10, 1, 0.1];

    /// <summary>Distils.</summary>
    /// <param name="name">Name of the student.</param>
    /// <param name="texts">Texts of the items, none blank.</param>
    /// <param name="maxTokens">Longest text in tokens.</param>
    /// <exception cref="InvalidOperationException">The teacher's vectors are not finite, or differ in length.</exception>
    public StaticEncoder Run(string name, IReadOnlyList<string> texts, int maxTokens)
    {
        string?[] vocabulary = TokenTexts.Of(tokenizer);
        int[] known = [.. Enumerable.Range(0, vocabulary.Length).Where(i => vocabulary[i] is not null)];
        if (known.Length == 0)
            throw new InvalidOperationException("The tokenizer's vocabulary holds special tokens only: there is nothing to distil.");
        float[] tokens = Unit(Teach([.. known.Select(i => vocabulary[i]!)], out int width), width);
        Shift(tokens, Mean(tokens, width), -1);
        string[] sample = Sample(texts);
        var bags = TokenBags.Of(tokenizer, sample, vocabulary, maxTokens);
        float[] weights = SifWeights(vocabulary.Length, bags);
        return options.FitTexts && sample.Length >= FewestTexts
            ? Student(name, maxTokens, FittedTable(tokens, known, weights, bags, sample, width))
            : Student(
                name, maxTokens, Table(tokens, known, weights, PrincipalComponents.Fit(width, Math.Min(options.Dimension, width), tokens)));
    }

    private StaticEncoder Student(string name, int maxTokens, StaticTable table) =>
        new(name, table.ToFile(), tokenizer.Source!, normalize: true, maxTokens, prompt: "");

    private static StaticTable Table(float[] tokens, int[] known, float[] weights, PrincipalComponents components)
    {
        int d = components.Rank;
        float[] projected = components.Project(tokens), table = new float[weights.Length * d];
        for (int k = 0; k < known.Length; k++)
            TensorPrimitives.Multiply(projected.AsSpan(k * d, d), weights[known[k]], table.AsSpan(known[k] * d, d));
        return new StaticTable(table, d);
    }

    private StaticTable FittedTable(float[] tokens, int[] known, float[] weights, TokenBags bags, string[] sample, int width)
    {
        float[] taught = Unit(Teach(sample, out int textWidth), textWidth);
        if (textWidth != width)
            throw new InvalidOperationException($"The teacher gave vectors of {width} components for tokens and of {textWidth} for texts.");
        float[] mean = Mean(taught, width);
        // Single tokens lie elsewhere than texts: their mean is brought to that of the texts.
        if (options.Center)
            Shift(taught, mean, -1);
        else
            Shift(tokens, mean, 1);
        var components = PrincipalComponents.Fit(width, Math.Min(options.Dimension, width), tokens, taught);
        int d = components.Rank;
        var table = Table(tokens, known, weights, components);
        float[] targets = Unit(components.Project(taught), d), start = new float[bags.Tokens.Length * d];
        for (int c = 0; c < bags.Tokens.Length; c++)
            table.Embeddings.AsSpan(bags.Tokens[c] * d, d).CopyTo(start.AsSpan(c * d, d));
        bags = bags.Weighed(weights);
        float scale = Scale(bags.Matrix, start, targets, d);
        if (!(scale > 0 && float.IsFinite(scale)))
            return table; // tokens and texts of this teacher have nothing in common
        TensorPrimitives.Multiply(start, scale, start);
        if (BestRidge(bags, start, targets, d) is not { } ridge)
            return table;
        TensorPrimitives.Multiply(table.Embeddings, scale, table.Embeddings);
        float[] fitted = Fitted(bags.Matrix, start, targets, d, ridge);
        for (int c = 0; c < bags.Tokens.Length; c++)
            fitted.AsSpan(c * d, d).CopyTo(table.Embeddings.AsSpan(bags.Tokens[c] * d, d));
        return table;
    }

    /// <summary>The ridge with the smallest loss on texts held out; null where none is better than the table as it is.</summary>
    private double? BestRidge(TokenBags bags, float[] start, float[] targets, int d)
    {
        int[] all = [.. Enumerable.Range(0, bags.Matrix.Rows)], held = [.. all.Where(i => i % HoldOut == 0)],
            kept = [.. all.Where(i => i % HoldOut != 0)];
        CsrMatrix training = bags.Rows(kept), judging = bags.Rows(held);
        float[] trainingTargets = Rows(targets, kept, d), judgingTargets = Rows(targets, held, d);
        double best = DistillationLoss.Of(Product(judging, start, d), judgingTargets, d);
        double unit = Math.Max(1e-12, TensorPrimitives.SumOfSquares(bags.Matrix.Values) / bags.Tokens.Length);
        double? ridge = null;
        foreach (double candidate in s_ridges)
        {
            double loss = DistillationLoss.Of(
                Product(judging, Fitted(training, start, trainingTargets, d, candidate * unit), d), judgingTargets, d);
            if (loss < best)
                (best, ridge) = (loss, candidate * unit);
        }
        return ridge;
    }

    private float[] Fitted(CsrMatrix bags, float[] start, float[] targets, int d, double ridge)
    {
        float[] residuals = Product(bags, start, d);
        TensorPrimitives.Subtract(targets, residuals, residuals);
        float[] change = RidgeRegression.Solve(bags, residuals, d, ridge, cancellationToken);
        TensorPrimitives.Add(start, change, change);
        return change;
    }

    /// <summary>
    /// What the table is multiplied with so that its texts are nearest to the targets: they have length 1, sums of weighed tokens any.
    /// </summary>
    private static float Scale(CsrMatrix bags, float[] start, float[] targets, int d)
    {
        float[] product = Product(bags, start, d);
        return TensorPrimitives.Dot<float>(product, targets) / TensorPrimitives.SumOfSquares<float>(product);
    }

    private static float[] Unit(float[] rows, int width) => DistillationLoss.Normalized(rows, width);

    private static float[] Mean(float[] rows, int width)
    {
        double[] mean = new double[width];
        for (int i = 0; i < rows.Length; i++)
            mean[i % width] += rows[i];
        return Array.ConvertAll(mean, m => (float)(m * width / Math.Max(1, rows.Length)));
    }

    private static void Shift(float[] rows, float[] by, float sign)
    {
        for (int i = 0; i < rows.Length; i++)
            rows[i] += sign * by[i % by.Length];
    }

    private static float[] Product(CsrMatrix bags, float[] table, int d)
    {
        float[] result = new float[bags.Rows * d];
        new CpuAggregationBackend().Aggregate(bags, table, result, d);
        return result;
    }

    private static float[] Rows(float[] rows, int[] chosen, int d)
    {
        float[] result = new float[chosen.Length * d];
        for (int i = 0; i < chosen.Length; i++)
            rows.AsSpan(chosen[i] * d, d).CopyTo(result.AsSpan(i * d, d));
        return result;
    }

    /// <summary>
    /// a / (a + p_t). p by the items' texts, half an occurrence for tokens it lacks; without texts by Zipf's law over the ids, which
    /// vocabularies sort by frequency.
    /// </summary>
    private float[] SifWeights(int vocabulary, TokenBags bags)
    {
        double[] probability = new double[vocabulary];
        double total = bags.Counts.Sum();
        if (total > 0)
        {
            Array.Fill(probability, 0.5 / total);
            for (int c = 0; c < bags.Tokens.Length; c++)
                probability[bags.Tokens[c]] = bags.Counts[c] / total;
        }
        else
        {
            double harmonic = Enumerable.Range(1, vocabulary).Sum(r => 1.0 / r);
            for (int t = 0; t < vocabulary; t++)
                probability[t] = 1 / ((t + 1) * harmonic);
        }
        return Array.ConvertAll(probability, p => (float)(options.SifCoefficient / (options.SifCoefficient + p)));
    }

    private string[] Sample(IReadOnlyList<string> texts)
    {
        int n = Math.Min(options.MaxTexts, texts.Count);
        return [.. Enumerable.Range(0, n).Select(i => texts[(int)((long)i * texts.Count / n)])];
    }

    private float[] Teach(string[] texts, out int width) =>
        TeacherVectors.Of(teacher, texts, options.TeacherBatchSize, cancellationToken, out width);
}
