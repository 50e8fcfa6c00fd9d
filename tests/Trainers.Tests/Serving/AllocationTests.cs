using Microsoft.ML;

namespace HybridRec.MLNet.Tests.Serving;

/// <summary>What a request of a user allocates on its thread: the list it answers, and nothing on the way to it.</summary>
public sealed class AllocationTests
{
    private const int Rounds = 20, Calls = 25;

    // An array of 10 references, and 10 records of three references and a Single.
    private const int ListBytes = 24 + (10 * 8) + (10 * 48);

    // The answer around it: six references, a source and a flag. Of an unknown user it has a note of some words.
    private const int AnswerBytes = 16 + (6 * 8) + 8, NoteBytes = 400;

    private readonly MLContext _ml = new(seed: 1);

    [Theory]
    [InlineData(RankingHeadKind.DotProduct, RetrievalMode.Exact)]
    [InlineData(RankingHeadKind.Mlp, RetrievalMode.Exact)]
    [InlineData(RankingHeadKind.Mlp, RetrievalMode.TwoStage)]
    [InlineData(RankingHeadKind.DotProduct, RetrievalMode.Approximate)]
    public void Recommend_IntegerOfAUser_AllocatesTheAnswerAlone(RankingHeadKind head, RetrievalMode retrieval)
    {
        using Recommender recommender = ServingData.Recommender(_ml, head, new RecommenderOptions { Retrieval = retrieval });
        Assert.InRange(BytesOf(() => recommender.Recommend(7)), ListBytes + AnswerBytes, ListBytes + AnswerBytes);
        Assert.InRange(BytesOf(() => recommender.Recommend(7L)), ListBytes + AnswerBytes, ListBytes + AnswerBytes);
        Assert.InRange(BytesOf(() => recommender.Recommend("7")), ListBytes + AnswerBytes, ListBytes + AnswerBytes);
    }

    [Fact]
    public void Recommend_IntegerOfNobody_AllocatesTheAnswerAlone()
    {
        using Recommender recommender = ServingData.Recommender(_ml);
        Assert.InRange(BytesOf(() => recommender.Recommend(987_654)), ListBytes + AnswerBytes, ListBytes + AnswerBytes + NoteBytes);
    }

    // The least of many rounds: in any one of them another test may hold the arrays of the pool, or a collection may have emptied it.
    private static long BytesOf(Func<IReadOnlyList<Recommendation>> recommend)
    {
        Assert.Equal(10, recommend().Count);
        long least = long.MaxValue;
        for (int round = 0; round < Rounds; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int call = 0; call < Calls; call++)
                recommend();
            least = Math.Min(least, (GC.GetAllocatedBytesForCurrentThread() - before) / Calls);
        }

        return least;
    }
}
