using System.Globalization;
using System.Numerics.Tensors;
using HybridRec.MLNet.Training;

namespace HybridRec.MLNet.Serving;

/// <summary>The checks of a request, whose numbers and lists may come from outside.</summary>
internal static class RequestCheck
{
    private const int ListsPerHistory = 10;

    /// <summary>Refuses what no recommender can answer, or what is beyond the limits.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    /// <exception cref="ArgumentException">Something else is wrong.</exception>
    public static void Request(RecommendationRequest request, ServingSnapshot snapshot)
    {
        RecommenderOptions options = snapshot.Options;
        if (request.Count < 1 || request.Count > options.MaxCount)
            throw OutOfRange(nameof(request.Count), request.Count, 1, options.MaxCount);
        if (request.Reasons < 0 || request.Reasons > options.MaxCount)
            throw OutOfRange(nameof(request.Reasons), request.Reasons, 0, options.MaxCount);
        int kinds = (request.History is null ? 0 : 1) + (request.Text is null ? 0 : 1)
            + (request.LikeItem is null ? 0 : 1) + (request.Vector is null ? 0 : 1);
        if (kinds > 1 || (request.User is not null && request.History is not null))
        {
            throw new ArgumentException(
                "A request is for a user, a history, a text, an item or a vector: more than one of them is given. "
                + "Only User may stand beside a text, an item or a vector.");
        }

        if (request.User is { Length: 0 })
            throw new ArgumentException("User is empty; give an id, or leave it out for popular items.");
        if (request.LikeItem is { Length: 0 })
            throw new ArgumentException("LikeItem is empty; give the id of an item.");
        if (request.History is { Count: 0 })
            throw new ArgumentException("History is empty; give at least one item, or leave it out for popular items.");
        Limit(request.History?.Count ?? 0, options.MaxHistory, nameof(request.History));
        Limit(request.Allow?.Count ?? 0, options.MaxHistory * (long)ListsPerHistory, nameof(request.Allow));
        Limit(request.Deny?.Count ?? 0, options.MaxHistory * (long)ListsPerHistory, nameof(request.Deny));
        Limit(request.Categories?.Count ?? 0, options.MaxHistory * (long)ListsPerHistory, nameof(request.Categories));
        if (request.Text is { } text)
            Text(text, snapshot);
        if (request.Vector is { } vector)
            Vector(vector.Span, snapshot.Scorer);
    }

    /// <summary>Refuses a text that cannot be answered.</summary>
    /// <exception cref="ArgumentException">It is blank or too long.</exception>
    /// <exception cref="NotSupportedException">The recommender answers no texts.</exception>
    public static void Text(string text, ServingSnapshot snapshot)
    {
        int most = snapshot.Options.MaxTextLength;
        if (string.IsNullOrWhiteSpace(text))
            throw new ArgumentException("Text is blank; give some words.");
        if (text.Length > most)
            throw new ArgumentException($"Text has {text.Length} characters; at most {most} are allowed.");
        if (snapshot.Texts is null)
        {
            throw new NotSupportedException(
                "This recommender answers no texts: the model has no LlmEmbedding of an item column, "
                + "or RecommenderOptions.TextQueries is false.");
        }
    }

    private static ArgumentOutOfRangeException OutOfRange(string name, int given, int least, int most) =>
        new OptionCheck("Recommend").Refusal(
            name, given.ToString(CultureInfo.InvariantCulture), string.Create(CultureInfo.InvariantCulture, $"between {least} and {most}"));

    private static void Limit(int count, long most, string name)
    {
        if (count > most)
            throw new ArgumentException($"{name} has {count} entries; at most {most} are allowed.");
    }

    private static void Vector(ReadOnlySpan<float> vector, ServingScorer scorer)
    {
        if (scorer.Dimension == 0)
            throw ServingScorer.NoVectors();
        if (vector.Length != scorer.Dimension)
            throw new ArgumentException($"Vector has {vector.Length} numbers; it has to have {scorer.Dimension}.");
        if (!TensorPrimitives.IsFiniteAll(vector) || !float.IsFinite(TensorPrimitives.SumOfSquares(vector)))
            throw new ArgumentException("Vector has a number that is not finite, or is too long for Single.");
    }
}
