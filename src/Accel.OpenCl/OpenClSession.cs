using System.Text;

namespace HybridRec.MLNet.Accel;

/// <summary>
/// A context on one device with three queues, so that transfers in both directions and kernels overlap, and the program with its kernels.
/// An error of the device marks it as lost.
/// </summary>
internal sealed unsafe class OpenClSession : IDisposable
{
    private const uint ProgramBinarySizes = 0x1165;
    private const uint ProgramBinaries = 0x1166;
    private const uint ProgramBuildLog = 0x1183;
    private const int AllocationFailure = -4;
    private const int InvalidBufferSize = -61;

    private readonly Dictionary<string, nint> _kernels = new(StringComparer.Ordinal);
    private readonly nint _context;
    private readonly nint[] _queues = new nint[3];
    private readonly nint _program;
    private string? _lost;
    private bool _disposed;

    /// <param name="api">The library.</param>
    /// <param name="device">The device.</param>
    /// <param name="programFile">A binary for it; null builds the program from source.</param>
    /// <exception cref="BackendUnavailableException">The device cannot be had, the file cannot be read or is not for this device, or the
    /// source does not compile.</exception>
    public OpenClSession(OpenClApi api, OpenClDevice device, string? programFile)
    {
        (Api, Device) = (api, device);
        try
        {
            int error;
            nint id = device.Id;
            _context = api.CreateContext(null, 1, &id, 0, null, &error);
            Check(error, "making a context");
            for (int i = 0; i < _queues.Length; i++)
            {
                _queues[i] = api.CreateQueue(_context, id, 0, &error);
                Check(error, "making a queue");
            }

            _program = programFile is null ? FromSource() : FromBinary(programFile);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public OpenClApi Api { get; }

    public OpenClDevice Device { get; }

    public nint Upload => _queues[0];

    public nint Compute => _queues[1];

    public nint Download => _queues[2];

    /// <summary>A kernel by name, made once.</summary>
    public nint Kernel(string name)
    {
        if (_kernels.TryGetValue(name, out nint kernel))
            return kernel;
        int error;
        fixed (byte* text = Encoding.ASCII.GetBytes(name + '\0'))
            kernel = Api.CreateKernel(_program, text, &error);
        if (error != OpenClApi.Success)
            throw new BackendUnavailableException($"The program of '{Device.Name}' has no kernel '{name}' ({OpenClErrors.Text(error)}): " +
                "it is not one of this library, or of another version. Compile it again, or leave AggregationSettings.Program null.");
        return _kernels[name] = kernel;
    }

    /// <summary>A buffer of at least some bytes.</summary>
    public nint Allocate(nuint bytes)
    {
        if (bytes > Device.LargestBuffer)
            throw new NotSupportedException($"A table of {bytes} bytes is too large for '{Device.Name}', whose buffers have at most " +
                $"{Device.LargestBuffer}; split it by columns, or take the backend 'cpu'.");
        int error;
        nint buffer = Api.CreateBuffer(_context, 1 /* CL_MEM_READ_WRITE */, Math.Max(bytes, 64), null, &error);
        Check(error, $"allocating {bytes} bytes");
        return buffer;
    }

    /// <summary>The compiled program, to be loaded again by <see cref="AggregationSettings.Program"/>.</summary>
    public byte[] Binary()
    {
        nuint size;
        Check(Api.GetProgramInfo(_program, ProgramBinarySizes, (nuint)sizeof(nuint), &size, null), "asking for the size of the program");
        byte[] binary = new byte[size];
        fixed (byte* bytes = binary)
        {
            byte* at = bytes;
            Check(Api.GetProgramInfo(_program, ProgramBinaries, (nuint)sizeof(byte*), &at, null), "reading the program");
        }

        return binary;
    }

    /// <summary>Throws when a call failed; what is not about memory counts as the loss of the device.</summary>
    public void Check(int error, string doing)
    {
        if (error == OpenClApi.Success)
            return;
        string what = $"The OpenCL device '{Device.Name}' failed while {doing}: {OpenClErrors.Text(error)}.";
        if (error is AllocationFailure or InvalidBufferSize)
            throw new BackendUnavailableException(
                what + " It has not enough memory for these tables; take a smaller dimension, or the backend 'cpu'.");
        _lost = what + " It counts as lost: what it held is gone, and this backend will not be used again. Make a new one, or take 'cpu'.";
        throw new BackendUnavailableException(_lost);
    }

    /// <summary>Neither lost nor closed.</summary>
    public bool IsUsable => _lost is null && !_disposed;

    /// <exception cref="BackendUnavailableException">The device was lost before.</exception>
    /// <exception cref="ObjectDisposedException">The session is closed.</exception>
    public void ThrowIfUnusable()
    {
        ObjectDisposedException.ThrowIf(_disposed, typeof(OpenClSession));
        if (_lost is not null)
            throw new BackendUnavailableException(_lost);
    }

    /// <summary>
    /// Waits until nothing is under way that reads or writes memory of the host; says nothing where the device is lost already.
    /// </summary>
    public void Settle()
    {
        foreach (nint queue in _queues)
        {
            int error = Api.Finish(queue);
            if (_lost is null)
                Check(error, "finishing its work");
        }
    }

    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        foreach (nint kernel in _kernels.Values)
            _ = Api.ReleaseKernel(kernel);
        if (_program != 0)
            _ = Api.ReleaseProgram(_program);
        foreach (nint queue in _queues.Where(queue => queue != 0))
            _ = Api.ReleaseQueue(queue);
        if (_context != 0)
            _ = Api.ReleaseContext(_context);
    }

    private nint FromSource()
    {
        using Stream stream = typeof(OpenClSession).Assembly.GetManifestResourceStream("HybridRec.MLNet.Accel.aggregation.cl")!;
        byte[] source = new byte[stream.Length];
        stream.ReadExactly(source);
        int error;
        nint program;
        fixed (byte* text = source)
        {
            byte* at = text;
            nuint length = (nuint)source.Length;
            program = Api.CreateProgramWithSource(_context, 1, &at, &length, &error);
        }

        Check(error, "taking the program");
        return Built(program, "the source of this library");
    }

    private nint FromBinary(string file)
    {
        byte[] binary;
        try
        {
            binary = File.ReadAllBytes(file);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new BackendUnavailableException($"The program '{file}' cannot be read: {unreadable.Message}", unreadable);
        }

        if (binary.Length == 0)
            throw new BackendUnavailableException($"The program '{file}' is empty; compile it again.");
        int error, status = OpenClApi.Success;
        nint program, device = Device.Id;
        fixed (byte* bytes = binary)
        {
            byte* at = bytes;
            nuint length = (nuint)binary.Length;
            program = Api.CreateProgramWithBinary(_context, 1, &device, &length, &at, &status, &error);
        }

        if (error != OpenClApi.Success || status != OpenClApi.Success)
            throw NotForThisDevice(file, error != OpenClApi.Success ? error : status);
        return Built(program, $"'{file}'");
    }

    private nint Built(nint program, string origin)
    {
        nint device = Device.Id;
        int error = Api.BuildProgram(program, 1, &device, null, 0, null);
        if (error == OpenClApi.Success)
            return program;
        nuint length = 0;
        _ = Api.GetProgramBuildInfo(program, device, ProgramBuildLog, 0, null, &length);
        byte[] log = new byte[length];
        fixed (byte* text = log)
            _ = Api.GetProgramBuildInfo(program, device, ProgramBuildLog, length, text, null);
        _ = Api.ReleaseProgram(program);
        if (error == OpenClErrors.InvalidBinary)
            throw NotForThisDevice(origin, error);
        throw new BackendUnavailableException(
            $"'{Device.Name}' cannot build {origin}: {OpenClErrors.Text(error)}. {Encoding.UTF8.GetString(log).TrimEnd('\0').Trim()}");
    }

    private BackendUnavailableException NotForThisDevice(string file, int error) => new(
        $"The program {file} is no binary for '{Device.Name}' ({OpenClErrors.Text(error)}): it was compiled for another device or " +
        "another driver, or is damaged. Compile it for this one, choose its device by AggregationSettings.Device, or leave " +
        "AggregationSettings.Program null.");
}
