namespace HybridRec.MLNet;

/// <summary>Which two texts an <see cref="EncoderTuning"/> draws together.</summary>
public enum TuningPairs
{
    /// <summary>The text of an item and that of the item the user took next.</summary>
    Sequence,

    /// <summary>The texts of the last items the user took, the latest first, as one text, and that of the item taken next.</summary>
    History,

    /// <summary>
    /// The mean of the unit vectors of several items the user took, as <see cref="HybridCatalog"/>'s UserProfile has it, and the text of an
    /// item: the item taken just before, and others of the user's drawn anew in each epoch. It is what the vectors are used for where users
    /// are the mean of their items, and dearer, a pair having more texts.
    /// </summary>
    Profile,
}
