namespace HybridRec.MLNet.Graph;

/// <summary>Where a training stands between two epochs: with the parameters and their moments, all that continuing needs.</summary>
internal sealed class TrainingState
{
    private readonly IReadOnlyList<GraphParameter> _parameters;

    public TrainingState(IReadOnlyList<GraphParameter> parameters)
    {
        _parameters = parameters;
        Best = [.. parameters.Select(p => (float[])p.Value.Clone())];
    }

    /// <summary>Epochs done.</summary>
    public int Epoch { get; set; }

    /// <summary>Steps of Adam done.</summary>
    public int Steps { get; set; }

    /// <summary>Epoch of <see cref="Best"/>; 0 before the first validation.</summary>
    public int BestEpoch { get; set; }

    /// <summary>Validation NDCG of <see cref="Best"/>.</summary>
    public double BestNdcg { get; set; } = double.NegativeInfinity;

    /// <summary>The parameters of the best epoch.</summary>
    public float[][] Best { get; }

    public IReadOnlyList<GraphParameter> Parameters => _parameters;

    /// <summary>Takes note of an epoch's validation.</summary>
    public void Validated(double ndcg)
    {
        if (!(ndcg > BestNdcg))
            return;
        BestNdcg = ndcg;
        BestEpoch = Epoch;
        for (int i = 0; i < Best.Length; i++)
            _parameters[i].Value.CopyTo(Best[i], 0);
    }

    /// <summary>Puts the best parameters back in place.</summary>
    public void RestoreBest()
    {
        for (int i = 0; i < Best.Length; i++)
            Best[i].CopyTo(_parameters[i].Value, 0);
    }
}
