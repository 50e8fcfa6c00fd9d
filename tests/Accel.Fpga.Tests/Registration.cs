using System.Runtime.CompilerServices;

namespace HybridRec.MLNet.Accel.Tests.Fpga;

/// <summary>What an application does when it starts.</summary>
internal static class Registration
{
    [ModuleInitializer]
    internal static void Register() => FpgaBackend.Register();
}
