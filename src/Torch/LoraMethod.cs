using HybridRec.MLNet.Torch;
using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>
/// Trains low-rank matrices beside chosen linear modules, y = W x + b + (alpha / r) B A x with A [r, inputs] and B [outputs, r]; they are
/// merged into the weights when trained. Hu et al., "LoRA", ICLR 2022; Kalajdzievski, "A Rank Stabilization Scaling Factor for Fine-Tuning
/// with LoRA", 2023.
/// </summary>
public sealed record LoraMethod : TuningMethod
{
    /// <summary>Rank r of the matrices A [r, inputs] and B [outputs, r].</summary>
    /// <value>The default is 8.</value>
    public int Rank { get; init; } = 8;

    /// <summary>The addition is (alpha / r) B A.</summary>
    /// <value>The default is 16.</value>
    public double Alpha { get; init; } = 16;

    /// <summary>Share of the inputs of A set to 0 while training.</summary>
    /// <value>The default is 0.</value>
    public double Dropout { get; init; }

    /// <summary>Whether the factor is alpha / sqrt(r) instead of alpha / r (rsLoRA).</summary>
    /// <value>The default is false.</value>
    public bool RankStabilized { get; init; }

    /// <summary>Linear modules with an adapter: those whose name is one of these or ends with a dot and one of these.</summary>
    /// <value>The default is null: query and value (BERT), q_proj and v_proj (Llama).</value>
    public IReadOnlyList<string>? TargetModules { get; init; }

    /// <summary>
    /// The same as a regular expression of whole names, such as <c>.*attention\.self\.(query|value)</c>; <c>all-linear</c> is all of them.
    /// </summary>
    /// <value>The default is null: as <see cref="TargetModules"/> says.</value>
    public string? TargetPattern { get; init; }

    /// <summary>
    /// Modules that are trained whole beside the adapter and kept with it, named as in <see cref="TargetModules"/>: <c>word_embeddings</c>
    /// (BERT) or <c>embed_tokens</c> (Llama) is the token table, <c>LayerNorm</c> all normalizations of a BERT. Where texts are of words
    /// that pairs have to be learned for, such as titles and names, the table is what there is to learn (docs/training-efficiency.md).
    /// PEFT's option of that name.
    /// </summary>
    /// <value>The default is null: none.</value>
    public IReadOnlyList<string>? ModulesToSave { get; init; }

    /// <summary>A PEFT adapter folder to begin from; its rank, alpha and modules win over those here.</summary>
    /// <value>The default is null: a new adapter, which at first changes nothing.</value>
    [NotInFingerprint] // its tensors are
    public string? InitialAdapterPath { get; init; }

    /// <summary>
    /// A folder that gets the trained adapter in PEFT's format: <c>adapter_config.json</c> and <c>adapter_model.safetensors</c>.
    /// </summary>
    /// <value>The default is null: none.</value>
    [NotInFingerprint]
    public string? AdapterPath { get; init; }

    internal override string Name => "Lora";

    internal override double LearningRate => 5e-4;

    /// <summary>Factor of B A.</summary>
    internal double Scale => Alpha / (RankStabilized ? Math.Sqrt(Rank) : Rank);

    internal override void Validate(OptionCheck check, TransformerModel model)
    {
        check.Between(Rank, 1, 4096, nameof(Rank));
        check.Above0(Alpha, nameof(Alpha));
        check.Share(Dropout, nameof(Dropout));
        check.Require(TargetModules is not { Count: 0 }, "empty", "null, or names of modules", nameof(TargetModules));
        check.Require(ModulesToSave is not { Count: 0 }, "empty", "null, or names of modules", nameof(ModulesToSave));
        check.Require(
            TargetModules is null || TargetPattern is null, TargetPattern, "null where TargetModules is set: set one",
            nameof(TargetPattern));
        if (InitialAdapterPath is not null)
        {
            check.Require(
                ModulesToSave is null, "set", "null where InitialAdapterPath is set, whose adapter names its own", nameof(ModulesToSave));
            return;
        }

        var targets = LoraTargets.Select(model, TargetModules, TargetPattern);
        string[] both = [.. LoraTargets.Whole(model, ModulesToSave ?? []).Select(LoraTargets.ModuleOf).Intersect(targets)];
        if (both.Length > 0)
            throw check.Refusal(nameof(ModulesToSave), $"of '{both[0]}', which has an adapter too", "of modules without one");
    }
}
