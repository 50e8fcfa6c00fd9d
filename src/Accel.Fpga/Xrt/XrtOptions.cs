namespace HybridRec.MLNet.Accel;

/// <summary>A board that XRT drives, and the binary of the kernels for it.</summary>
public sealed record XrtOptions
{
    /// <summary>File of the compiled kernels, built for the platform of this board.</summary>
    public required string Xclbin { get; init; }

    /// <summary>Library of XRT.</summary>
    /// <value>The default is libxrt_coreutil.so.2, which XRT installs.</value>
    public string Library { get; init; } = "libxrt_coreutil.so.2";

    /// <summary>Number of the board.</summary>
    /// <value>The default is 0.</value>
    public int DeviceIndex { get; init; }

    /// <summary>
    /// Compute units of hr_agg_kernel in the binary; unit u is hr_agg_kernel_u, counted from 1, as the linker names them.
    /// </summary>
    /// <value>The default is 1.</value>
    public int AggregationUnits { get; init; } = 1;

    /// <summary>Compute units of hr_sample_kernel in the binary; one is used.</summary>
    /// <value>The default is 1; 0 for a binary without.</value>
    public int SamplingUnits { get; init; } = 1;

    /// <summary>Clock that the binary was linked for, Hz; XRT does not tell it.</summary>
    /// <value>The default is 300 MHz, the default of the platform.</value>
    public double ClockHertz { get; init; } = 300e6;

    /// <summary>A run that takes longer hangs.</summary>
    /// <value>The default is 10 seconds.</value>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);
}
