using HybridRec.MLNet.Accel;

namespace HybridRec.MLNet.Torch;

/// <summary>
/// The examples of a training, as indices: those that judge the epochs, and those learned from, in batches in an order of each epoch's own.
/// </summary>
/// <remarks>Streams of the seed: (0, 0) the division, (1, epoch) the order.</remarks>
internal sealed class TrainingExamples
{
    private readonly int _seed, _batchSize;
    private int[]? _order;
    private int _orderOf = -1;

    private TrainingExamples(int[] train, int[] validation, int perEpoch, int batchSize, int seed) =>
        (Train, Validation, PerEpoch, _batchSize, _seed) = (train, validation, perEpoch, batchSize, seed);

    public int[] Train { get; }

    /// <summary>Empty where nothing is held out.</summary>
    public int[] Validation { get; }

    /// <summary>Examples of an epoch.</summary>
    public int PerEpoch { get; }

    /// <summary>Batches of an epoch.</summary>
    public int BatchesPerEpoch { get; private init; }

    /// <summary>Divides examples.</summary>
    /// <param name="usable">All; shuffled in place.</param>
    /// <param name="heldOut">Share that judges the epochs.</param>
    /// <param name="least">Examples of which a loss can be taken at all: a batch or a validation of fewer is left out.</param>
    /// <param name="perEpoch">Examples of an epoch at most; null for all.</param>
    /// <param name="settings">Batch size and seed, both given.</param>
    public static TrainingExamples Divide(int[] usable, double heldOut, int least, int? perEpoch, TrainingSettings settings)
    {
        int seed = settings.Seed!.Value, batchSize = settings.BatchSize!.Value;
        Xoshiro256.Stream(seed, 0, 0).Shuffle<int>(usable);
        int held = (int)(usable.Length * heldOut);
        var (train, validation) = held < least ? (usable, []) : (usable[held..], usable[..held]);
        int count = Math.Min(perEpoch ?? int.MaxValue, train.Length);
        return new TrainingExamples(train, validation, count, batchSize, seed)
        {
            BatchesPerEpoch = count / batchSize + (count % batchSize >= least ? 1 : 0)
        };
    }

    /// <summary>The examples learned from in the order of an epoch; the first <see cref="PerEpoch"/> are its own.</summary>
    public int[] Order(int epoch)
    {
        int[] order = [.. Train];
        Xoshiro256.Stream(_seed, 1, epoch).Shuffle<int>(order);
        return order;
    }

    /// <summary>The examples of a batch.</summary>
    public int[] Batch(int epoch, int number)
    {
        if (_orderOf != epoch)
            (_order, _orderOf) = (Order(epoch), epoch);
        int from = number * _batchSize;
        return _order![from..Math.Min(PerEpoch, from + _batchSize)];
    }
}
