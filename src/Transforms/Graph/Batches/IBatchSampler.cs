namespace HybridRec.MLNet.Graph;

/// <summary>Chooses the interactions and negatives of each step; a function of seed, epoch and step alone.</summary>
internal interface IBatchSampler
{
    int StepsPerEpoch { get; }

    void BeginEpoch(int epoch);

    /// <summary>Overwrites the batch with that of a step of the current epoch.</summary>
    void Fill(int step, GraphBatch batch);
}
