namespace HybridRec.MLNet.Accel.Tests;

public sealed class SmokeTests
{
    [Fact]
    public void House_Builds_Passes() => Assert.True(Environment.ProcessorCount > 0);
}
