using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace HybridRec.MLNet.Accel;

/// <summary>
/// The kernels of rtl/ simulated cycle by cycle (Verilator), with a memory of given latency, jitter and stalls. The simulation checks the
/// rules of the bus, counts what hardware would count, and starts registers at random. The library is native
/// and is loaded here, never before.
/// </summary>
public sealed unsafe class RtlSimulation : IFpgaDevice
{
    private const long LeastPatience = 100_000;

    private readonly SimulationLibrary _library;
    private readonly SimulationOptions _options;
    private nint _device;

    private RtlSimulation(string kernel, SimulationOptions options)
    {
        options.Validate();
        _options = options;
        _library = SimulationLibrary.Load(options.Library);
        uint stall = (uint)(options.StallProbability * 65_536);
        var memory = new SimulationLibrary.Memory
        {
            MemoryBytes = (ulong)options.MemoryBytes,
            Seed = (ulong)options.Seed,
            LoseAfter = (ulong)options.LoseAfter,
            Latency = (uint)options.Latency,
            Jitter = (uint)options.Jitter,
            StallRead = stall,
            StallWrite = stall,
            StallAccept = stall,
            ErrorRead = (uint)options.ErrorAtRead,
            ErrorWrite = (uint)options.ErrorAtWrite,
        };
        int code;
        nint device;
        fixed (byte* name = Encoding.UTF8.GetBytes(kernel + '\0'))
            code = _library.Open(name, &memory, &device);
        if (code != SimulationLibrary.Ok)
        {
            throw new BackendUnavailableException(
                $"The library {_library.Path} cannot simulate '{kernel}' with " +
                $"{options.MemoryBytes.ToString(CultureInfo.InvariantCulture)} bytes of memory; it has {_library.Kernels}. Build it with " +
                "others: bash eng/build-fpga-sim.sh --kernels \"...\".");
        }

        _device = device;
        Units = _library.Units(device);
        Name = $"simulation of {kernel}";
        for (int unit = 0; unit < Units; unit++)
        {
            Poke(unit, KernelRegisters.InterruptOn, 1);
            Poke(unit, KernelRegisters.InterruptOf, 1);
        }
    }

    /// <summary>Releases what was not disposed.</summary>
    ~RtlSimulation() => Close();

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public Provenance Provenance => Provenance.Simulated;

    /// <inheritdoc/>
    public int Units { get; }

    /// <summary>The clock that was assumed.</summary>
    public Figure Clock => new(_options.ClockHertz, "cycles/s", Provenance.Modeled);

    /// <summary>Simulates the aggregation kernel.</summary>
    /// <param name="options">How; null for the defaults.</param>
    /// <returns>The device.</returns>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="BackendUnavailableException">The library is not there, has another version, or has no kernel of so
    /// many lanes and units.</exception>
    public static RtlSimulation Aggregation(SimulationOptions? options = null)
    {
        options ??= new SimulationOptions();
        return new RtlSimulation(string.Create(CultureInfo.InvariantCulture, $"agg{options.Lanes}x{options.Units}"), options);
    }

    /// <summary>Simulates the sampling kernel; lanes and units are not looked at.</summary>
    /// <param name="options">How; null for the defaults.</param>
    /// <returns>The device.</returns>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="BackendUnavailableException">The library is not there, or has another version.</exception>
    public static RtlSimulation Sampling(SimulationOptions? options = null) => new("sample", options ?? new SimulationOptions());

    /// <inheritdoc/>
    public int Bank(int unit, int argument) => 0;

    /// <inheritdoc/>
    public FpgaBuffer Allocate(long bytes, int bank)
    {
        ulong address;
        Check(_library.Alloc(Device, (ulong)bytes, &address));
        return new Buffer(this, bytes, address);
    }

    /// <inheritdoc/>
    public void Write(FpgaBuffer buffer, ReadOnlySpan<byte> data)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        fixed (byte* bytes = data)
            Check(data.Length == 0 ? SimulationLibrary.Ok : _library.Write(Device, buffer.Address, bytes, (ulong)data.Length));
    }

    /// <inheritdoc/>
    public void Read(FpgaBuffer buffer, Span<byte> data)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        fixed (byte* bytes = data)
            Check(data.Length == 0 ? SimulationLibrary.Ok : _library.Read(Device, buffer.Address, bytes, (ulong)data.Length));
    }

    /// <inheritdoc/>
    public void Start(int unit, ReadOnlySpan<FpgaArgument> arguments)
    {
        for (int i = 0; i < arguments.Length; i++)
        {
            ulong value = arguments[i].Buffer?.Address ?? arguments[i].Value;
            Poke(unit, KernelRegisters.Argument(i), (uint)value);
            Poke(unit, KernelRegisters.Argument(i) + 4, (uint)(value >> 32));
        }

        Poke(unit, KernelRegisters.InterruptState, 3);
        Poke(unit, KernelRegisters.Control, KernelRegisters.Start);
    }

    /// <inheritdoc/>
    public void Wait(int unit, long work)
    {
        double slow = (1 + ((_options.Latency + _options.Jitter) / 64.0)) / (1 - _options.StallProbability);
        Check(_library.Wait(Device, 1u << unit, (ulong)(LeastPatience + (work * slow * _options.Patience))));
        uint state = ReadRegister(unit, KernelRegisters.Control);
        if ((state & (KernelRegisters.Done | KernelRegisters.Idle)) != (KernelRegisters.Done | KernelRegisters.Idle))
            throw new FpgaException(string.Create(
                CultureInfo.InvariantCulture,
                $"Unit {unit} of {Name} interrupted and has control register 0x{state:x}, which is not done and idle."));
    }

    /// <inheritdoc/>
    public uint ReadRegister(int unit, int offset)
    {
        uint value;
        Check(_library.Peek(Device, (uint)((unit * KernelRegisters.UnitStride) + offset), &value));
        return value;
    }

    /// <summary>Writes a register, for tests of the register map.</summary>
    internal void WriteRegister(int unit, int offset, uint value) => Poke(unit, offset, value);

    /// <inheritdoc/>
    public void Dispose()
    {
        Close();
        GC.SuppressFinalize(this);
    }

    private nint Device => _device != 0 ? _device : throw new ObjectDisposedException(Name);

    private void Poke(int unit, int offset, uint value) =>
        Check(_library.Poke(Device, (uint)((unit * KernelRegisters.UnitStride) + offset), value));

    private void Check(int code)
    {
        if (code == SimulationLibrary.Ok)
            return;
        string message = Marshal.PtrToStringUTF8(_library.Message(Device))!;
        throw new FpgaException(code == SimulationLibrary.Watchdog
            ? $"The {Name} hangs: {message}. There is no result; make a new device."
            : $"The {Name} failed: {message}. There is no result; make a new device.");
    }

    private void Close()
    {
        nint device = Interlocked.Exchange(ref _device, 0);
        if (device != 0)
            _library.Close(device);
    }

    private sealed class Buffer(RtlSimulation device, long bytes, ulong address) : FpgaBuffer(bytes, address)
    {
        private bool _released;

        protected override void Dispose(bool disposing)
        {
            if (_released || device._device == 0)
                return;
            _released = true;
            _ = device._library.Free(device._device, Address);
        }
    }
}
