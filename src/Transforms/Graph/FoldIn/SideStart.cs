using System.Runtime.InteropServices;

namespace HybridRec.MLNet.Graph;

/// <summary>Layer 0 of users, or of items: the vectors, and where those of nodes to come are put.</summary>
/// <param name="Rows">E, row after row.</param>
/// <param name="Trained">Which nodes had an edge in training.</param>
/// <param name="Map">How features get into E; null without features.</param>
/// <param name="Newcomers">Where nodes that were not trained are put by their neighbors; null where features say it.</param>
internal sealed record SideStart(float[] Rows, bool[] Trained, FeatureProjection? Map, NewcomerRule? Newcomers)
{
    public static SideStart Read(BinaryReader reader, int nodes, int dimension, int version)
    {
        float[] rows = TableIo.Read(reader, checked(nodes * dimension));
        var trained = new bool[nodes];
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(trained.AsSpan()));
        FeatureProjection? map = reader.ReadBoolean() ? FeatureProjection.Read(reader, dimension, version) : null;
        return new SideStart(rows, trained, map, reader.ReadBoolean() ? NewcomerRule.Read(reader, dimension, version) : null);
    }

    public void Write(BinaryWriter writer)
    {
        TableIo.Write(writer, Rows);
        writer.Write(MemoryMarshal.AsBytes(Trained.AsSpan()));
        writer.Write(Map is not null);
        Map?.Write(writer);
        writer.Write(Newcomers is not null);
        Newcomers?.Write(writer);
    }
}
