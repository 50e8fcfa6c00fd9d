using HybridRec.MLNet.Hosting;

namespace HybridRec.MLNet.Graph;

/// <summary>The columns that a fitted transformer works with.</summary>
internal sealed record GnnColumns(
    string OutputUser, string OutputItem, string User, string Item, NodeFeature[] NodeFeatures, bool EmitsHoldout)
{
    // From this version of the state on, models whose features are described otherwise than by their names say so.
    private const int VersionOfRoles = 6;
    private const int MostFeatures = 10_000;

    /// <summary>The least version of the state that can hold them.</summary>
    public int Version =>
        NodeFeatures.Any(feature => feature.OfUsers != ColumnRoles.IsUsers(feature.ColumnName)) ? VersionOfRoles : VersionOfRoles - 1;

    public static GnnColumns Read(BinaryReader reader, int version)
    {
        (string outputUser, string outputItem, string user, string item) = (
            reader.ReadString(), reader.ReadString(), reader.ReadString(), reader.ReadString());
        int count = reader.ReadInt32();
        if (count is < 0 or > MostFeatures)
            throw new InvalidDataException($"{count} feature columns are impossible: the state of GnnEmbedding is damaged.");
        var features = new NodeFeature[count];
        for (int i = 0; i < count; i++)
        {
            features[i] = reader.ReadString();
            if (version >= VersionOfRoles)
                features[i] = features[i] with { Role = reader.ReadBoolean() ? ColumnRole.User : ColumnRole.Item };
        }

        return new GnnColumns(outputUser, outputItem, user, item, features, reader.ReadBoolean());
    }

    public void Write(BinaryWriter writer)
    {
        writer.Write(OutputUser);
        writer.Write(OutputItem);
        writer.Write(User);
        writer.Write(Item);
        writer.Write(NodeFeatures.Length);
        foreach (NodeFeature feature in NodeFeatures)
        {
            writer.Write(feature.ColumnName);
            if (Version >= VersionOfRoles)
                writer.Write(feature.OfUsers);
        }

        writer.Write(EmitsHoldout);
    }
}
