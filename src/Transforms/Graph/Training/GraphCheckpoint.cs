using System.IO.Hashing;
using System.Runtime.InteropServices;
using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Files;
using HybridRec.MLNet.Training;

namespace HybridRec.MLNet.Graph;

/// <summary>
/// The file a training continues from: magic, version, fingerprint of options and data, state, parameters, checksum. It is written beside
/// its place and then moved there, so that the file is always a whole one.
/// </summary>
internal sealed class GraphCheckpoint(string path, ulong fingerprint)
{
    private const ulong Magic = 0x504B43_4E4E47_5248; // "HRGNNCKP", little-endian
    private const int Version = 1;

    /// <summary>What must agree for a checkpoint to belong to a fit: the options, but for how long it trains, and the data.</summary>
    /// <param name="options">Options of the fit, resolved.</param>
    /// <param name="split">The pairs, and what else is propagated over.</param>
    /// <param name="users">Features of users.</param>
    /// <param name="items">Features of items.</param>
    /// <param name="ordered">Whether nodes are numbered breadth-first, which the rows of the parameters follow.</param>
    public static ulong Fingerprint(
        GnnEmbeddingOptions options, GraphSplit split, NodeFeatureTable? users, NodeFeatureTable? items, bool ordered)
    {
        TrainingSettings training = options.Training;
        bool constantRate = training.LearningRateDecay == 0;
        GnnEmbeddingOptions epochs = options with
        {
            FinalEpochs = 0,
            Training = training with { Patience = 0, Epochs = constantRate ? 0 : training.Epochs }
        };
        var hash = new XxHash3();
        ReadOnlySpan<ulong> facts = [OptionsFingerprint.Of(epochs), ordered ? 1UL : 0];
        hash.Append(MemoryMarshal.AsBytes(facts));
        Append(split.Fit);
        if (split.Holdout is not null)
            Append(split.Holdout);
        if (split.FitEdges is not null)
            AppendMatrix(split.FitEdges.Adjacency(split.Fit, options.Model.EdgeConstants));

        foreach (NodeFeatureTable? features in (NodeFeatureTable?[])[users, items])
        {
            hash.Append(MemoryMarshal.AsBytes(features is null ? [] : features.Rows.AsSpan()));
            hash.Append(MemoryMarshal.AsBytes(features is null ? [] : features.Present.AsSpan()));
        }

        return hash.GetCurrentHashAsUInt64();

        void AppendMatrix(CsrMatrix matrix)
        {
            hash.Append(MemoryMarshal.AsBytes(matrix.RowOffsets));
            hash.Append(MemoryMarshal.AsBytes(matrix.ColumnIndices));
            hash.Append(MemoryMarshal.AsBytes(matrix.Values));
        }

        void Append(InteractionGraph graph)
        {
            ReadOnlySpan<int> counts = [graph.UserCount, graph.ItemCount, graph.EdgeCount];
            hash.Append(MemoryMarshal.AsBytes(counts));
            for (int user = 0; user < graph.UserCount; user++)
            {
                ReadOnlySpan<int> degree = [graph.ItemsOf(user).Length];
                hash.Append(MemoryMarshal.AsBytes(degree));
                hash.Append(MemoryMarshal.AsBytes(graph.ItemsOf(user)));
            }
        }
    }

    public void Save(TrainingState state)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
            Directory.CreateDirectory(folder);
        WholeFile.Write(path, stream =>
        {
            using var hashed = new ChecksumStream(stream);
            using var writer = new BinaryWriter(hashed);
            Write(writer, state);
            writer.Flush();
            stream.Write(BitConverter.GetBytes(hashed.Checksum));
        });
    }

    /// <summary>Restores the state; false when there is no file.</summary>
    /// <exception cref="InvalidDataException">The file is damaged, of another version, or belongs to other data or options.</exception>
    public bool TryLoad(TrainingState state)
    {
        if (!File.Exists(path))
            return false;
        byte[] bytes = File.ReadAllBytes(path);
        if (bytes.Length < 28 || BitConverter.ToUInt64(bytes) != Magic)
            throw Bad("is not a checkpoint of GnnEmbedding");
        int version = BitConverter.ToInt32(bytes, 8);
        if (version != Version)
            throw Bad($"has version {version}; this library reads version {Version}");
        if (XxHash3.HashToUInt64(bytes.AsSpan(0, bytes.Length - 8)) != BitConverter.ToUInt64(bytes, bytes.Length - 8))
            throw Bad("is damaged: its checksum does not agree with its content");
        using var reader = new BinaryReader(new MemoryStream(bytes, 12, bytes.Length - 20, writable: false));
        if (reader.ReadUInt64() != fingerprint)
            throw Bad("was written for other data or other options");
        Read(reader, state);
        return true;
    }

    private void Write(BinaryWriter writer, TrainingState state)
    {
        writer.Write(Magic);
        writer.Write(Version);
        writer.Write(fingerprint);
        writer.Write(state.Epoch);
        writer.Write(state.Steps);
        writer.Write(state.BestEpoch);
        writer.Write(state.BestNdcg);
        for (int i = 0; i < state.Parameters.Count; i++)
        {
            foreach (float[] table in Tables(state, i))
                writer.Write(MemoryMarshal.AsBytes(table.AsSpan()));
        }
    }

    private static void Read(BinaryReader reader, TrainingState state)
    {
        state.Epoch = reader.ReadInt32();
        state.Steps = reader.ReadInt32();
        state.BestEpoch = reader.ReadInt32();
        state.BestNdcg = reader.ReadDouble();
        for (int i = 0; i < state.Parameters.Count; i++)
        {
            foreach (float[] table in Tables(state, i))
                reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(table.AsSpan()));
        }
    }

    private static float[][] Tables(TrainingState state, int i)
        => [state.Parameters[i].Value, state.Parameters[i].FirstMoment, state.Parameters[i].SecondMoment, state.Best[i]];

    private InvalidDataException Bad(string what)
        => new($"The checkpoint '{path}' {what}. Delete it, name another CheckpointPath, or set Resume to false to train from the start.");
}
