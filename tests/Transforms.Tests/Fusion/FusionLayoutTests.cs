using CsCheck;
using HybridRec.MLNet.Fusion;

namespace HybridRec.MLNet.Tests.Fusion;

public sealed class FusionLayoutTests
{
    private static readonly Gen<(FusionInput, int)> s_input = Gen.Select(
        Gen.Enum<ColumnRole>(), Gen.String[1, 8], Gen.Int[1, 300], (role, name, dimension) => (new FusionInput(role, name), dimension));

    [Fact]
    public void ToString_OfThePaper_IsReadable()
    {
        FusionLayout layout = Layout(("UserGraph", 64), ("UserMeaning", 128), ("ItemGraph", 64), ("ItemMeaning", 128), ("Hour", 1));
        Assert.Equal(
            "User:UserGraph:0:64;User:UserMeaning:64:128;Item:ItemGraph:192:64;Item:ItemMeaning:256:128;Context:Hour:384:1",
            layout.ToString());
        Assert.Equal(385, layout.Dimension);
    }

    [Fact]
    public void Parse_AnyNames_RoundTrips() => s_input.Array[1, 6].Sample(inputs =>
    {
        // Lone surrogates are not text; percent-encoding replaces them.
        FusionLayout layout = FusionLayout.Of(inputs.Where(input => input.Item1.Column.All(c => !char.IsSurrogate(c))));
        return layout.Parts.Count == 0 || FusionLayout.Parse(layout.ToString()).Parts.SequenceEqual(layout.Parts);
    });

    [Theory]
    [InlineData("")]
    [InlineData("User:UserGraph:0")]
    [InlineData("Nobody:UserGraph:0:64")]
    [InlineData("7:UserGraph:0:64")]
    [InlineData("User:UserGraph:0:0")]
    [InlineData("User:UserGraph:-1:64")]
    [InlineData("User:UserGraph:0:64;Item:ItemGraph:65:64")]
    [InlineData("User:UserGraph:0:64;Item:ItemGraph:63:64")]
    [InlineData("User:UserGraph:0:99999999999")]
    public void Parse_NotALayout_Throws(string text) => Assert.Throws<FormatException>(() => FusionLayout.Parse(text));

    [Fact]
    public void Pairs_EqualStemAndDimension_AreFound()
    {
        FusionLayout layout = Layout(
            ("UserGraph", 64), ("UserMeaning", 8), ("ItemMeaning", 8), ("ItemGraph", 64), ("ItemPrice", 8), ("UserAge", 1), ("ItemAge", 2));
        Assert.Equal(
            [("UserGraph", "ItemGraph"), ("UserMeaning", "ItemMeaning")],
            layout.Pairs.Select(pair => (pair.User.Column, pair.Item.Column)));
        (FusionPart user, FusionPart item) = layout.Pairs[1];
        Assert.Equal((64, 72), (user.Offset, item.Offset));
    }

    [Fact]
    public void Pairs_NamesWithoutPrefix_PairByRoleAndName()
    {
        FusionLayout layout = FusionLayout.Of([
            (new FusionInput(ColumnRole.User, "Taste"), 4), (new FusionInput(ColumnRole.Item, "ItemTaste"), 4)]);
        Assert.Single(layout.Pairs);
    }

    private static FusionLayout Layout(params (string Column, int Dimension)[] inputs) =>
        FusionLayout.Of(inputs.Select(input => (FusionInput.OfName(input.Column), input.Dimension)));
}
