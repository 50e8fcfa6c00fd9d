using System.Globalization;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Files;

namespace HybridRec.MLNet.Graph;

/// <summary>
/// The file a training continues from: magic, version, fingerprint of options and data, state, parameters, checksum. It is written beside its place and then
/// moved there, so that the file is always a whole one.
/// </summary>
internal sealed class GraphCheckpoint(string path, ulong fingerprint)
{
    private const ulong Magic = 0x504B43_4E4E47_5248; // "HRGNNCKP", little-endian
    private const int Version = 1;

    /// <summary>What must agree for a checkpoint to belong to a fit. More epochs (at a constant rate), another patience or thread count do not change what an epoch does.</summary>
    public static ulong Fingerprint(GnnEmbeddingOptions o, GraphSplit split, NodeFeatureTable? users, NodeFeatureTable? items, bool ordered)
    {
        var hash = new XxHash3();
        string options = string.Create(CultureInfo.InvariantCulture, $"{o.Model}|{o.Activation}|{o.Normalization}|{o.Objective}|{o.Similarity}|{o.Dimension}|{o.Layers}|{o.BatchSize}|") +
            string.Create(CultureInfo.InvariantCulture, $"{o.LearningRate:R}|{o.L2Regularization:R}|{o.EffectiveTemperature:R}|{o.Negatives}|{o.ValidationUsers}|{o.Seed}|") +
            string.Create(CultureInfo.InvariantCulture, $"{o.ContrastWeight:R}|{o.ContrastTemperature:R}|{o.NoiseMagnitude:R}|{o.ContrastLayer}|{o.FeatureProjection}|{o.FeatureHiddenSize}|{o.HasIdEmbeddings}|") +
            string.Create(CultureInfo.InvariantCulture, $"{o.NegativeSampling}|{o.PopularityExponent:R}|{o.HardPoolFactor}|{o.UniformityWeight:R}|{o.Margin:R}|{o.NegativeWeight:R}|{o.Precision}|{o.ItemNormExponent:R}|{o.EffectiveServedExponent:R}");
        if (o.SamplesBlocks)
            options += string.Create(CultureInfo.InvariantCulture, $"|{string.Join(',', o.EffectiveFanouts)}|{o.WalkLength}|{o.WalkCount}|{o.TopNeighbors}|{o.ColdShare:R}");
        if (o.MinimumStepsPerEpoch != GnnEmbeddingOptions.DefaultMinimumSteps)
            options += string.Create(CultureInfo.InvariantCulture, $"|{o.MinimumStepsPerEpoch} steps");
        if (o.LearningRateDecay > 0)
            options += string.Create(CultureInfo.InvariantCulture, $"|{o.LearningRateDecay:R} of {o.Epochs}");
        if (ordered)
            options += "|breadth-first"; // the rows of the parameters follow this numbering, which itself follows from the data
        hash.Append(MemoryMarshal.AsBytes(options.AsSpan()));
        Append(split.Fit);
        if (split.Holdout is not null)
            Append(split.Holdout);
        if (split.FitEdges is not null)
        {
            AppendMatrix(split.FitEdges.Adjacency(split.Fit, o.Normalization));
            hash.Append([o.ColdFromEdges ? (byte)1 : (byte)0]); // what validation ranks
        }

        foreach (NodeFeatureTable? features in (NodeFeatureTable?[])[users, items])
            hash.Append(MemoryMarshal.AsBytes(features is null ? [] : features.Rows.AsSpan()));
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
