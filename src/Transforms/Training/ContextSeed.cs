using Microsoft.ML.Runtime;

namespace HybridRec.MLNet.Training;

/// <summary>Seeds that nobody gave come from the context, as in ML.NET.</summary>
internal static class ContextSeed
{
    /// <summary>
    /// The seed given, or one drawn from the host: the same for every context of one seed, another for every context without.
    /// </summary>
    /// <param name="host">The host of the component; a component asks it once, when it is made, so that fitting
    /// it again gives the same.</param>
    /// <param name="given">The seed of the options; null for none.</param>
    public static int Seed(this IHost host, int? given) => given ?? host.Rand.Next();

    /// <summary>The same for what has no host of its own.</summary>
    /// <param name="env">The context.</param>
    /// <param name="name">Name of the component, under which it registers.</param>
    /// <param name="given">The seed of the options; null for none.</param>
    public static int Seed(this IHostEnvironment env, string name, int? given) => given ?? env.Register(name).Rand.Next();
}
