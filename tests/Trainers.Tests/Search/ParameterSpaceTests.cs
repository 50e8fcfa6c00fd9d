using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Search;

namespace HybridRec.MLNet.Tests.Search;

public sealed class ParameterSpaceTests
{
    [Fact]
    public void Draw_Real_CoversTheRangeEvenly()
    {
        double[] drawn = Draws(new RealDimension("x", -2, 6, logarithmic: false), 4000);
        Assert.All(drawn, value => Assert.InRange(value, -2, 6));
        Assert.InRange(drawn.Average(), 1.8, 2.2);
    }

    [Fact]
    public void Draw_RealLogarithmic_HasAsManyInEachDecade()
    {
        double[] drawn = Draws(new RealDimension("x", 1e-4, 1e-1, logarithmic: true), 3000);
        Assert.All(drawn, value => Assert.InRange(value, 1e-4, 1e-1));
        Assert.InRange(drawn.Count(value => value < 1e-3), 900, 1100);
        Assert.InRange(drawn.Count(value => value > 1e-2), 900, 1100);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Draw_Integer_ReachesBothEnds(bool logarithmic)
    {
        double[] drawn = Draws(new IntegerDimension("x", 1, 4, logarithmic), 4000);
        Assert.Equal([1.0, 2, 3, 4], drawn.Distinct().Order());
        if (!logarithmic)
            Assert.All(drawn.GroupBy(value => value), group => Assert.InRange(group.Count(), 900, 1100));
    }

    [Fact]
    public void Parameters_ReadAsWhatTheyAre()
    {
        var parameters = new SearchParameters(
            new Dictionary<string, string> { ["Rate"] = "0.25", ["Layers"] = "3", ["Activation"] = "Tanh" }, epochs: 4, seed: 9);
        Assert.Equal((4, 9), (parameters.Training.Epochs, parameters.Training.Seed));
        Assert.Equal(
            (0.25, 0.25f, 3, "Tanh"),
            (parameters.Real("Rate"), parameters.Single("Rate"), parameters.Integer("Layers"), parameters.Text("Activation")));
        Assert.Equal(GraphActivation.Tanh, parameters.Enum<GraphActivation>("Activation"));
        Assert.Contains("Rate, Layers, Activation", Assert.Throws<ArgumentException>(() => parameters.Real("Speed")).Message);
        Assert.Contains("'0.25', which is no whole number", Assert.Throws<ArgumentException>(() => parameters.Integer("Rate")).Message);
        Assert.Contains("LeakyReLU, Tanh", Assert.Throws<ArgumentException>(() => parameters.Enum<GraphActivation>("Layers")).Message);
    }

    public static TheoryData<Action, string> Wrong => new()
    {
        { () => new ParameterSpace().Real("x", 2, 1), "'x': high is 1; it has to be above low, which is 2" },
        { () => new ParameterSpace().Real("x", double.NaN, 1), "finite" },
        { () => new ParameterSpace().Real("x", 0, 1, logarithmic: true), "above 0" },
        { () => new ParameterSpace().Integer("n", 3, 2), "'n': high is 2; it has to be low, which is 3, or more" },
        { () => new ParameterSpace().Integer("n", 0, 2, logarithmic: true), "above 0" },
        { () => new ParameterSpace().Choice("c"), "at least one" },
        { () => new ParameterSpace().Choice("c", "a", "a"), "each once" },
        { () => new ParameterSpace().Choice(" ", "a"), "needs a name" },
        { () => new ParameterSpace().Real("x", 0, 1).Integer("x", 0, 1), "has 'x' already" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Space_Wrong_SaysWhatIsAllowed(Action make, string expected) =>
        Assert.Contains(expected, Assert.ThrowsAny<ArgumentException>(make).Message);

    private static double[] Draws(ISearchDimension dimension, int count)
    {
        var random = Xoshiro256.Stream(7);
        double[] values = new double[count];
        for (int i = 0; i < count; i++)
            values[i] = double.Parse(dimension.Draw(ref random), System.Globalization.CultureInfo.InvariantCulture);
        return values;
    }
}
