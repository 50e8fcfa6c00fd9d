using System.Runtime.CompilerServices;
using HybridRec.MLNet.Accel;

namespace HybridRec.MLNet.Tests;

/// <summary>What an application does when it starts: the backends in packages of their own are made known.</summary>
internal static class BackendRegistration
{
    [ModuleInitializer]
    internal static void Register()
    {
        OpenClBackend.Register();
        FpgaBackend.Register();
    }
}
