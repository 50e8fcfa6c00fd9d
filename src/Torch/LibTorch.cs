using System.Runtime.InteropServices;
using TorchSharp;

namespace HybridRec.MLNet;

/// <summary>
/// The native library under TorchSharp. <c>HybridRec.MLNet.Torch</c> references the managed part only, so that the application chooses CPU
/// or CUDA; this class says in one clear error what is missing.
/// </summary>
public static class LibTorch
{
    private const string Version = "2.10.0";

    /// <summary>Throws unless TorchSharp can compute on a device.</summary>
    /// <param name="device">The device. <value>The default is <see cref="TorchDevice.Cpu"/>.</value></param>
    /// <exception cref="InvalidOperationException">The native library is missing, too old a system library keeps it from loading, or it has
    /// no CUDA device; the message says what to install.</exception>
    public static void Require(TorchDevice device = TorchDevice.Cpu)
    {
        Load(() => torch.InitializeDeviceType(DeviceType.CPU), LoaderError);
        if (device == TorchDevice.Cuda && !torch.cuda.is_available())
            throw new InvalidOperationException(
                "TorchDevice.Cuda is asked for, but TorchSharp finds no CUDA device. Reference libtorch-cuda-12.8-linux-x64 or " +
                $"libtorch-cuda-12.8-win-x64 {Version} (and no libtorch-cpu package), " +
                "install an NVIDIA driver that has CUDA 12.8, or use TorchDevice.Cpu.");
    }

    internal static torch.Device Device(TorchDevice device)
    {
        Require(device);
        return device == TorchDevice.Cuda ? torch.CUDA : torch.CPU;
    }

    /// <summary>Translates what loading throws.</summary>
    /// <param name="load">Touches the library.</param>
    /// <param name="loaderError">What the system's loader says of it; null if the library is not there at all.</param>
    internal static void Load(Action load, Func<string?> loaderError)
    {
        try
        {
            load();
        }
        catch (Exception e) when (e is NotSupportedException or TypeInitializationException or DllNotFoundException
            or EntryPointNotFoundException or BadImageFormatException)
        {
            string said = loaderError() ?? e.GetBaseException().Message;
            throw new InvalidOperationException(said.Contains("GLIBC", StringComparison.Ordinal)
                ? $"libtorch {Version} is there, but the C++ library of this system is too old for it: {said} Install libstdc++ of GCC " +
                  "13.2 or newer (GLIBCXX_3.4.32). On Debian 12: add the suite trixie pinned at priority 100 and run apt-get install -t " +
                  "trixie libstdc++6; eng/install-libstdcxx.sh of this project's sources does so."
                : "The native libtorch cannot be loaded. HybridRec.MLNet.Torch references the managed TorchSharp only, so that the " +
                  $"application chooses: add the package libtorch-cpu-{Platform()} {Version} (or libtorch-cpu for all platforms, " +
                  $"libtorch-cuda-12.8-linux-x64 or -win-x64 for CUDA) to it. The loader said: {said}", e);
        }
    }

    /// <summary>TorchSharp keeps the loader's own words to itself: asks it again, file by file.</summary>
    private static string? LoaderError()
    {
        if (!OperatingSystem.IsLinux())
            return null;
        string folder = AppContext.BaseDirectory;
        string[] places = [Path.Combine(
            folder, "libtorch_cpu.so"), Path.Combine(folder, "runtimes", RuntimeInformation.RuntimeIdentifier, "native", "libtorch_cpu.so"),
            Path.Combine(
                folder, "runtimes", $"linux-{RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant()}", "native",
                "libtorch_cpu.so")];
        if (Array.Find(places, File.Exists) is not { } file)
            return null;
        try
        {
            NativeLibrary.Free(NativeLibrary.Load(file));
            return null;
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            return e.Message;
        }
    }

    private static string Platform() => OperatingSystem.IsWindows() ? "win-x64" : OperatingSystem.IsMacOS() ? "osx-arm64" : "linux-x64";
}
