namespace HybridRec.MLNet;

/// <summary>Which two texts an <see cref="EncoderTuning"/> draws together.</summary>
public enum TuningPairs
{
    /// <summary>The text of an item and that of the item the user took next.</summary>
    Sequence,

    /// <summary>The texts of the last items the user took, the latest first, as one text, and that of the item taken next.</summary>
    History,
}
