using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.InteropServices;

namespace HybridRec.MLNet.Accel;

/// <summary>The C interface of the simulation (sim/hr_sim.h), loaded when it is first asked for and kept.</summary>
internal sealed unsafe class SimulationLibrary
{
    public const int AbiVersion = 1;
    public const int Ok = 0;
    public const int Watchdog = 1;

    private static readonly ConcurrentDictionary<string, SimulationLibrary> s_loaded = new(StringComparer.Ordinal);

    private SimulationLibrary(string path, nint handle)
    {
        Path = path;
        Handle = handle;
        delegate* unmanaged<int> abi = (delegate* unmanaged<int>)Export("hr_sim_abi");
        int version = abi();
        if (version != AbiVersion)
        {
            throw new BackendUnavailableException(string.Create(
                CultureInfo.InvariantCulture, $"The library {path} has version {version} of the interface of the simulation; this one " +
                    $"has {AbiVersion}. Build it anew: bash eng/build-fpga-sim.sh."));
        }

        Kernels = Marshal.PtrToStringUTF8(((delegate* unmanaged<nint>)Export("hr_sim_kernels"))())!;
        Open = (delegate* unmanaged<byte*, Memory*, nint*, int>)Export("hr_sim_open");
        Close = (delegate* unmanaged<nint, void>)Export("hr_sim_close");
        Units = (delegate* unmanaged<nint, int>)Export("hr_sim_units");
        Alloc = (delegate* unmanaged<nint, ulong, ulong*, int>)Export("hr_sim_alloc");
        Free = (delegate* unmanaged<nint, ulong, int>)Export("hr_sim_free");
        Write = (delegate* unmanaged<nint, ulong, byte*, ulong, int>)Export("hr_sim_write");
        Read = (delegate* unmanaged<nint, ulong, byte*, ulong, int>)Export("hr_sim_read");
        Poke = (delegate* unmanaged<nint, uint, uint, int>)Export("hr_sim_poke");
        Peek = (delegate* unmanaged<nint, uint, uint*, int>)Export("hr_sim_peek");
        Wait = (delegate* unmanaged<nint, uint, ulong, int>)Export("hr_sim_wait");
        Message = (delegate* unmanaged<nint, nint>)Export("hr_sim_message");
    }

    public string Path { get; }

    public nint Handle { get; }

    public string Kernels { get; }

    public delegate* unmanaged<byte*, Memory*, nint*, int> Open { get; }

    public delegate* unmanaged<nint, void> Close { get; }

    public delegate* unmanaged<nint, int> Units { get; }

    public delegate* unmanaged<nint, ulong, ulong*, int> Alloc { get; }

    public delegate* unmanaged<nint, ulong, int> Free { get; }

    public delegate* unmanaged<nint, ulong, byte*, ulong, int> Write { get; }

    public delegate* unmanaged<nint, ulong, byte*, ulong, int> Read { get; }

    public delegate* unmanaged<nint, uint, uint, int> Poke { get; }

    public delegate* unmanaged<nint, uint, uint*, int> Peek { get; }

    public delegate* unmanaged<nint, uint, ulong, int> Wait { get; }

    public delegate* unmanaged<nint, nint> Message { get; }

    /// <summary>Loads a library.</summary>
    /// <exception cref="BackendUnavailableException">It is not there, or is none of ours.</exception>
    public static SimulationLibrary Load(string? path)
    {
        path ??= Environment.GetEnvironmentVariable(SimulationOptions.LibraryVariable);
        if (string.IsNullOrEmpty(path))
        {
            throw new BackendUnavailableException(
                "The simulated FPGA needs its library: run eng/build-fpga-sim.sh (which needs Verilator) and let " +
                $"{SimulationOptions.LibraryVariable} be the path that it prints.");
        }

        return s_loaded.GetOrAdd(System.IO.Path.GetFullPath(path), static full =>
        {
            if (!File.Exists(full))
                throw new BackendUnavailableException(
                    $"There is no library {full} of the simulated FPGA; eng/build-fpga-sim.sh makes it and prints its path.");
            try
            {
                return new SimulationLibrary(full, NativeLibrary.Load(full));
            }
            catch (Exception error) when (error is DllNotFoundException or BadImageFormatException)
            {
                throw new BackendUnavailableException($"The library {full} of the simulated FPGA cannot be loaded: {error.Message}", error);
            }
        });
    }

    private nint Export(string name) =>
        NativeLibrary.TryGetExport(Handle, name, out nint address)
            ? address
            : throw new BackendUnavailableException($"The library {Path} has no function {name}: it is no simulation of the FPGA " +
                "kernels, or one of another version. Build it anew: bash eng/build-fpga-sim.sh.");

    /// <summary>hr_sim_memory.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Memory
    {
        public ulong MemoryBytes;
        public ulong Seed;
        public ulong LoseAfter;
        public uint Latency;
        public uint Jitter;
        public uint StallRead;
        public uint StallWrite;
        public uint StallAccept;
        public uint ErrorRead;
        public uint ErrorWrite;
        public uint Reserved;
    }
}
