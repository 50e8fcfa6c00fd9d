namespace HybridRec.MLNet.Accel.Tests.Backends;

public sealed class FigureTests
{
    [Theory]
    [InlineData(Provenance.Measured, "1.5 s, measured")]
    [InlineData(Provenance.Simulated, "1.5 s, simulated")]
    [InlineData(Provenance.Modeled, "1.5 s, modeled")]
    public void ToString_Any_EndsInTheWord(Provenance provenance, string text)
    {
        var figure = new Figure(1.5, "s", provenance);
        Assert.Equal(text, figure.ToString());
        Assert.Equal(text, $"{figure}");
    }

    [Fact]
    public void Arithmetic_MixedKinds_IsOfTheWeaker()
    {
        var measured = new Figure(3, "s", Provenance.Measured);
        var simulated = new Figure(2, "cycles", Provenance.Simulated);
        var modeled = new Figure(1, "s", Provenance.Modeled);
        Assert.Equal(new Figure(4, "s", Provenance.Modeled), measured + modeled);
        Assert.Equal(new Figure(1.5, "s/cycles", Provenance.Simulated), measured / simulated);
        Assert.Equal("3, modeled", (measured / modeled).ToString());
        Assert.Throws<ArgumentException>(() => measured + simulated);
    }
}
