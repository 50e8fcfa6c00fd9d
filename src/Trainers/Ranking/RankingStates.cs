using System.Runtime.CompilerServices;
using HybridRec.MLNet.Hosting;

namespace HybridRec.MLNet.Ranking;

/// <summary>Registers what this room can load.</summary>
internal static class RankingStates
{
#pragma warning disable CA2255 // A saved model must load in a process that has touched nothing of this assembly.
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void Register() =>
        ModelIo.Register(HybridRankingTransformer.StateKind, HybridRankingTransformer.Version, (env, version, reader, _) => HybridRankingTransformer.Read(env, reader, version));
}
