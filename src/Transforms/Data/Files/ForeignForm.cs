namespace HybridRec.MLNet.Data;

/// <summary>Forms of files that are met often and are not read here, by their first bytes.</summary>
internal static class ForeignForm
{
    /// <summary>What it is, in words; null for none of them.</summary>
    internal static string? Of(ReadOnlySpan<byte> head) => head switch
    {
        [(byte)'B', (byte)'Z', (byte)'h', >= (byte)'1' and <= (byte)'9', ..] => "a bzip2 archive",
        [0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0, ..] => "an xz archive",
        [(byte)'7', (byte)'z', 0xBC, 0xAF, 0x27, 0x1C, ..] => "a 7z archive",
        [0x28, 0xB5, 0x2F, 0xFD, ..] => "a zstd archive",
        [(byte)'R', (byte)'a', (byte)'r', (byte)'!', ..] => "a rar archive",
        [(byte)'P', (byte)'A', (byte)'R', (byte)'1', ..] => "a Parquet file",
        [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..] => "text in UTF-16",
        _ => null,
    };
}
