namespace HybridRec.MLNet.Accel;

/// <summary>Buffers of a device that are kept from call to call and grow when they have to: one for each use and bank.</summary>
internal sealed class DeviceBuffers(IFpgaDevice device) : IDisposable
{
    private readonly Dictionary<(string Use, int Bank), FpgaBuffer> _buffers = [];

    /// <summary>A buffer of at least so many bytes; its content is not defined.</summary>
    public FpgaBuffer Get(string use, int bank, long bytes)
    {
        if (_buffers.TryGetValue((use, bank), out FpgaBuffer? buffer) && buffer.Bytes >= bytes)
            return buffer;
        // Given back first: a large one may not fit beside its successor.
        if (_buffers.Remove((use, bank)))
            buffer!.Dispose();
        return _buffers[(use, bank)] = device.Allocate(Math.Max(bytes, 4096), bank);
    }

    public void Dispose()
    {
        foreach (FpgaBuffer buffer in _buffers.Values)
            buffer.Dispose();
        _buffers.Clear();
    }
}
