namespace HybridRec.MLNet.Graph;

/// <summary>The column names that a fitted transformer works with.</summary>
internal sealed record GnnColumns(string OutputUser, string OutputItem, string User, string Item, string[] NodeFeatures, bool EmitsHoldout)
{
    private const int MostFeatures = 10_000;

    public static GnnColumns Read(BinaryReader reader)
    {
        (string outputUser, string outputItem, string user, string item) = (reader.ReadString(), reader.ReadString(), reader.ReadString(), reader.ReadString());
        int count = reader.ReadInt32();
        if (count is < 0 or > MostFeatures)
            throw new InvalidDataException($"{count} feature columns are impossible: the state of GnnEmbedding is damaged.");
        var features = new string[count];
        for (int i = 0; i < count; i++)
            features[i] = reader.ReadString();
        return new GnnColumns(outputUser, outputItem, user, item, features, reader.ReadBoolean());
    }

    public void Write(BinaryWriter writer)
    {
        writer.Write(OutputUser);
        writer.Write(OutputItem);
        writer.Write(User);
        writer.Write(Item);
        writer.Write(NodeFeatures.Length);
        foreach (string name in NodeFeatures)
            writer.Write(name);
        writer.Write(EmitsHoldout);
    }
}
