using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Text;

namespace HybridRec.MLNet.Tests.Text;

public sealed class ProfileTextsTests
{
    // Pairs 0 and 1 are of user 3, pair 2 of user 8.
    private static readonly ProfileTexts s_profiles = new(
        [3, 3, 8], new Dictionary<int, int[]> { [3] = [10, 11, 12, 13, 14, 15], [8] = [20, 21] });

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(5)]
    public void Draw_OfAUserOfManyItems_BeginsWithTheAnchorAndNeverHasThePositive(int count)
    {
        var random = Xoshiro256.Stream(1, 2, 3);
        var seen = new HashSet<int>();
        for (int i = 0; i < 100; i++)
        {
            int[] drawn = s_profiles.Draw(i % 2, anchor: 12, positive: 14, count, ref random);
            Assert.Equal(count, drawn.Length);
            Assert.Equal(12, drawn[0]);
            Assert.Equal(count, drawn.Distinct().Count());
            seen.UnionWith(drawn);
        }
        Assert.Equal(count == 1 ? [12] : [10, 11, 12, 13, 15], seen.Order());
    }

    [Fact]
    public void Draw_MoreThanThereAre_GivesWhatThereIs()
    {
        var random = Xoshiro256.Stream(1, 2, 3);
        Assert.Equal([20], s_profiles.Draw(2, anchor: 20, positive: 21, 8, ref random));
        Assert.Equal([10, 11, 12, 13, 15], s_profiles.Draw(0, anchor: 12, positive: 14, 8, ref random).Order());
    }
}
