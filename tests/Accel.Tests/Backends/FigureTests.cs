namespace HybridRec.MLNet.Accel.Tests.Backends;

public sealed class FigureTests
{
    [Theory]
    [InlineData(Provenance.Measured, "1.5 s, measured")]
    [InlineData(Provenance.Simulated, "1.5 s, simulated")]
    [InlineData(Provenance.Modelled, "1.5 s, modelled")]
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
        var modelled = new Figure(1, "s", Provenance.Modelled);
        Assert.Equal(new Figure(4, "s", Provenance.Modelled), measured + modelled);
        Assert.Equal(new Figure(1.5, "s/cycles", Provenance.Simulated), measured / simulated);
        Assert.Equal("3, modelled", (measured / modelled).ToString());
        Assert.Throws<ArgumentException>(() => measured + simulated);
    }
}
