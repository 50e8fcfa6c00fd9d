using System.Globalization;
using HybridRec.MLNet.Files;
using static TorchSharp.torch;

namespace HybridRec.MLNet.Torch;

/// <summary>
/// The file a training goes on from: a safetensors file of parameters, moments and best parameters, the state in its metadata. It is
/// written whole or not at all.
/// </summary>
internal sealed class TrainingCheckpoint(string path, string fingerprint)
{
    private const string Kind = "HybridRec.MLNet.Torch tuning", Version = "1";

    public void Save(TrainingState state)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
            Directory.CreateDirectory(folder);
        SafeTensorsWriter.Write(
            path, Tensors(state).Select(t => TensorTransfer.ToData(t.Name, t.Value, TensorType.F32)),
            new SortedDictionary<string, string>(StringComparer.Ordinal)
            {
                ["kind"] = Kind,
                ["version"] = Version,
                ["fingerprint"] = fingerprint,
                ["epoch"] = Text(state.Epoch),
                ["epochSteps"] = Text(state.EpochSteps),
                ["steps"] = Text(state.Steps),
                ["lossSum"] = Text(state.LossSum),
                ["lossCount"] = Text(state.LossCount),
                ["bestEpoch"] = Text(state.BestEpoch),
                ["bestLoss"] = Text(state.BestLoss),
            });
    }

    /// <summary>Restores the state; false when there is no file.</summary>
    /// <exception cref="InvalidDataException">The file is damaged, of another version, or belongs to other data or options.</exception>
    public bool TryLoad(TrainingState state)
    {
        if (!File.Exists(path))
            return false;
        try
        {
            using var file = SafeTensorsFile.Open(path);
            Load(file, state);
            return true;
        }
        catch (Exception e) when (e is InvalidDataException or KeyNotFoundException or FormatException)
        {
            throw new InvalidDataException($"The checkpoint '{path}' cannot be used: {e.Message} Delete it, name another CheckpointPath, " +
                "or set Resume to false to train from the start.", e);
        }
    }

    private void Load(SafeTensorsFile file, TrainingState state)
    {
        var metadata = file.Metadata;
        if (metadata.GetValueOrDefault("kind") != Kind || metadata.GetValueOrDefault("version") != Version)
            throw new InvalidDataException($"it is no checkpoint of a training of this library, version {Version}.");
        if (metadata["fingerprint"] != fingerprint)
            throw new InvalidDataException("it was written for other data, another encoder or other options.");
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (name, value) in Tensors(state))
        {
            var entry = file.Find(name);
            if (entry.Type != TensorType.F32 || !entry.Shape.AsSpan().SequenceEqual(value.shape))
                throw new InvalidDataException($"its tensor '{name}' is {entry.Type.Name()} {entry.ShapeText}.");
            value.copy_(TensorTransfer.ToTensor(file, entry, value.device));
        }
        state.Epoch = Integer("epoch");
        state.EpochSteps = Integer("epochSteps");
        state.Steps = Integer("steps");
        state.LossSum = Real("lossSum");
        state.LossCount = Integer("lossCount");
        state.BestEpoch = Integer("bestEpoch");
        state.BestLoss = Real("bestLoss");

        int Integer(string name) => int.Parse(metadata[name], CultureInfo.InvariantCulture);
        double Real(string name) => double.Parse(metadata[name], CultureInfo.InvariantCulture);
    }

    private static IEnumerable<(string Name, Tensor Value)> Tensors(TrainingState state)
    {
        for (int i = 0; i < state.Best.Length; i++)
        {
            var (name, value) = state.Optimizer.Parameters[i];
            yield return ("value." + name, value);
            yield return ("first." + name, state.Optimizer.FirstMoments[i]);
            yield return ("second." + name, state.Optimizer.SecondMoments[i]);
            yield return ("best." + name, state.Best[i]);
        }
    }

    private static string Text<T>(T value)
        where T : IFormattable => value.ToString("R", CultureInfo.InvariantCulture);
}
