using System.Buffers.Text;
using System.Globalization;

namespace HybridRec.MLNet.Data;

/// <summary>Numbers of data files: invariant, the whole field, nothing beside it.</summary>
internal static class Utf8Numbers
{
    /// <summary>An id from 0 to 2147483646 (ML.NET counts keys from 1, so the largest Int32 has no key).</summary>
    internal static bool TryId(ReadOnlySpan<byte> text, out int id) =>
        Utf8Parser.TryParse(text, out id, out int used) && used == text.Length && id is >= 0 and < int.MaxValue;

    /// <summary>A finite number.</summary>
    internal static bool TryLabel(ReadOnlySpan<byte> text, out float label) =>
        float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out label) && float.IsFinite(label);

    internal static bool TrySeconds(ReadOnlySpan<byte> text, out long seconds) =>
        Utf8Parser.TryParse(text, out seconds, out int used) && used == text.Length;
}
