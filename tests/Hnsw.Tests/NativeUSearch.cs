using Cloud.Unum.USearch;

namespace HybridRec.MLNet.Tests.Hnsw;

/// <summary>USearch's native library, which not every machine can load.</summary>
internal static class NativeUSearch
{
    private static readonly Lazy<string?> s_fault = new(() =>
    {
        try
        {
            _ = USearchCapabilities.Version();
            return null;
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            return $"USearch's native library does not load here; it is there for linux-x64 (with libgomp: apt-get install libgomp1), win-x64 and osx-arm64. {e.Message.Split('\n')[0]}";
        }
    });

    /// <summary>Skips the test where it does not load, and says why.</summary>
    public static void Require() => Assert.SkipWhen(s_fault.Value is not null, s_fault.Value ?? "");
}
