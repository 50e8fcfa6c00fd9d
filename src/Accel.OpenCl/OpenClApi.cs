using System.Runtime.InteropServices;

namespace HybridRec.MLNet.Accel;

/// <summary>
/// The functions of OpenCL 1.2 that the backend calls, out of a library that is loaded when the first backend is made: nothing is linked,
/// and nothing is missed where there is none. The library is the one that HYBRIDREC_OPENCL_LIBRARY names, else the system's loader.
/// </summary>
internal sealed unsafe class OpenClApi
{
    public const string Variable = "HYBRIDREC_OPENCL_LIBRARY";

    public const int Success = 0;

    private static readonly Lazy<OpenClApi> s_system = new(() => Load(Environment.GetEnvironmentVariable(Variable)));

    private OpenClApi(nint library, string path)
    {
        GetPlatformIds = (delegate* unmanaged<uint, nint*, uint*, int>)Export("clGetPlatformIDs");
        GetPlatformInfo = (delegate* unmanaged<nint, uint, nuint, void*, nuint*, int>)Export("clGetPlatformInfo");
        GetDeviceIds = (delegate* unmanaged<nint, ulong, uint, nint*, uint*, int>)Export("clGetDeviceIDs");
        GetDeviceInfo = (delegate* unmanaged<nint, uint, nuint, void*, nuint*, int>)Export("clGetDeviceInfo");
        CreateContext = (delegate* unmanaged<nint*, uint, nint*, nint, void*, int*, nint>)Export("clCreateContext");
        ReleaseContext = (delegate* unmanaged<nint, int>)Export("clReleaseContext");
        CreateQueue = (delegate* unmanaged<nint, nint, ulong, int*, nint>)Export("clCreateCommandQueue");
        ReleaseQueue = (delegate* unmanaged<nint, int>)Export("clReleaseCommandQueue");
        CreateProgramWithSource = (delegate* unmanaged<nint, uint, byte**, nuint*, int*, nint>)Export("clCreateProgramWithSource");
        CreateProgramWithBinary = (delegate* unmanaged<nint, uint, nint*, nuint*, byte**, int*, int*, nint>)Export(
            "clCreateProgramWithBinary");
        BuildProgram = (delegate* unmanaged<nint, uint, nint*, byte*, nint, void*, int>)Export("clBuildProgram");
        GetProgramInfo = (delegate* unmanaged<nint, uint, nuint, void*, nuint*, int>)Export("clGetProgramInfo");
        GetProgramBuildInfo = (delegate* unmanaged<nint, nint, uint, nuint, void*, nuint*, int>)Export("clGetProgramBuildInfo");
        ReleaseProgram = (delegate* unmanaged<nint, int>)Export("clReleaseProgram");
        CreateKernel = (delegate* unmanaged<nint, byte*, int*, nint>)Export("clCreateKernel");
        ReleaseKernel = (delegate* unmanaged<nint, int>)Export("clReleaseKernel");
        SetKernelArg = (delegate* unmanaged<nint, uint, nuint, void*, int>)Export("clSetKernelArg");
        CreateBuffer = (delegate* unmanaged<nint, ulong, nuint, void*, int*, nint>)Export("clCreateBuffer");
        ReleaseMemory = (delegate* unmanaged<nint, int>)Export("clReleaseMemObject");
        EnqueueWrite = (delegate* unmanaged<nint, nint, uint, nuint, nuint, void*, uint, nint*, nint*, int>)Export("clEnqueueWriteBuffer");
        EnqueueRead = (delegate* unmanaged<nint, nint, uint, nuint, nuint, void*, uint, nint*, nint*, int>)Export("clEnqueueReadBuffer");
        EnqueueKernel = (delegate* unmanaged<nint, nint, uint, nuint*, nuint*, nuint*, uint, nint*, nint*, int>)Export(
            "clEnqueueNDRangeKernel");
        WaitForEvents = (delegate* unmanaged<uint, nint*, int>)Export("clWaitForEvents");
        Flush = (delegate* unmanaged<nint, int>)Export("clFlush");
        Finish = (delegate* unmanaged<nint, int>)Export("clFinish");
        ReleaseEvent = (delegate* unmanaged<nint, int>)Export("clReleaseEvent");

        nint Export(string name) => NativeLibrary.TryGetExport(library, name, out nint address)
            ? address
            : throw new BackendUnavailableException(
                $"The library '{path}' has no function '{name}': it is no OpenCL 1.2 or later. Name another by {Variable}, or unset it.");
    }

