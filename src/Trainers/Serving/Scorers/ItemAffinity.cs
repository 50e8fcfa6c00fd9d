namespace HybridRec.MLNet.Serving;

/// <summary>How much having one item speaks for another.</summary>
/// <param name="Value">More is closer; 0 when the model does not tell.</param>
/// <param name="Kind">What it goes by.</param>
internal readonly record struct ItemAffinity(float Value, ReasonKind Kind)
{
    // Two parts speak where neither says more than this many times what the other says.
    private const float MostApart = 3;

    /// <summary>The sum of what people, texts and other features say, and which of them say it.</summary>
    public static ItemAffinity Of(float people, float text, float features)
    {
        float most = Math.Max(people, text);
        ReasonKind kind = features > most ? ReasonKind.Features
            : MostApart * Math.Min(people, text) >= most ? ReasonKind.Both
            : people > text ? ReasonKind.People : ReasonKind.Text;
        return new ItemAffinity(people + text + features, kind);
    }
}
