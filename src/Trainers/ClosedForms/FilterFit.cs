using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Training;

namespace HybridRec.MLNet.ClosedForms;

/// <summary>What a closed form is fitted to, and with.</summary>
/// <param name="Graph">Positives.</param>
/// <param name="MemoryLimitMiB">Memory for what is fitted.</param>
/// <param name="Threads">Threads; 0: all cores.</param>
/// <param name="Log">Receives warnings.</param>
/// <param name="Step">Told the number of each step and how many there are; throws to cancel.</param>
/// <param name="Vectors">Reads the vectors of the items' texts, items x dimension.</param>
internal sealed record FilterFit(
    InteractionGraph Graph, int MemoryLimitMiB, int Threads, TrainingLog Log, Action<int, int> Step, Func<float[]> Vectors)
{
    /// <summary>Bytes that the memory limit allows.</summary>
    public long MemoryLimit => (long)MemoryLimitMiB << 20;
}
