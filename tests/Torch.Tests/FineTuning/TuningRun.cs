using HybridRec.MLNet.Text;
using HybridRec.MLNet.Torch;
using static TorchSharp.torch;

namespace HybridRec.MLNet.Tests.Torch;

/// <summary>A tuning that tests take step by step: the task and its loop.</summary>
internal sealed class TuningRun : IDisposable
{
    private readonly TrainingSession _session = TasteData.Session();
    private readonly TuningTask _task;
    private readonly TrainingLoop _loop;

    public TuningRun(LoraTuning options, TorchEncoder start, TextPairs pairs)
    {
        options = options.Resolved();
        _task = new TuningTask(options, start.Encoder, pairs, _session);
        Schedule = options.Schedule(_task.BatchesPerEpoch);
        _loop = new TrainingLoop(_task, Schedule, _session);
    }

    public TuningParameters Parameters => _task.Parameters;

    public TrainingState State => _loop.State;

    public TrainingSchedule Schedule { get; }

    public int[] Order(int epoch) => _task.Examples.Order(epoch);

    public int[] Negatives(int[] batch, int epoch, int number) => _task.Negatives(batch, epoch, number);

    public int[][]? Profiles(int[] batch, int stream, int number) => _task.Profiles(batch, stream, number);

    public Tensor Loss(int[] batch, Generator? dropout = null, int[]? negatives = null, LayerTape? tape = null, int[][]? profiles = null) =>
        _task.Loss(batch, dropout, negatives, tape, profiles);

    public double Backpropagate(int[] batch, int number, double share) => _task.Backpropagate(batch, 0, number, share);

    public void Step() => _loop.Step();

    public void Dispose()
    {
        _loop.Dispose();
        _task.Dispose();
        _session.Dispose();
    }
}