    /// <summary>The library of this process.</summary>
    public static OpenClApi System => s_system.Value;

    public delegate* unmanaged<uint, nint*, uint*, int> GetPlatformIds { get; }

    public delegate* unmanaged<nint, uint, nuint, void*, nuint*, int> GetPlatformInfo { get; }

    public delegate* unmanaged<nint, ulong, uint, nint*, uint*, int> GetDeviceIds { get; }

    public delegate* unmanaged<nint, uint, nuint, void*, nuint*, int> GetDeviceInfo { get; }

    public delegate* unmanaged<nint*, uint, nint*, nint, void*, int*, nint> CreateContext { get; }

    public delegate* unmanaged<nint, int> ReleaseContext { get; }

    public delegate* unmanaged<nint, nint, ulong, int*, nint> CreateQueue { get; }

    public delegate* unmanaged<nint, int> ReleaseQueue { get; }

    public delegate* unmanaged<nint, uint, byte**, nuint*, int*, nint> CreateProgramWithSource { get; }

    public delegate* unmanaged<nint, uint, nint*, nuint*, byte**, int*, int*, nint> CreateProgramWithBinary { get; }

    public delegate* unmanaged<nint, uint, nint*, byte*, nint, void*, int> BuildProgram { get; }

    public delegate* unmanaged<nint, uint, nuint, void*, nuint*, int> GetProgramInfo { get; }

    public delegate* unmanaged<nint, nint, uint, nuint, void*, nuint*, int> GetProgramBuildInfo { get; }

    public delegate* unmanaged<nint, int> ReleaseProgram { get; }

    public delegate* unmanaged<nint, byte*, int*, nint> CreateKernel { get; }

    public delegate* unmanaged<nint, int> ReleaseKernel { get; }

    public delegate* unmanaged<nint, uint, nuint, void*, int> SetKernelArg { get; }

    public delegate* unmanaged<nint, ulong, nuint, void*, int*, nint> CreateBuffer { get; }

    public delegate* unmanaged<nint, int> ReleaseMemory { get; }

    public delegate* unmanaged<nint, nint, uint, nuint, nuint, void*, uint, nint*, nint*, int> EnqueueWrite { get; }

    public delegate* unmanaged<nint, nint, uint, nuint, nuint, void*, uint, nint*, nint*, int> EnqueueRead { get; }

    /// <summary>Tests put a device here that is lost.</summary>
    public delegate* unmanaged<nint, nint, uint, nuint*, nuint*, nuint*, uint, nint*, nint*, int> EnqueueKernel { get; set; }

    public delegate* unmanaged<uint, nint*, int> WaitForEvents { get; }

    public delegate* unmanaged<nint, int> Flush { get; }

    public delegate* unmanaged<nint, int> Finish { get; }

    public delegate* unmanaged<nint, int> ReleaseEvent { get; }

    /// <summary>Loads a library.</summary>
    /// <param name="path">Its file; null or empty for the system's loader.</param>
    /// <exception cref="BackendUnavailableException">There is none, or it lacks a function.</exception>
    public static OpenClApi Load(string? path)
    {
        string file = !string.IsNullOrEmpty(path) ? path : OperatingSystem.IsWindows()
            ? "OpenCL.dll"
            : OperatingSystem.IsMacOS() ? "/System/Library/Frameworks/OpenCL.framework/OpenCL" : "libOpenCL.so.1";
        return NativeLibrary.TryLoad(file, out nint library)
            ? new OpenClApi(library, file)
            : throw new BackendUnavailableException($"There is no OpenCL here: the library '{file}' cannot be loaded. Install a device's " +
                $"driver, or PoCL by eng/install-pocl.sh and name its loader by {Variable}.");
    }
}
