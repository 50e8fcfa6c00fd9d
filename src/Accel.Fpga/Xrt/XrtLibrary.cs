using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace HybridRec.MLNet.Accel;

/// <summary>
/// The functions of XRT's C interface that the driver needs, from libxrt_coreutil. Arguments are set by xrtRunSetArgV, which is not
/// variadic and takes the bytes of a scalar, or of the address of a buffer; xrtRunSetArg and xrtKernelRun are C-variadic
/// and cannot be called portably.
/// </summary>
internal sealed unsafe class XrtLibrary
{
    public const int ToDevice = 0;
    public const int FromDevice = 1;
    public const int Completed = 4;

    private static readonly ConcurrentDictionary<string, XrtLibrary> s_loaded = new(StringComparer.Ordinal);

    private readonly string _path;
    private readonly nint _handle;

    private XrtLibrary(string path, nint handle)
    {
        (_path, _handle) = (path, handle);
        IsSimulation = NativeLibrary.TryGetExport(handle, "hr_sim_abi", out _);
        DeviceOpen = (delegate* unmanaged<uint, nint>)Export("xrtDeviceOpen");
        DeviceClose = (delegate* unmanaged<nint, int>)Export("xrtDeviceClose");
        DeviceLoad = (delegate* unmanaged<nint, byte*, int>)Export("xrtDeviceLoadXclbinFile");
        DeviceUuid = (delegate* unmanaged<nint, byte*, int>)Export("xrtDeviceGetXclbinUUID");
        KernelOpen = (delegate* unmanaged<nint, byte*, byte*, nint>)Export("xrtPLKernelOpenExclusive");
        KernelClose = (delegate* unmanaged<nint, int>)Export("xrtKernelClose");
        KernelGroup = (delegate* unmanaged<nint, int, int>)Export("xrtKernelArgGroupId");
        KernelRead = (delegate* unmanaged<nint, uint, uint*, int>)Export("xrtKernelReadRegister");
        BufferAlloc = (delegate* unmanaged<nint, nuint, ulong, uint, nint>)Export("xrtBOAlloc");
        BufferFree = (delegate* unmanaged<nint, int>)Export("xrtBOFree");
        BufferWrite = (delegate* unmanaged<nint, byte*, nuint, nuint, int>)Export("xrtBOWrite");
        BufferRead = (delegate* unmanaged<nint, byte*, nuint, nuint, int>)Export("xrtBORead");
        BufferSync = (delegate* unmanaged<nint, int, nuint, nuint, int>)Export("xrtBOSync");
        BufferAddress = (delegate* unmanaged<nint, ulong>)Export("xrtBOAddress");
        RunOpen = (delegate* unmanaged<nint, nint>)Export("xrtRunOpen");
        RunClose = (delegate* unmanaged<nint, int>)Export("xrtRunClose");
        RunSet = (delegate* unmanaged<nint, int, void*, nuint, int>)Export("xrtRunSetArgV");
        RunStart = (delegate* unmanaged<nint, int>)Export("xrtRunStart");
        RunWaitFor = (delegate* unmanaged<nint, uint, int>)Export("xrtRunWaitFor");
    }

    /// <summary>Whether it is the shim over the simulated kernels.</summary>
    public bool IsSimulation { get; }

    public delegate* unmanaged<uint, nint> DeviceOpen { get; }

    public delegate* unmanaged<nint, int> DeviceClose { get; }

    public delegate* unmanaged<nint, byte*, int> DeviceLoad { get; }

    public delegate* unmanaged<nint, byte*, int> DeviceUuid { get; }

    public delegate* unmanaged<nint, byte*, byte*, nint> KernelOpen { get; }

    public delegate* unmanaged<nint, int> KernelClose { get; }

    public delegate* unmanaged<nint, int, int> KernelGroup { get; }

    public delegate* unmanaged<nint, uint, uint*, int> KernelRead { get; }

    public delegate* unmanaged<nint, nuint, ulong, uint, nint> BufferAlloc { get; }

    public delegate* unmanaged<nint, int> BufferFree { get; }

    public delegate* unmanaged<nint, byte*, nuint, nuint, int> BufferWrite { get; }

    public delegate* unmanaged<nint, byte*, nuint, nuint, int> BufferRead { get; }

    public delegate* unmanaged<nint, int, nuint, nuint, int> BufferSync { get; }

    public delegate* unmanaged<nint, ulong> BufferAddress { get; }

    public delegate* unmanaged<nint, nint> RunOpen { get; }

    public delegate* unmanaged<nint, int> RunClose { get; }

    public delegate* unmanaged<nint, int, void*, nuint, int> RunSet { get; }

    public delegate* unmanaged<nint, int> RunStart { get; }

    public delegate* unmanaged<nint, uint, int> RunWaitFor { get; }

    /// <summary>Loads XRT.</summary>
    /// <exception cref="BackendUnavailableException">It is not installed, or lacks a function.</exception>
    public static XrtLibrary Load(string path) => s_loaded.GetOrAdd(path, static path =>
    {
        try
        {
            return new XrtLibrary(path, NativeLibrary.Load(path));
        }
        catch (Exception error) when (error is DllNotFoundException or BadImageFormatException)
        {
            throw new BackendUnavailableException($"XRT's library {path} cannot be loaded: {error.Message} Install XRT and source its " +
                "setup.sh, or name the library in XrtOptions.Library.", error);
        }
    });

    private nint Export(string name) =>
        NativeLibrary.TryGetExport(_handle, name, out nint address)
            ? address
            : throw new BackendUnavailableException(
                $"The library {_path} has no function {name}: it is no XRT, or a version without its C interface.");
}
