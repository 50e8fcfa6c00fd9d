using System.Runtime.CompilerServices;
using HybridRec.MLNet.Hosting;

namespace HybridRec.MLNet.ClosedForms;

/// <summary>Registers what this room can load.</summary>
internal static class GraphFilterStates
{
#pragma warning disable CA2255 // A saved model must load in a process that has touched nothing of this assembly.
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void Register() =>
        ModelIo.Register(GraphFilterTransformer.StateKind, GraphFilterTransformer.Version, (env, _, reader, _) => GraphFilterTransformer.Read(env, reader));
}
