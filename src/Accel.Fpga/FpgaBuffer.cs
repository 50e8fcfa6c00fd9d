namespace HybridRec.MLNet.Accel;

/// <summary>Memory of a device.</summary>
public abstract class FpgaBuffer : IDisposable
{
    /// <summary>Creates a buffer.</summary>
    /// <param name="bytes">Its size.</param>
    /// <param name="address">Where it begins, as the device sees it.</param>
    protected FpgaBuffer(long bytes, ulong address) => (Bytes, Address) = (bytes, address);

    /// <summary>Its size.</summary>
    public long Bytes { get; }

    /// <summary>Where it begins, as the device sees it: a multiple of 4,096.</summary>
    public ulong Address { get; }

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Gives the memory back.</summary>
    /// <param name="disposing">True.</param>
    protected abstract void Dispose(bool disposing);
}
