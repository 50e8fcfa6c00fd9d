using System.IO.Hashing;
using System.Text;

namespace HybridRec.MLNet.Hosting;

/// <summary>
/// The saved state of one transformer: magic, kind, owning assembly, version, number of sub-models, payload length, checksum, payload.
/// </summary>
/// <param name="Kind">Name of the format.</param>
/// <param name="Owner">Simple name of the assembly that registers the reader.</param>
/// <param name="Version">Version of the format.</param>
/// <param name="Children">Number of sub-models beside the state.</param>
/// <param name="Payload">What the transformer wrote.</param>
internal sealed record ModelState(string Kind, string Owner, int Version, int Children, ReadOnlyMemory<byte> Payload)
{
    /// <summary>All assemblies that may own a kind have names starting so; no other is ever loaded on the word of a file.</summary>
    public const string OwnerPrefix = "HybridRec.MLNet.";

    private const ulong Magic = 0x5453_4449_5242_5948; // "HYBRIDST", little-endian
    private const int MaxChildren = 999;
    private const int ReadChunk = 1 << 20;

    /// <summary>Writes the state.</summary>
    public void Write(BinaryWriter writer)
    {
        byte[] header = Header(Kind, Owner, Version, Children, Payload.Length);
        writer.Write(header);
        writer.Write(Checksum(header, Payload.Span));
        writer.Write(Payload.Span);
    }

    /// <summary>Reads and checks a state; the reader must be at its end afterwards.</summary>
    /// <exception cref="InvalidDataException">It is not such a state, or it is truncated, damaged or followed
    /// by something else.</exception>
    public static ModelState Read(BinaryReader reader)
    {
        try
        {
            ulong magic = reader.ReadUInt64();
            if (magic != Magic)
                throw new InvalidDataException($"The model's state begins with 0x{magic:X16}, not with 0x{Magic:X16}: it was not written " +
                    "by HybridRec.MLNet, or is damaged. Save the model again.");
            string kind = reader.ReadString();
            string owner = reader.ReadString();
            int version = reader.ReadInt32();
            int children = reader.ReadInt32();
            long length = reader.ReadInt64();
            ulong checksum = reader.ReadUInt64();
            if (children is < 0 or > MaxChildren)
                throw new InvalidDataException($"The state of kind '{kind}' claims {children} sub-models; 0 to {MaxChildren} are " +
                    "possible. The file is damaged; save the model again.");
            if (length is < 0 || length > Array.MaxLength)
                throw new InvalidDataException($"The state of kind '{kind}' claims {length} bytes; 0 to {Array.MaxLength} are possible. " +
                    "The file is damaged; save the model again.");
            ReadOnlyMemory<byte> payload = ReadExactly(reader, length, kind);
            ulong found = Checksum(Header(kind, owner, version, children, payload.Length), payload.Span);
            if (found != checksum)
                throw new InvalidDataException($"The state of kind '{kind}' is damaged: its checksum is 0x{found:X16}, 0x{checksum:X16} " +
                    "was saved. Save the model again.");
            if (reader.Read(new byte[1]) > 0)
                throw new InvalidDataException($"The state of kind '{kind}' is followed by bytes that do not belong to it. The file is " +
                    "damaged; save the model again.");
            return new ModelState(kind, owner, version, children, payload);
        }
        catch (Exception exception) when (exception is EndOfStreamException or FormatException or DecoderFallbackException)
        {
            throw new InvalidDataException(
                "The model's state ends before its header does: the file is truncated or damaged. Save the model again.", exception);
        }
    }

    // In steps, so that a length that lies costs no more memory than there are bytes.
    private static ReadOnlyMemory<byte> ReadExactly(BinaryReader reader, long length, string kind)
    {
        var payload = new MemoryStream((int)Math.Min(length, ReadChunk));
        byte[] buffer = new byte[(int)Math.Min(length, ReadChunk)];
        while (payload.Length < length)
        {
            int read = reader.Read(buffer, 0, (int)Math.Min(buffer.Length, length - payload.Length));
            if (read == 0)
                throw new InvalidDataException(
                    $"The state of kind '{kind}' is truncated: {payload.Length} of {length} bytes are there. Save the model again.");
            payload.Write(buffer, 0, read);
        }
        return payload.GetBuffer().AsMemory(0, (int)length);
    }

    private static byte[] Header(string kind, string owner, int version, int children, int length)
    {
        using var header = new MemoryStream();
        using var writer = new BinaryWriter(header);
        writer.Write(Magic);
        writer.Write(kind);
        writer.Write(owner);
        writer.Write(version);
        writer.Write(children);
        writer.Write((long)length);
        writer.Flush();
        return header.ToArray();
    }

    private static ulong Checksum(ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload)
    {
        var hash = new XxHash3();
        hash.Append(header);
        hash.Append(payload);
        return hash.GetCurrentHashAsUInt64();
    }
}
