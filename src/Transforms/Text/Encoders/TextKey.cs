using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;

namespace HybridRec.MLNet.Text;

/// <summary>128 bit XXH3 of a text's UTF-16 form: tables and caches are keyed by it, so that no text is stored.</summary>
internal static class TextKey
{
    public static UInt128 Of(ReadOnlySpan<char> text) => XxHash128.HashToUInt128(MemoryMarshal.AsBytes(text));

    public static UInt128 OfBytes(ReadOnlySpan<byte> bytes) => XxHash128.HashToUInt128(bytes);

    /// <summary>One hash of several parts in order.</summary>
    public static UInt128 Combine(UInt128 first, string settings)
    {
        var hash = new XxHash128();
        Span<byte> bytes = stackalloc byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128LittleEndian(bytes, first);
        hash.Append(bytes);
        hash.Append(Encoding.UTF8.GetBytes(settings));
        return hash.GetCurrentHashAsUInt128();
    }

    /// <summary>Texts that carry nothing: they get the zero vector.</summary>
    public static bool IsBlank(ReadOnlySpan<char> text) => text.IsWhiteSpace();
}
