using System.Runtime.Intrinsics.X86;
using TorchSharp;
using static TorchSharp.torch;

namespace HybridRec.MLNet.Torch;

/// <summary>Whether a device multiplies BFloat16 itself.</summary>
internal static class BFloat16Products
{
    private const int Features = 7, Avx512BFloat16 = 1 << 5, AmxBFloat16 = 1 << 22;

    /// <summary>The type of products that a tuning gets.</summary>
    public static ScalarType TypeFor(TuningPrecision precision, Device device) =>
        precision == TuningPrecision.BFloat16 || (precision == TuningPrecision.Mixed && Has(device))
            ? ScalarType.BFloat16
            : ScalarType.Float32;

    /// <summary>
    /// CUDA has them, emulated by old devices; a processor says it by CPUID leaf 7: EAX bit 5 of subleaf 1, EDX bit 22 of subleaf 0.
    /// </summary>
    public static bool Has(Device device)
    {
        if (device.type == DeviceType.CUDA)
            return true;
        if (!X86Base.IsSupported || X86Base.CpuId(0, 0).Eax < Features)
            return false;
        var first = X86Base.CpuId(Features, 0);
        return (first.Edx & AmxBFloat16) != 0 || (first.Eax >= 1 && (X86Base.CpuId(Features, 1).Eax & Avx512BFloat16) != 0);
    }
}
