namespace HybridRec.MLNet.Tests.Hnsw;

/// <summary>USearch's native library, which not every machine can load.</summary>
internal static class NativeUSearch
{
    private static readonly Lazy<string?> s_fault = new(() =>
    {
        try
        {
            _ = new HnswIndexFactory().Create(Array.Empty<float>(), 1, CancellationToken.None);
            return null;
        }
        catch (PlatformNotSupportedException e)
        {
            return e.Message;
        }
    });

    /// <summary>Skips the test where it does not load, and says why.</summary>
    public static void Require() => Assert.SkipWhen(s_fault.Value is not null, s_fault.Value ?? "");
}
