using System.IO.Hashing;
using System.Runtime.InteropServices;
using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Files;
using HybridRec.MLNet.Training;

namespace HybridRec.MLNet.Ranking;

/// <summary>
/// The file that the training of a head continues from: magic, version, fingerprint of options and data, state, checksum. It is written
/// whole or not at all.
/// </summary>
internal sealed class HeadCheckpoint(string path, ulong fingerprint)
{
    private const ulong Magic = 0x504B_4344_4145_4852; // "RHEADCKP", little-endian
    private const int Version = 1;
    private const int HeaderBytes = 20;

    /// <summary>
    /// What must agree for a checkpoint to belong to a fit: the options, what is learned from, and what a teacher says of it.
    /// </summary>
    public static ulong Fingerprint(RankingOptions options, RankingData data, SoftLabels? soft)
    {
        var hash = new XxHash3();
        ReadOnlySpan<ulong> described = [OptionsFingerprint.Of(options)];
        hash.Append(MemoryMarshal.AsBytes(described));
        hash.Append(MemoryMarshal.AsBytes(data.Users.AsSpan()));
        hash.Append(MemoryMarshal.AsBytes(data.Items.AsSpan()));
        foreach (var graph in (InteractionGraph?[])[data.Known, data.HeldOut, data.LowRated])
            Append(hash, graph);
        foreach (var (user, scores) in data.PairRows?.All ?? [])
        {
            ReadOnlySpan<int> of = [user];
            hash.Append(MemoryMarshal.AsBytes(of));
            hash.Append(MemoryMarshal.AsBytes(scores.AsSpan()));
        }

        foreach (var list in soft?.Lists ?? [])
        {
            hash.Append(MemoryMarshal.AsBytes((list?.Items ?? []).AsSpan()));
            hash.Append(MemoryMarshal.AsBytes((list?.Targets ?? []).AsSpan()));
        }

        return hash.GetCurrentHashAsUInt64();
    }

    /// <summary>Writes the state.</summary>
    public void Save(HeadState state)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        writer.Write(Magic);
        writer.Write(Version);
        writer.Write(fingerprint);
        writer.Write(state.Epoch);
        writer.Write(state.Steps);
        writer.Write(state.Best.Epoch);
        writer.Write(state.Best.Loss);
        writer.Write(state.Best.Ndcg);
        writer.Write(MemoryMarshal.AsBytes(state.Order.AsSpan()));
        foreach (float[] table in Tables(state))
            writer.Write(MemoryMarshal.AsBytes(table.AsSpan()));
        writer.Write(XxHash3.HashToUInt64(bytes.GetBuffer().AsSpan(0, (int)bytes.Length)));
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
            Directory.CreateDirectory(folder);
        WholeFile.Write(path, stream => bytes.WriteTo(stream));
    }

    /// <summary>Restores the state; false when there is no file.</summary>
    /// <exception cref="InvalidDataException">The file is damaged, of another version, or belongs to other data or options.</exception>
    public bool TryLoad(HeadState state)
    {
        if (!File.Exists(path))
            return false;
        byte[] bytes = File.ReadAllBytes(path);
        if (bytes.Length < HeaderBytes + sizeof(ulong) || BitConverter.ToUInt64(bytes) != Magic)
            throw Bad($"is not a checkpoint of {StageNames.Ranking}");
        int version = BitConverter.ToInt32(bytes, 8);
        if (version != Version)
            throw Bad($"has version {version}; this library reads version {Version}");
        if (XxHash3.HashToUInt64(bytes.AsSpan(..^sizeof(ulong))) != BitConverter.ToUInt64(bytes, bytes.Length - sizeof(ulong)))
            throw Bad("is damaged: its checksum does not agree with its content");
        if (BitConverter.ToUInt64(bytes, 12) != fingerprint)
            throw Bad("was written for other data or other options");
        using var reader = new BinaryReader(new MemoryStream(
            bytes, HeaderBytes, bytes.Length - HeaderBytes - sizeof(ulong), writable: false));
        state.Epoch = reader.ReadInt32();
        state.Steps = reader.ReadInt32();
        state.Best = new HeadEpoch(reader.ReadInt32(), reader.ReadDouble(), reader.ReadDouble());
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(state.Order.AsSpan()));
        foreach (float[] table in Tables(state))
            reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(table.AsSpan()));
        return true;
    }

    private static float[][] Tables(HeadState state) => [state.Parameters, state.BestParameters, state.FirstMoment, state.SecondMoment];

    private static void Append(XxHash3 hash, InteractionGraph? graph)
    {
        ReadOnlySpan<int> counts = [graph?.UserCount ?? -1, graph?.ItemCount ?? -1, graph?.EdgeCount ?? -1];
        hash.Append(MemoryMarshal.AsBytes(counts));
        for (int user = 0; user < graph?.UserCount; user++)
        {
            ReadOnlySpan<int> degree = [graph.ItemsOf(user).Length];
            hash.Append(MemoryMarshal.AsBytes(degree));
            hash.Append(MemoryMarshal.AsBytes(graph.ItemsOf(user)));
        }
    }

    private InvalidDataException Bad(string what) =>
        new($"The checkpoint '{path}' {what}. Delete it, name another CheckpointPath, or set Resume to false to train from the start.");
}
