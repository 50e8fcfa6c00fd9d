using static TorchSharp.torch;

namespace HybridRec.MLNet.Torch;

/// <summary>Where a training stands between two steps: with the parameters and their moments, all that going on needs.</summary>
internal sealed class TrainingState : IDisposable
{
    public TrainingState(AdamW optimizer)
    {
        Optimizer = optimizer;
        Best = [.. optimizer.Parameters.Select(p => p.Value.detach().clone().DetachFromDisposeScope())];
    }

    public AdamW Optimizer { get; }

    /// <summary>Epochs done.</summary>
    public int Epoch { get; set; }

    /// <summary>Steps done in the epoch under way.</summary>
    public int EpochSteps { get; set; }

    /// <summary>Steps done.</summary>
    public int Steps { get; set; }

    /// <summary>Sum of the losses of the epoch's batches so far.</summary>
    public double LossSum { get; set; }

    /// <summary>Their number.</summary>
    public int LossCount { get; set; }

    /// <summary>Epoch of <see cref="Best"/>; 0 is the start.</summary>
    public int BestEpoch { get; set; }

    /// <summary>Validation loss of <see cref="Best"/>.</summary>
    public double BestLoss { get; set; } = double.PositiveInfinity;

    /// <summary>The parameters of the best epoch.</summary>
    public Tensor[] Best { get; }

    /// <summary>Takes note of an epoch's validation.</summary>
    public void Validated(double loss)
    {
        if (!(loss < BestLoss))
            return;
        (BestLoss, BestEpoch) = (loss, Epoch);
        using var frozen = no_grad();
        for (int i = 0; i < Best.Length; i++)
            Best[i].copy_(Optimizer.Parameters[i].Value);
    }

    /// <summary>Puts the best parameters back in place.</summary>
    public void RestoreBest()
    {
        using var frozen = no_grad();
        for (int i = 0; i < Best.Length; i++)
            Optimizer.Parameters[i].Value.copy_(Best[i]);
    }

    public void Dispose()
    {
        foreach (var tensor in Best)
            tensor.Dispose();
    }
}
