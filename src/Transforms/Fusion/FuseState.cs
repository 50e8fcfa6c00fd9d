using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using HybridRec.MLNet.Hosting;

namespace HybridRec.MLNet.Fusion;

internal static class FuseState
{
    [ModuleInitializer]
    [SuppressMessage(
        "Usage", "CA2255", Justification = "A saved model must find its reader in a process that has not touched this assembly yet.")]
    internal static void Register() => ModelIo.Register(
        FuseTransformer.StateKind, FuseTransformer.CurrentVersion, (env, _, reader, _) => FuseTransformer.ReadState(env, reader));
}
