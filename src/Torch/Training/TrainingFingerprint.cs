using System.Globalization;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using HybridRec.MLNet.Training;

namespace HybridRec.MLNet.Torch;

/// <summary>What a checkpoint has to be of: the options, by their own record, the model and the data.</summary>
internal sealed class TrainingFingerprint
{
    private readonly XxHash3 _hash = new();

    /// <param name="options">In effect: nothing null that the trainer gives a value of its own.</param>
    public TrainingFingerprint(object options) => Add(OptionsFingerprint.Describe(options));

    public TrainingFingerprint Add(string text) => Add<char>(text);

    public TrainingFingerprint Add(IEnumerable<int[]> lists)
    {
        foreach (int[] list in lists)
            Add<int>(list);
        return this;
    }

    public TrainingFingerprint Add<T>(ReadOnlySpan<T> values)
        where T : unmanaged
    {
        // Its length first: one list of two values is not two lists of one.
        _hash.Append(BitConverter.GetBytes(values.Length));
        _hash.Append(MemoryMarshal.AsBytes(values));
        return this;
    }

    public override string ToString() => _hash.GetCurrentHashAsUInt64().ToString("x16", CultureInfo.InvariantCulture);
}
