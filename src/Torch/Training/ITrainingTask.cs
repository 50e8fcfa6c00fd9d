using System.Globalization;
using static TorchSharp.torch;

namespace HybridRec.MLNet.Torch;

/// <summary>
/// What a training learns, and from what: fine-tuning, distillation or pre-training. How long and how fast is <see cref="TrainingLoop"/>'s.
/// </summary>
internal interface ITrainingTask
{
    /// <summary>What is trained, in an order that does not change.</summary>
    IReadOnlyList<(string Name, Tensor Value)> Parameters { get; }

    /// <summary>Batches of an epoch, at least 1.</summary>
    int BatchesPerEpoch { get; }

    /// <summary>Of the options, the data and the model: what a checkpoint has to be of.</summary>
    string Fingerprint { get; }

    /// <summary>Whether anything judges the epochs.</summary>
    bool Validates { get; }

    /// <summary>Adds a share of the gradient of a batch to the parameters.</summary>
    /// <param name="epoch">Its epoch, from 0.</param>
    /// <param name="batch">Its number in the epoch, from 0.</param>
    /// <param name="share">1 / the number of batches of the step.</param>
    /// <returns>The loss of the batch, whole.</returns>
    double Backpropagate(int epoch, int batch, double share);

    /// <summary>Judges the parameters as they are.</summary>
    /// <param name="epoch">Epochs done.</param>
    /// <returns>A loss, the less the better, and a measure for the log where there is one.</returns>
    (double Loss, double? Measure) Validate(int epoch);

    /// <summary>What the best epoch was chosen by, in words.</summary>
    /// <param name="loss">Its loss.</param>
    string Verdict(double loss) => string.Create(CultureInfo.InvariantCulture, $"validation loss {loss:F6}");
}
