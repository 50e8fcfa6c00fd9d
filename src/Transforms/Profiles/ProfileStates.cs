using System.Runtime.CompilerServices;
using HybridRec.MLNet.Hosting;

namespace HybridRec.MLNet.Profiles;

/// <summary>Registers what this room can load.</summary>
internal static class ProfileStates
{
#pragma warning disable CA2255 // A saved model must load in a process that has touched nothing of this assembly.
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void Register() =>
        ModelIo.Register(
            UserProfileTransformer.StateKind, UserProfileTransformer.Version,
            (env, version, reader, _) => UserProfileTransformer.Read(env, version, reader));
}
