namespace HybridRec.MLNet.Ranking;

/// <summary>What one epoch came to.</summary>
/// <param name="Epoch">0: the start mix, before any step.</param>
/// <param name="Loss">Mean training loss.</param>
/// <param name="Ndcg">NDCG@20 on the users held back from training.</param>
internal readonly record struct HeadEpoch(int Epoch, double Loss, double Ndcg);

/// <summary>Where the training of a head stands after an epoch: all that the next one needs.</summary>
/// <param name="parameters">The parameters, which training changes in place.</param>
/// <param name="order">The order of the lists: each epoch shuffles that of the one before.</param>
/// <param name="start">Epoch 0.</param>
internal sealed class HeadState(float[] parameters, int[] order, HeadEpoch start)
{
    /// <summary>Epochs done.</summary>
    public int Epoch { get; set; }

    /// <summary>Steps of the optimizer done.</summary>
    public int Steps { get; set; }

    /// <summary>The epoch that ranks best so far.</summary>
    public HeadEpoch Best { get; set; } = start;

    public float[] Parameters { get; } = parameters;

    /// <summary>The parameters of the best epoch.</summary>
    public float[] BestParameters { get; } = [.. parameters];

    public float[] FirstMoment { get; } = new float[parameters.Length];

    public float[] SecondMoment { get; } = new float[parameters.Length];

    public int[] Order { get; } = order;
}
