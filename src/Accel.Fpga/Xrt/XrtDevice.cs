using System.Globalization;
using System.Text;

namespace HybridRec.MLNet.Accel;

/// <summary>
/// A kernel on an AMD board, by the C interface of XRT. Each compute unit is opened for itself and exclusively, because its registers are
/// read. In CI it is bound to a shim that has XRT's functions over the simulated kernels, with a copy of every buffer on each
/// side; it has not run on a board.
/// </summary>
public sealed unsafe class XrtDevice : IFpgaDevice
{
    private readonly XrtLibrary _xrt;
    private readonly XrtOptions _options;
    private readonly nint[] _kernels;
    private readonly nint[] _runs;
    private nint _device;

    private XrtDevice(XrtOptions options, string kernel, int units)
    {
        ArgumentNullException.ThrowIfNull(options);
        Guard.AtLeast(units, 1, nameof(units));
        Guard.AtLeast(options.DeviceIndex, 0, nameof(options.DeviceIndex));
        if (!(options.ClockHertz > 0 && double.IsFinite(options.ClockHertz)))
            Guard.Throw(nameof(options), $"ClockHertz is {options.ClockHertz}; it has to be finite and above 0.");
        if (options.Timeout <= TimeSpan.Zero || options.Timeout.TotalMilliseconds > uint.MaxValue)
            Guard.Throw(nameof(options), $"Timeout is {options.Timeout}; it has to be above 0 and below 49 days.");
        if (!File.Exists(options.Xclbin))
            throw new BackendUnavailableException(
                $"There is no file {options.Xclbin}; XrtOptions.Xclbin names the kernels compiled for the board.");
        (_options, Units, _kernels, _runs) = (options, units, new nint[units], new nint[units]);
        _xrt = XrtLibrary.Load(options.Library);
        Name = string.Create(
            CultureInfo.InvariantCulture, $"{kernel} on XRT device {options.DeviceIndex}{(_xrt.IsSimulation ? " (simulated)" : "")}");
        try
        {
            Open(kernel);
        }
        catch
        {
            Close();
            throw;
        }
    }

    /// <summary>Releases what was not disposed.</summary>
    ~XrtDevice() => Close();

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>Measured on a board, simulated under the shim.</summary>
    public Provenance Provenance => _xrt.IsSimulation ? Provenance.Simulated : Provenance.Measured;

    /// <inheritdoc/>
    public int Units { get; }

    /// <summary>The clock of the options; XRT does not tell it, so times made of it are modeled.</summary>
    public Figure Clock => new(_options.ClockHertz, "cycles/s", Provenance.Modeled);

    /// <summary>Opens the aggregation kernel.</summary>
    /// <param name="options">Board and binary.</param>
    /// <returns>The device.</returns>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="BackendUnavailableException">There is no XRT, no board, no such file, or the binary is for another board or
    /// without this kernel.</exception>
    public static XrtDevice Aggregation(XrtOptions options) => new(options, "hr_agg_kernel", options?.AggregationUnits ?? 1);

    /// <summary>Opens the sampling kernel.</summary>
    /// <param name="options">Board and binary.</param>
    /// <returns>The device.</returns>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="BackendUnavailableException">There is no XRT, no board, no such file, or the binary is for another board or
    /// without this kernel.</exception>
    public static XrtDevice Sampling(XrtOptions options) =>
        new(options, "hr_sample_kernel", options is null ? 1 : Math.Min(1, options.SamplingUnits));

    /// <inheritdoc/>
    public int Bank(int unit, int argument)
    {
        int group = _xrt.KernelGroup(Kernel(unit), argument);
        return group >= 0 ? group : throw Failed($"has no memory for argument {argument}");
    }

    /// <inheritdoc/>
    public FpgaBuffer Allocate(long bytes, int bank)
    {
        nint handle = _xrt.BufferAlloc(Device, (nuint)bytes, 0, (uint)bank);
        return handle != 0
            ? new Buffer(this, handle, bytes, _xrt.BufferAddress(handle))
            : throw Failed($"has no {bytes} bytes left in memory {bank}");
    }

    /// <inheritdoc/>
    public void Write(FpgaBuffer buffer, ReadOnlySpan<byte> data)
    {
        nint handle = Handle(buffer, data.Length);
        fixed (byte* bytes = data)
        {
            if (data.Length > 0 && (_xrt.BufferWrite(handle, bytes, (nuint)data.Length, 0) != 0
                || _xrt.BufferSync(handle, XrtLibrary.ToDevice, (nuint)data.Length, 0) != 0))
                throw Failed($"did not take the bytes of a buffer");
        }
    }

