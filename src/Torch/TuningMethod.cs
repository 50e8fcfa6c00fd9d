using HybridRec.MLNet.Torch;
using HybridRec.MLNet.Training;

namespace HybridRec.MLNet;

/// <summary>What a <see cref="LoraTuning"/> trains: an adapter, all weights, or a projection. Each has settings of its own.</summary>
/// <example><code>
/// new LoraTuning { Method = TuningMethod.Lora(rank: 16, alpha: 32) };
/// new LoraTuning { Method = new LoraMethod { TargetPattern = "all-linear", AdapterPath = "adapters/movies" } };
/// new LoraTuning { Method = TuningMethod.Full };
/// </code></example>
public abstract record TuningMethod
{
    private protected TuningMethod()
    {
    }

    /// <summary>All weights of the transformer.</summary>
    public static FullMethod Full { get; } = new();

    /// <summary>The method, in a word of the log.</summary>
    internal abstract string Name { get; }

    /// <summary>The learning rate where none is given.</summary>
    internal abstract double LearningRate { get; }

    /// <summary>Low-rank matrices beside the usual linear modules; <see cref="LoraMethod"/> has all settings.</summary>
    /// <param name="rank">Rank r of the matrices. <value>The default is 8.</value></param>
    /// <param name="alpha">The addition is (alpha / r) B A. <value>The default is 16.</value></param>
    public static LoraMethod Lora(int rank = 8, double alpha = 16) => new() { Rank = rank, Alpha = alpha };

    /// <summary>One matrix over the pooled vector of a frozen transformer.</summary>
    /// <param name="dimension">Length of a vector behind it. <value>The default is null: as before it.</value></param>
    public static ProjectionMethod Projection(int? dimension = null) => new() { Dimension = dimension };

    /// <summary>Refuses illegal settings, and those that this model has nothing for.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of its range.</exception>
    internal abstract void Validate(OptionCheck check, TransformerModel model);
}
