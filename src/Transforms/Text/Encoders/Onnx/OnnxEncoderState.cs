namespace HybridRec.MLNet.Text;

/// <summary>Saved form of <see cref="OnnxEncoderSettings"/>.</summary>
internal static class OnnxEncoderState
{
    public static void WriteSettings(BinaryWriter writer, OnnxEncoderSettings settings)
    {
        writer.Write(settings.Name);
        writer.Write(settings.Pooling.Count);
        foreach (var mode in settings.Pooling)
            writer.Write((int)mode);
        writer.Write(settings.Normalize);
        writer.Write(settings.MaxTokens);
        writer.Write(settings.Prompt);
        writer.Write(settings.IncludePrompt);
        var options = settings.Options;
        foreach (string? name in (string?[])[options.InputIdsName, options.AttentionMaskName, options.TokenTypeIdsName, options.OutputName])
            writer.Write(name ?? "");
        writer.Write(options.Threads);
    }

    public static OnnxEncoderSettings ReadSettings(BinaryReader reader)
    {
        string name = reader.ReadString();
        var pooling = new PoolingMode[EncoderState.CheckedCount(reader, sizeof(int))];
        for (int i = 0; i < pooling.Length; i++)
        {
            pooling[i] = (PoolingMode)reader.ReadInt32();
            if (!Enum.IsDefined(pooling[i]))
                throw new InvalidDataException(
                    $"The saved text encoder has the unknown pooling mode {(int)pooling[i]}: it is damaged or of a newer version.");
        }
        bool normalize = reader.ReadBoolean();
        int maxTokens = reader.ReadInt32();
        string prompt = reader.ReadString();
        bool includePrompt = reader.ReadBoolean();
        string? Next() => reader.ReadString() is { Length: > 0 } text ? text : null;
        var options = new EncoderOptions
        {
            InputIdsName = Next(),
            AttentionMaskName = Next(),
            TokenTypeIdsName = Next(),
            OutputName = Next(),
            Threads = reader.ReadInt32()
        };
        return new OnnxEncoderSettings(name, pooling, normalize, maxTokens, prompt, includePrompt, StoreModel: true, options);
    }
}
