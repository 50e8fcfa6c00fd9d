using System.Runtime.CompilerServices;
using HybridRec.MLNet.Accel;

namespace HybridRec.MLNet;

/// <summary>
/// What an application does when it starts: the backends in packages of their own are made known.
/// Linked into every program that takes them by name.
/// </summary>
internal static class BackendRegistration
{
    [ModuleInitializer]
    internal static void Register()
    {
        OpenClBackend.Register();
        FpgaBackend.Register();
    }
}
