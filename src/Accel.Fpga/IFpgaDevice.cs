namespace HybridRec.MLNet.Accel;

/// <summary>
/// A kernel on an FPGA, with its compute units and its memory, as the driver sees it: buffers, arguments, start, wait, registers. The
/// simulated kernel (<see cref="RtlSimulation"/>) and a board (<see cref="XrtDevice"/>) are driven through it by the same
/// code. Used by one thread at a time.
/// </summary>
public interface IFpgaDevice : IDisposable
{
    /// <summary>What it is, for errors and tables.</summary>
    string Name { get; }

    /// <summary>
    /// How its counters come about: <see cref="Provenance.Measured"/> on a board, <see cref="Provenance.Simulated"/> else.
    /// </summary>
    Provenance Provenance { get; }

    /// <summary>Number of compute units, 1 or more; each runs for itself.</summary>
    int Units { get; }

    /// <summary>Clock of the units, Hz, and how it is known.</summary>
    Figure Clock { get; }

    /// <summary>Which memory an argument of a unit has to lie in; buffers of one bank can be shared.</summary>
    /// <param name="unit">Compute unit.</param>
    /// <param name="argument">Number of the argument.</param>
    /// <returns>A number for the memory.</returns>
    int Bank(int unit, int argument);

    /// <summary>Takes device memory.</summary>
    /// <param name="bytes">How much, 1 or more.</param>
    /// <param name="bank">From <see cref="Bank"/>.</param>
    /// <returns>The buffer; its content is not defined. Disposing it gives the memory back.</returns>
    /// <exception cref="FpgaException">The memory is full, or the device is lost.</exception>
    FpgaBuffer Allocate(long bytes, int bank);

    /// <summary>Copies bytes to the device.</summary>
    /// <param name="buffer">Where to.</param>
    /// <param name="data">The bytes, written from the beginning of the buffer on.</param>
    /// <exception cref="FpgaException">The buffer is too small, or the device is lost.</exception>
    void Write(FpgaBuffer buffer, ReadOnlySpan<byte> data);

    /// <summary>Copies bytes from the device.</summary>
    /// <param name="buffer">Where from.</param>
    /// <param name="data">Receives the bytes from the beginning of the buffer on.</param>
    /// <exception cref="FpgaException">The buffer is too small, or the device is lost.</exception>
    void Read(FpgaBuffer buffer, Span<byte> data);

    /// <summary>Starts a unit.</summary>
    /// <param name="unit">Compute unit, which does not run.</param>
    /// <param name="arguments">Its arguments, in order.</param>
    /// <exception cref="FpgaException">The device is lost.</exception>
    void Start(int unit, ReadOnlySpan<FpgaArgument> arguments);

    /// <summary>Waits until a unit has finished.</summary>
    /// <param name="unit">Compute unit, which was started.</param>
    /// <param name="work">Cycles that it would take without any waiting; from them the device knows when it hangs.</param>
    /// <exception cref="FpgaException">It hangs, it broke the rules of its bus, or the device is lost.</exception>
    void Wait(int unit, long work);

    /// <summary>Reads a register.</summary>
    /// <param name="unit">Compute unit.</param>
    /// <param name="offset">Byte offset in its register map.</param>
    /// <returns>The value.</returns>
    /// <exception cref="FpgaException">There is no such register, or the device is lost.</exception>
    uint ReadRegister(int unit, int offset);
}
