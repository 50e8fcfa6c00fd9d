using System.Runtime.CompilerServices;
using HybridRec.MLNet.Hosting;

namespace HybridRec.MLNet;

/// <summary>Registers what this assembly can load. A saved model loads in a process that has touched nothing of it.</summary>
internal static class States
{
    [ModuleInitializer]
    internal static void Register()
    {
        ModelIo.Register(
            GraphFilterTransformer.StateKind, GraphFilterTransformer.Version,
            (env, version, reader, _) => GraphFilterTransformer.Read(env, reader, version));
        ModelIo.Register(
            HybridRankingTransformer.StateKind,
            HybridRankingTransformer.Version,
            (env, version, reader, _) => HybridRankingTransformer.Read(env, reader, version));
    }
}
