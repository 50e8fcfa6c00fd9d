using System.Text.Json;
using static HybridRec.MLNet.Files.JsonFields;

namespace HybridRec.MLNet.Text;

/// <summary>Architectures of <see cref="TransformerConfig"/>.</summary>
internal enum TransformerFamily
{
    /// <summary>Encoder: learned positions, LayerNorm after each block, attention in both directions.</summary>
    Bert,

    /// <summary>Decoder: rotary positions, RMSNorm before each block, gated MLP, shared key-value heads, causal attention.</summary>
    Llama,
}

/// <summary>
/// What <c>config.json</c> of a Hugging Face folder says of a transformer. What would change its vectors and
/// is not known is refused by name.
/// </summary>
internal sealed record TransformerConfig
{
    public required TransformerFamily Family { get; init; }

    public required int HiddenSize { get; init; }

    public required int Layers { get; init; }

    public required int Heads { get; init; }

    /// <summary>Heads of keys and values; a divisor of <see cref="Heads"/>.</summary>
    public required int KeyValueHeads { get; init; }

    public required int HeadSize { get; init; }

    public required int IntermediateSize { get; init; }

    public required int VocabularySize { get; init; }

    public required int MaxPositions { get; init; }

    public required int TokenTypes { get; init; }

    /// <summary>Added to the variance by LayerNorm, to the mean square by RMSNorm.</summary>
    public required double Epsilon { get; init; }

    /// <summary>gelu (exact), gelu_tanh, relu or silu.</summary>
    public required string Activation { get; init; }

    public required double RopeTheta { get; init; }

    public required bool TiedEmbeddings { get; init; }

    /// <param name="json">The file's content.</param>
    /// <param name="file">Its name for messages.</param>
    /// <exception cref="InvalidDataException">It is damaged or lacks an entry.</exception>
    /// <exception cref="NotSupportedException">It asks for something this library does not have; the message names it.</exception>
    public static TransformerConfig Parse(ReadOnlyMemory<byte> json, string file)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            return Name(root, "model_type") switch
            {
                "bert" => Bert(root, file).Checked(file),
                "llama" => Llama(root, file).Checked(file),
                string other => throw Refused(file, "model_type", other, "bert, llama"),
                null => throw new InvalidDataException($"'{file}' has no model_type. Fetch the file again."),
            };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"'{file}' is damaged: {e.Message} Fetch the file again.", e);
        }
    }

    private static TransformerConfig Bert(JsonElement root, string file)
    {
        RefuseOther(root, file, "position_embedding_type", "absolute");
        foreach (string flag in (string[])["is_decoder", "add_cross_attention"])
            if (Flag(root, flag))
                throw Refused(file, flag, "true", "false");
        int heads = Number(root, "num_attention_heads", file), hidden = Number(root, "hidden_size", file);
        return new TransformerConfig
        {
            Family = TransformerFamily.Bert,
            HiddenSize = hidden,
            Layers = Number(root, "num_hidden_layers", file),
            Heads = heads,
            KeyValueHeads = heads,
            HeadSize = hidden / Math.Max(1, heads),
            IntermediateSize = Number(root, "intermediate_size", file),
            VocabularySize = Number(root, "vocab_size", file),
            MaxPositions = Number(root, "max_position_embeddings", file),
            TokenTypes = Number(root, "type_vocab_size", file, 2),
            Epsilon = Real(root, "layer_norm_eps", 1e-12),
            Activation = Activated(root, file, "gelu"),
            RopeTheta = 0,
            TiedEmbeddings = true,
        };
    }

    private static TransformerConfig Llama(JsonElement root, string file)
    {
        double theta = Real(root, "rope_theta", 10_000);
        // Its place before and after version 5 of transformers.
        foreach (string place in (string[])["rope_scaling", "rope_parameters"])
            if (Present(root, place, out var rope))
            {
                string type = Name(rope, "rope_type") ?? Name(rope, "type") ?? "default";
                if (type != "default")
                    throw Refused(file, place, type, "default");
                theta = Real(rope, "rope_theta", theta);
            }
        int heads = Number(root, "num_attention_heads", file), hidden = Number(root, "hidden_size", file);
        return new TransformerConfig
        {
            Family = TransformerFamily.Llama,
            HiddenSize = hidden,
            Layers = Number(root, "num_hidden_layers", file),
            Heads = heads,
            KeyValueHeads = Number(root, "num_key_value_heads", file, heads),
            HeadSize = Number(root, "head_dim", file, hidden / Math.Max(1, heads)),
            IntermediateSize = Number(root, "intermediate_size", file),
            VocabularySize = Number(root, "vocab_size", file),
            MaxPositions = Number(root, "max_position_embeddings", file, 2048),
            TokenTypes = 0,
            Epsilon = Real(root, "rms_norm_eps", 1e-6),
            Activation = Activated(root, file, "silu"),
            RopeTheta = theta,
            TiedEmbeddings = Flag(root, "tie_word_embeddings"),
        };
    }

    private TransformerConfig Checked(string file)
    {
        foreach (var (name, value) in ((string, int)[])[
            ("hidden_size", HiddenSize), ("num_hidden_layers", Layers), ("num_attention_heads", Heads),
            ("num_key_value_heads", KeyValueHeads), ("head_dim", HeadSize), ("intermediate_size", IntermediateSize),
            ("vocab_size", VocabularySize), ("max_position_embeddings", MaxPositions)])
            if (value < 1)
                throw new InvalidDataException($"'{file}': {name} is {value}; it has to be at least 1.");
        if (Family == TransformerFamily.Bert && HiddenSize % Heads != 0)
            throw new InvalidDataException($"'{file}': hidden_size {HiddenSize} is no multiple of num_attention_heads {Heads}.");
        if (Heads % KeyValueHeads != 0)
            throw new InvalidDataException($"'{file}': num_attention_heads {Heads} is no multiple of num_key_value_heads {KeyValueHeads}.");
        if (Family == TransformerFamily.Llama && HeadSize % 2 != 0)
            throw new InvalidDataException($"'{file}': head_dim is {HeadSize}; rotary positions need an even one.");
        return this;
    }

    private static string Activated(JsonElement root, string file, string missing) => (Name(root, "hidden_act") ?? missing) switch
    {
        "gelu" => "gelu",
        "gelu_new" or "gelu_fast" or "gelu_pytorch_tanh" => "gelu_tanh",
        "relu" => "relu",
        "silu" or "swish" => "silu",
        string other => throw Refused(file, "hidden_act", other, "gelu, gelu_new, gelu_fast, gelu_pytorch_tanh, relu, silu, swish"),
    };

    private static int Number(JsonElement root, string name, string file, int? missing = null) =>
        Present(root, name, out var value)
            ? value.GetInt32()
            : missing ?? throw new InvalidDataException($"'{file}' has no {name}. Fetch the file again.");

    private static double Real(JsonElement root, string name, double missing) =>
        Present(root, name, out var value) ? value.GetDouble() : missing;

    private static void RefuseOther(JsonElement root, string file, string name, string known)
    {
        if (Name(root, name) is { } found && found != known)
            throw Refused(file, name, found, known);
    }

    private static NotSupportedException Refused(string file, string name, string found, string known) =>
        new($"'{file}' has {name} = {found}, which this library does not run; it knows {known}. Export the model to ONNX and read it " +
            "with TextEncoder.FromFolder.");
}
