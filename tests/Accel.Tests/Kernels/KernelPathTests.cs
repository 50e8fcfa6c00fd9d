using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using HybridRec.MLNet.Accel.Kernels;

namespace HybridRec.MLNet.Accel.Tests.Kernels;

public sealed class KernelPathTests
{
    [Theory]
    [InlineData("scalar", 0)]
    [InlineData("vector128", 128)]
    [InlineData("vector256", 256)]
    [InlineData("vector512", 512)]
    public void Parse_Width_Forces(string value, int bits) => Assert.Equal(bits, KernelPath.Parse(value));

    [Fact]
    public void Parse_Nothing_TakesTheWidestAccelerated()
    {
        int narrow = AdvSimd.IsSupported || Fma.IsSupported ? 128 : 0;
        int widest = Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : narrow;
        Assert.Equal(widest, KernelPath.Parse(null));
        Assert.Equal(widest, KernelPath.Parse(""));
        Assert.Equal(Math.Max(widest, 128), KernelPath.Parse("vector"));
    }

    [Theory]
    [InlineData("Vector")]
    [InlineData("avx2")]
    [InlineData(" scalar")]
    public void Parse_AnythingElse_SaysWhatIsAllowed(string value)
    {
        string message = Assert.Throws<InvalidOperationException>(() => KernelPath.Parse(value)).Message;
        Assert.Contains($"HYBRIDREC_KERNELS is '{value}'", message, StringComparison.Ordinal);
        Assert.Contains("'vector128' and 'scalar'", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Path_VariableSet_Follows()
    {
        int bits = KernelPath.Parse(Environment.GetEnvironmentVariable(KernelPath.Variable));
        Assert.Equal(bits > 0, KernelPath.UseVector);
        Assert.Equal(bits >= 256, KernelPath.Use256);
        Assert.Equal(bits >= 512, KernelPath.Use512);
        Assert.Equal((bits == 0 ? 256 : bits) / 32, KernelPath.Lanes);
    }
}