    /// <inheritdoc/>
    public void Read(FpgaBuffer buffer, Span<byte> data)
    {
        nint handle = Handle(buffer, data.Length);
        fixed (byte* bytes = data)
        {
            if (data.Length > 0 && (_xrt.BufferSync(handle, XrtLibrary.FromDevice, (nuint)data.Length, 0) != 0
                || _xrt.BufferRead(handle, bytes, (nuint)data.Length, 0) != 0))
                throw Failed($"did not give the bytes of a buffer");
        }
    }

    /// <inheritdoc/>
    public void Start(int unit, ReadOnlySpan<FpgaArgument> arguments)
    {
        if (_runs[unit] == 0 && (_runs[unit] = _xrt.RunOpen(Kernel(unit))) == 0)
            throw Failed($"gave no run");
        for (int i = 0; i < arguments.Length; i++)
        {
            ulong value = arguments[i].Buffer?.Address ?? arguments[i].Value;
            if (_xrt.RunSet(_runs[unit], i, &value, sizeof(ulong)) != 0)
                throw Failed($"did not take argument {i}");
        }

        if (_xrt.RunStart(_runs[unit]) != 0)
            throw Failed($"did not start");
    }

    /// <inheritdoc/>
    public void Wait(int unit, long work)
    {
        int state = _xrt.RunWaitFor(_runs[unit], (uint)_options.Timeout.TotalMilliseconds);
        if (state != XrtLibrary.Completed)
            throw Failed($"did not finish in {_options.Timeout.TotalSeconds} s (state {state}): it hangs, or is lost");
    }

    /// <inheritdoc/>
    public uint ReadRegister(int unit, int offset)
    {
        uint value;
        return _xrt.KernelRead(Kernel(unit), (uint)offset, &value) == 0 ? value : throw Failed($"has no register 0x{offset:x}, or is lost");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Close();
        GC.SuppressFinalize(this);
    }

    private nint Device => _device != 0 ? _device : throw new ObjectDisposedException(Name);

    private nint Kernel(int unit) => _kernels[unit] != 0 ? _kernels[unit] : throw new ObjectDisposedException(Name);

    private void Open(string kernel)
    {
        _device = _xrt.DeviceOpen((uint)_options.DeviceIndex);
        if (_device == 0)
            throw new BackendUnavailableException(
                $"XRT has no device {_options.DeviceIndex.ToString(CultureInfo.InvariantCulture)}; 'xrt-smi examine' lists them.");
        byte* uuid = stackalloc byte[16];
        fixed (byte* path = Encoding.UTF8.GetBytes(_options.Xclbin + '\0'))
        {
            if (_xrt.DeviceLoad(_device, path) != 0 || _xrt.DeviceUuid(_device, uuid) != 0)
                throw new BackendUnavailableException(
                    $"{Name} does not take {_options.Xclbin}: the file is no binary for this board. Link the kernels for its platform.");
        }

        for (int unit = 0; unit < Units; unit++)
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"{kernel}:{{{kernel}_{unit + 1}}}");
            fixed (byte* text = Encoding.UTF8.GetBytes(name + '\0'))
                _kernels[unit] = _xrt.KernelOpen(_device, uuid, text);
            if (_kernels[unit] == 0)
                throw new BackendUnavailableException($"{_options.Xclbin} has no compute unit {name}; the options say it has " +
                    $"{Units.ToString(CultureInfo.InvariantCulture)}. Another process may hold it, too.");
        }
    }

    private nint Handle(FpgaBuffer? buffer, int bytes)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        if (buffer is not Buffer own || own.Owner != this)
            throw new FpgaException($"A buffer of another device was given to {Name}.");
        return bytes <= buffer.Bytes ? own.Handle : throw Failed($"has {buffer.Bytes} bytes in a buffer that is to take or give {bytes}");
    }

    private FpgaException Failed(FormattableString what) =>
        new($"{Name} {what.ToString(CultureInfo.InvariantCulture)}. There is no result; reset the board ('xrt-smi reset') and open it " +
            "again.");

    private void Close()
    {
        nint device = Interlocked.Exchange(ref _device, 0);
        if (device == 0)
            return;
        for (int unit = 0; unit < Units; unit++)
        {
            if (_runs[unit] != 0)
                _ = _xrt.RunClose(_runs[unit]);
            if (_kernels[unit] != 0)
                _ = _xrt.KernelClose(_kernels[unit]);
            _runs[unit] = _kernels[unit] = 0;
        }

        _ = _xrt.DeviceClose(device);
    }

    private sealed class Buffer(XrtDevice device, nint handle, long bytes, ulong address) : FpgaBuffer(bytes, address)
    {
        private bool _released;

        public XrtDevice Owner => device;

        public nint Handle => handle;

        protected override void Dispose(bool disposing)
        {
            if (_released || device._device == 0)
                return;
            _released = true;
            _ = device._xrt.BufferFree(handle);
        }
    }
}
