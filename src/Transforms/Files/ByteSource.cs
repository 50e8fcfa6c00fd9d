using System.IO.MemoryMappedFiles;

namespace HybridRec.MLNet.Files;

/// <summary>
/// Bytes read at random: of an array, or of a file that is mapped into memory, so that only the pages asked for are
/// read. Safe for several threads.
/// </summary>
internal abstract class ByteSource : IDisposable
{
    /// <summary>Number of bytes.</summary>
    public abstract long Length { get; }

    public static ByteSource Of(byte[] bytes) => new ArraySource(bytes);

    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static ByteSource Map(string path)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"There is no file '{path}'. Check the path.", path);
        return new FileInfo(path).Length == 0 ? new ArraySource([]) : new MappedSource(path); // an empty file cannot be mapped
    }

    /// <summary>Fills <paramref name="destination"/> from <paramref name="offset"/> on; the range must lie inside.</summary>
    public abstract void Read(long offset, Span<byte> destination);

    public virtual void Dispose()
    {
    }

    private sealed class ArraySource(byte[] bytes) : ByteSource
    {
        public override long Length => bytes.Length;

        public override void Read(long offset, Span<byte> destination) =>
            bytes.AsSpan(checked((int)offset), destination.Length).CopyTo(destination);
    }

    private sealed class MappedSource : ByteSource
    {
        private readonly MemoryMappedFile _file;
        private readonly MemoryMappedViewAccessor _view;

        public MappedSource(string path)
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            Length = stream.Length;
            _file = MemoryMappedFile.CreateFromFile(
                stream, mapName: null, capacity: 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
            _view = _file.CreateViewAccessor(0, Length, MemoryMappedFileAccess.Read);
        }

        public override long Length { get; }

        public override void Read(long offset, Span<byte> destination)
        {
            // The view is as long as its last page; the file is not.
            if (offset < 0 || offset > Length - destination.Length)
                throw new ArgumentOutOfRangeException(
                    nameof(offset), offset, $"{destination.Length} bytes from there do not lie inside of {Length}.");
            _view.SafeMemoryMappedViewHandle.ReadSpan((ulong)offset, destination);
        }

        public override void Dispose()
        {
            _view.Dispose();
            _file.Dispose();
        }
    }
}
