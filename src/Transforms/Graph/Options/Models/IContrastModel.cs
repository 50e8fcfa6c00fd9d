using HybridRec.MLNet.Training;

namespace HybridRec.MLNet.Graph;

/// <summary>The settings of a model that contrasts noisy views.</summary>
internal interface IContrastModel
{
    int Layers { get; }

    float ContrastWeight { get; }

    float ContrastTemperature { get; }

    float NoiseMagnitude { get; }

    /// <summary>Refuses illegal settings of the contrast.</summary>
    void ValidateContrast(OptionCheck check)
    {
        check.AtLeast(ContrastWeight, 0, nameof(ContrastWeight));
        check.Above0(ContrastTemperature, nameof(ContrastTemperature));
        check.AtLeast(NoiseMagnitude, 0, nameof(NoiseMagnitude));
    }
}
