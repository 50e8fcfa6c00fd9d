namespace HybridRec.MLNet.Accel;

/// <summary>
/// Buffers that follow the largest batch seen: they grow now and then, and a step that needs no more than one before it allocates nothing.
/// </summary>
internal static class GrowingBuffer
{
    /// <summary>The buffer, replaced by a longer one with the same content when it is shorter than asked for.</summary>
    public static T[] AtLeast<T>(ref T[] buffer, int length)
    {
        if (buffer.Length < length)
            Array.Resize(ref buffer, (int)Math.Clamp(buffer.Length * 3L / 2, length, Math.Max(length, Array.MaxLength)));
        return buffer;
    }
}
