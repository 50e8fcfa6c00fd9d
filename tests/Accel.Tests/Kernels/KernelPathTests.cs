using HybridRec.MLNet.Accel.Kernels;

namespace HybridRec.MLNet.Accel.Tests.Kernels;

public sealed class KernelPathTests
{
    [Fact]
    public void Parse_ScalarOrVector_Forces()
    {
        Assert.False(KernelPath.Parse("scalar"));
        Assert.True(KernelPath.Parse("vector"));
        Assert.Equal(KernelPath.Parse(null), KernelPath.Parse(""));
    }

    [Theory]
    [InlineData("Vector")]
    [InlineData("avx2")]
    [InlineData(" scalar")]
    public void Parse_AnythingElse_SaysWhatIsAllowed(string value)
    {
        string message = Assert.Throws<InvalidOperationException>(() => KernelPath.Parse(value)).Message;
        Assert.Contains($"HYBRIDREC_KERNELS is '{value}'", message, StringComparison.Ordinal);
        Assert.Contains("'scalar' and 'vector'", message, StringComparison.Ordinal);
    }

    [Fact]
    public void UseVector_VariableSet_Follows() =>
        Assert.Equal(KernelPath.Parse(Environment.GetEnvironmentVariable(KernelPath.Variable)), KernelPath.UseVector);
}
