using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>How a teacher is distilled into a static token table (<see cref="TextEncoder.Distilled"/>).</summary>
public sealed record StaticDistillationOptions
{
    /// <summary>Length of a vector; at most the teacher's.</summary>
    /// <value>The default is 256.</value>
    public int Dimension { get; init; } = 256;

    /// <summary>
    /// a of the weight a / (a + p) of a token of probability p, which makes frequent tokens count less (SIF, Arora et al. 2017).
    /// </summary>
    /// <value>The default is 0.0001.</value>
    public double SifCoefficient { get; init; } = 1e-4;

    /// <summary>
    /// Whether the table is then fitted to the teacher's vectors of the items' texts. It stays as it was where that does
    /// not help texts held out of it.
    /// </summary>
    /// <value>The default is true.</value>
    public bool FitTexts { get; init; } = true;

    /// <summary>
    /// Whether the mean of the items' texts is taken off the teacher's vectors the table is fitted to. A teacher whose vectors all point
    /// one way says little by their mean, and profiles of users are means; the student's cosines are then not the teacher's.
    /// </summary>
    /// <value>The default is false: the student gives what the teacher gives.</value>
    public bool Center { get; init; }

    /// <summary>Texts of the items the teacher encodes at most, spread evenly.</summary>
    /// <value>The default is 20,000.</value>
    public int MaxTexts { get; init; } = 20_000;

    /// <summary>Texts in one call of the teacher.</summary>
    /// <value>The default is 64.</value>
    public int TeacherBatchSize { get; init; } = 64;

    internal void Validate()
    {
        var check = new OptionCheck("Distilled");
        check.Between(Dimension, 1, 4096, nameof(Dimension));
        check.Require(SifCoefficient is > 0 and <= 1, SifCoefficient, "above 0 and at most 1", nameof(SifCoefficient));
        check.AtLeast(MaxTexts, 0, nameof(MaxTexts));
        check.AtLeast(TeacherBatchSize, 1, nameof(TeacherBatchSize));
    }
}
