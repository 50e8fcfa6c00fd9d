namespace HybridRec.MLNet;

/// <summary>
/// The function sigma of <see cref="GraphModel.Gcn"/>, <see cref="GraphModel.GraphSage"/> and <see cref="GraphModel.PinSage"/>.
/// </summary>
public enum GraphActivation
{
    /// <summary><c>x</c> where positive, else <c>0.2 x</c> (the slope of NGCF).</summary>
    LeakyReLU,

    /// <summary>Hyperbolic tangent.</summary>
    Tanh,

    /// <summary>The identity: a linear graph convolution.</summary>
    None,

    /// <summary><c>x</c> where positive, else 0.</summary>
    ReLU,
}
