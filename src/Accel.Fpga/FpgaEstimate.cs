namespace HybridRec.MLNet.Accel;

/// <summary>Time of a call on a board, as a model has it: every figure is <see cref="Provenance.Modeled"/>.</summary>
/// <param name="Board">The board.</param>
/// <param name="Units">Compute units.</param>
/// <param name="Launch">Starting and returning.</param>
/// <param name="Transfer">Bytes between host and board.</param>
/// <param name="Compute">Cycles over the clock.</param>
/// <param name="Memory">Bytes over the bandwidth of the banks in use.</param>
public sealed record FpgaEstimate(FpgaBoard Board, int Units, Figure Launch, Figure Transfer, Figure Compute, Figure Memory)
{
    /// <summary>What the kernel takes: the longer of computing and memory, which overlap.</summary>
    public Figure Kernel => Memory.Value > Compute.Value ? Memory : Compute;

    /// <summary>All: launch, transfer and kernel, one after the other.</summary>
    public Figure Total => Launch + Transfer + Kernel;

    /// <summary>Whether memory, not the lanes, decides.</summary>
    public bool IsMemoryBound => Memory.Value > Compute.Value;
}
