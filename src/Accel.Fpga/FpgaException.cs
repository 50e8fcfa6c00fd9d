namespace HybridRec.MLNet.Accel;

/// <summary>
/// A device did not do what it was asked to: it is lost, it hangs, it reported an error, or it has no memory left. There is no result.
/// </summary>
public sealed class FpgaException : InvalidOperationException
{
    /// <summary>Creates the exception.</summary>
    public FpgaException()
        : this("The FPGA failed.")
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What happened, on which device, and what to do.</param>
    public FpgaException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What happened, on which device, and what to do.</param>
    /// <param name="innerException">What went wrong below.</param>
    public FpgaException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
