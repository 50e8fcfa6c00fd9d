using System.Runtime.InteropServices;

namespace HybridRec.MLNet.Accel;

/// <summary>Memory of the device that grows and is kept between calls, with what it is a copy of.</summary>
internal sealed unsafe class OpenClBuffer(OpenClSession session) : IDisposable
{
    private readonly WeakReference<object?> _content = new(null);
    private nint _handle;
    private nuint _bytes;
    private int _version;

    public nint Handle => _handle;

    /// <summary>Whether it holds a copy of something, as that was at a version.</summary>
    public bool Holds(object content, int version = 0) =>
        _version == version && _content.TryGetTarget(out object? held) && ReferenceEquals(held, content);

    /// <summary>Says what it holds a copy of; null for nothing.</summary>
    public void Hold(object? content, int version = 0)
    {
        _content.SetTarget(content);
        _version = version;
    }

    /// <summary>Makes room; what it held is lost where it has to grow.</summary>
    public void Reserve(long bytes)
    {
        if (_handle != 0 && (nuint)bytes <= _bytes)
            return;
        Free();
        nuint wanted = (nuint)bytes;
        _handle = session.Allocate(wanted);
        _bytes = wanted;
    }

    /// <summary>Starts a copy from the host, which has to be pinned until it is done.</summary>
    /// <returns>Bytes.</returns>
    public long Write(void* source, long offset, long bytes, nint* done = null)
    {
        if (bytes == 0)
            return 0;
        session.Check(
            session.Api.EnqueueWrite(session.Upload, _handle, 0, (nuint)offset, (nuint)bytes, source, 0, null, done),
            "writing to its memory");
        return bytes;
    }

    /// <summary>Copies values from the host, unless they are there.</summary>
    /// <returns>Bytes copied.</returns>
    public long Keep<T>(object content, ReadOnlySpan<T> values)
        where T : unmanaged
    {
        if (Holds(content))
            return 0;
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(values);
        Reserve(bytes.Length);
        fixed (byte* source = bytes)
        {
            Hold(null);
            Write(source, 0, bytes.Length);
            session.Check(session.Api.Finish(session.Upload), "writing to its memory");
        }

        Hold(content);
        return bytes.Length;
    }

    /// <summary>Starts a copy to the host, which has to be pinned until it is done, after an event.</summary>
    /// <returns>Bytes.</returns>
    public long Read(void* destination, long offset, long bytes, nint after, nint* done = null)
    {
        session.Check(
            session.Api.EnqueueRead(session.Download, _handle, 0, (nuint)offset, (nuint)bytes, destination, 1, &after, done),
            "reading from its memory");
        return bytes;
    }

    public void Dispose() => Free();

    private void Free()
    {
        Hold(null);
        if (_handle != 0)
            _ = session.Api.ReleaseMemory(_handle);
        _handle = 0;
    }
}
