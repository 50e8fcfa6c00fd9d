using HybridRec.MLNet.Conformance;
using HybridRec.MLNet.Experiments;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Tests.Experiments;

public sealed class YelpSequencesTests
{
    [Fact]
    public void Load_S3Rec_HasItsCountsNamesAndPositions()
    {
        var view = YelpSequences.Load(new MLContext(seed: 1), RealData.Folder("yelp-s3rec-text"));
        int[] users = [.. view.GetColumn<int>("User")], items = [.. view.GetColumn<int>("Item")];
        Assert.Equal((316_354, 30_431), (users.Length, users.Distinct().Count()));
        Assert.Equal(20_033, items.Distinct().Count());
        Assert.Equal(304_524, users.Zip(items).Distinct().Count());
        Assert.DoesNotContain("", view.GetColumn<string>("ItemTitle"));
        long[] times = [.. view.GetColumn<long>("Timestamp")];
        Assert.Equal(
            Enumerable.Range(0, users.Count(user => user == users[0])).Select(position => (long)position),
            times.TakeWhile((_, row) => users[row] == users[0]));
    }
}
