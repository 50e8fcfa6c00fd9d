using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>What may be overridden when an encoder model is read: by default everything comes from the files of the model.</summary>
public sealed record EncoderOptions
{
    /// <summary>
    /// How token vectors become one vector. Needed for a model that gives token vectors and has no pooling configuration.
    /// </summary>
    /// <value>The default is null: from <c>1_Pooling/config.json</c>.</value>
    public PoolingMode? Pooling { get; init; }

    /// <summary>Whether vectors are scaled to length 1.</summary>
    /// <value>The default is null: from <c>modules.json</c>; true for a bare ONNX file.</value>
    public bool? Normalize { get; init; }

    /// <summary>Longest text in tokens, special tokens included; the rest is cut off.</summary>
    /// <value>The default is null: <c>max_seq_length</c> of the model; 512 where nothing says it.</value>
    public int? MaxTokens { get; init; }

    /// <summary>Text put before every text, for models trained with instructions (<c>"passage: "</c>).</summary>
    /// <value>The default is null: the default prompt of <c>config_sentence_transformers.json</c>, if it names one.</value>
    public string? Prompt { get; init; }

    /// <summary>Name of a prompt in <c>config_sentence_transformers.json</c>; <see cref="Prompt"/> wins over it.</summary>
    /// <value>The default is null.</value>
    public string? PromptName { get; init; }

    /// <summary>Lower-case and strip accents; only used when the tokenizer is a <c>vocab.txt</c> (tokenizer.json says it itself).</summary>
    /// <value>The default is null: from <c>sentence_bert_config.json</c> or <c>tokenizer_config.json</c>, else true.</value>
    public bool? Lowercase { get; init; }

    /// <summary>Name of the ONNX input that takes the token ids.</summary>
    /// <value>The default is null: <c>input_ids</c>.</value>
    public string? InputIdsName { get; init; }

    /// <summary>Name of the ONNX input that takes the attention mask.</summary>
    /// <value>The default is null: <c>attention_mask</c>, if the model has it.</value>
    public string? AttentionMaskName { get; init; }

    /// <summary>Name of the ONNX input that takes the token types (all 0).</summary>
    /// <value>The default is null: <c>token_type_ids</c>, if the model has it.</value>
    public string? TokenTypeIdsName { get; init; }

    /// <summary>Name of the ONNX output to use: a [batch, dimension] or a [batch, tokens, dimension] tensor of float.</summary>
    /// <value>
    /// Default null: <c>sentence_embedding</c>, else <c>token_embeddings</c>, else <c>last_hidden_state</c>, else the only one that fits.
    /// </value>
    public string? OutputName { get; init; }

    /// <summary>Threads inside one ONNX run.</summary>
    /// <value>The default is 0: all cores.</value>
    public int Threads { get; init; }

    /// <summary>
    /// Whether a saved pipeline holds the ONNX model and the tokenizer itself. If not, it holds the path and a hash, and loading fails with
    /// a clear error where the file is missing or another one.
    /// </summary>
    /// <value>The default is true.</value>
    public bool StoreModel { get; init; } = true;

    internal void Validate()
    {
        var check = new OptionCheck(nameof(EncoderOptions));
        check.AtLeast(MaxTokens, 1, nameof(MaxTokens));
        check.AtLeast(Threads, 0, nameof(Threads));
        if (Pooling is { } pooling)
            check.Defined(pooling, nameof(Pooling));
    }
}
