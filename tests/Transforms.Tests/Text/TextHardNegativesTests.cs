using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Conformance;
using HybridRec.MLNet.Text;
using Microsoft.ML;

namespace HybridRec.MLNet.Tests.Text;

/// <summary>Two groups of users and items that have nothing in common.</summary>
public sealed class TextHardNegativesTests
{
    private const int Users = 24, Items = 12, Taken = 6;

    [Fact]
    public void Draw_AnyPair_GivesTextsOfTheSameGroupThatTheUserDidNotTake()
    {
        var rows = Rows();
        var pairs = Read(rows, new Tuning { HardNegatives = 3, HardNegativeNeighbors = 50, HardNegativeSkip = 0, HoldoutFraction = 0 });
        var byText = rows.GroupBy(row => row.ItemText!).ToDictionary(g => g.Key, g => g.Select(row => row.User!).ToHashSet());
        var random = Xoshiro256.Stream(1);
        int pair = 0;
        foreach (var (user, count) in rows.GroupBy(row => row.User!).Select(g => (g.Key, g.Count() - 1)))
            for (int i = 0; i < count; i++, pair++)
            {
                string positive = pairs.Texts[pairs.Pairs[pair].Positive];
                string[] drawn = [.. pairs.Negatives!.Draw(pair, pairs.Pairs[pair].Positive, 3, ref random)
                    .Select(text => pairs.Texts[text])];
                Assert.Equal(3, drawn.Distinct().Count());
                Assert.All(drawn, text => Assert.DoesNotContain(user, byText[text]));
                Assert.All(drawn, text => Assert.Equal(positive[0], text[0])); // the letter of the group
            }
        Assert.Equal(pairs.Pairs.Count, pair);
    }

    [Fact]
    public void Draw_HeldOutAndDislikedItems_AreNoNegatives()
    {
        var rows = Rows();
        foreach (var row in rows.Where(row => row.User == "u0").Take(2))
            row.Label = 0;
        var pairs = Read(rows, new Tuning { HardNegatives = 3, HardNegativeSkip = 0, HoldoutFraction = 0.3 });
        var random = Xoshiro256.Stream(1);
        HashSet<string> taken = [.. rows.Where(row => row.User == "u0").Select(row => row.ItemText!)];
        for (int draw = 0; draw < 50; draw++) // u0's pairs come first
            Assert.All(
                pairs.Negatives!.Draw(0, pairs.Pairs[0].Positive, 6, ref random), text => Assert.DoesNotContain(pairs.Texts[text], taken));
    }

    [Fact]
    public void Draw_FewNeighbors_GivesFewerAndSkipsTheNearest()
    {
        var rows = Rows();
        // With a neighbor of a user's own, two thirds are taken; what is left are at most the items that the user did not take.
        var all = Read(rows, new Tuning { HardNegatives = 50, HardNegativeSkip = 0, HoldoutFraction = 0 });
        var skipping = Read(rows, new Tuning { HardNegatives = 50, HardNegativeSkip = 8, HoldoutFraction = 0 });
        var random = Xoshiro256.Stream(1);
        int[] near = all.Negatives!.Draw(0, all.Pairs[0].Positive, 50, ref random),
            far = skipping.Negatives!.Draw(0, skipping.Pairs[0].Positive, 50, ref random);
        Assert.Equal(Items - Taken, near.Length);
        Assert.InRange(far.Length, 0, Items - 1 - 8);
        Assert.Empty(far.Select(text => skipping.Texts[text]).Except(near.Select(text => all.Texts[text])));
    }

    [Fact]
    public void Read_WithoutHardNegatives_HasNone()
    {
        var pairs = Read(Rows(), new Tuning());
        Assert.Null(pairs.Negatives);
    }

    private static List<CheckerboardRow> Rows()
    {
        var rows = new List<CheckerboardRow>();
        for (int user = 0; user < Users; user++)
        {
            string group = user % 2 == 0 ? "a" : "b";
            int[] items = [.. Enumerable.Range(0, Items)];
            new Random(user).Shuffle(items);
            for (int t = 0; t < Taken; t++)
                rows.Add(new CheckerboardRow
                {
                    User = $"u{user}",
                    Item = $"{group}{items[t]}",
                    ItemText = $"{group} film {items[t]}",
                    Label = 1,
                    Timestamp = t
                });
        }
        return rows;
    }

    private static TextPairs Read(List<CheckerboardRow> rows, EncoderTuning tuning)
    {
        var ml = new MLContext();
        var view = Checkerboard.View(ml, rows);
        view = ml.Transforms.Conversion.MapValueToKey("User").Append(ml.Transforms.Conversion.MapValueToKey("Item")).Fit(view)
            .Transform(view);
        return TextPairs.Read(view, "ItemText", tuning with { Training = new() { Seed = 1 } }, "test", CancellationToken.None);
    }

    private sealed record Tuning : EncoderTuning
    {
        internal override void Validate(TextEncoder? encoder) => Assert.NotNull(encoder);

        internal override TextEncoder Tune(TextEncoder encoder, TextPairs pairs, TuningContext context) => encoder;
    }
}
