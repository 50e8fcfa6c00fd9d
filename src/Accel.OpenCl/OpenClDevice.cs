using System.Text;

namespace HybridRec.MLNet.Accel;

/// <summary>A device of OpenCL.</summary>
/// <param name="Id">Its handle.</param>
/// <param name="Name">Platform and device, such as "Portable Computing Language: pthread-...".</param>
/// <param name="LargestBuffer">Most bytes of a buffer.</param>
/// <param name="IsProcessor">Whether it is the processor itself.</param>
internal sealed unsafe record OpenClDevice(nint Id, string Name, ulong LargestBuffer, bool IsProcessor)
{
    private const ulong AnyType = 0xFFFFFFFF;
    private const uint PlatformName = 0x0902;
    private const uint DeviceName = 0x102B;
    private const uint DeviceType = 0x1000;
    private const ulong ProcessorType = 2;
    private const uint DeviceLargestBuffer = 0x1010;

    /// <summary>All devices, platform by platform.</summary>
    public static IReadOnlyList<OpenClDevice> All(OpenClApi api)
    {
        var devices = new List<OpenClDevice>();
        foreach (nint platform in Handles((count, ids, found) => api.GetPlatformIds(count, ids, found)))
        {
            string name = Text((size, value, needed) => api.GetPlatformInfo(platform, PlatformName, size, value, needed));
            foreach (nint device in Handles((count, ids, found) => api.GetDeviceIds(platform, AnyType, count, ids, found)))
            {
                ulong largest = 0, type = 0;
                _ = api.GetDeviceInfo(device, DeviceLargestBuffer, sizeof(ulong), &largest, null);
                _ = api.GetDeviceInfo(device, DeviceType, sizeof(ulong), &type, null);
                string own = Text((size, value, needed) => api.GetDeviceInfo(device, DeviceName, size, value, needed));
                devices.Add(new OpenClDevice(device, $"{name}: {own}", largest, (type & ProcessorType) != 0));
            }
        }

        return devices;
    }

    /// <summary>The first device whose name has a text in it, whatever its case.</summary>
    /// <param name="api">The library.</param>
    /// <param name="wanted">The text; null for any device.</param>
    /// <exception cref="BackendUnavailableException">There is no such device.</exception>
    public static OpenClDevice Choose(OpenClApi api, string? wanted)
    {
        IReadOnlyList<OpenClDevice> devices = All(api);
        if (devices.Count == 0)
            throw new BackendUnavailableException(
                "OpenCL has no device here: no driver is registered. Install one, or PoCL by eng/install-pocl.sh.");
        return devices.FirstOrDefault(device => wanted is null || device.Name.Contains(wanted, StringComparison.OrdinalIgnoreCase))
            ?? throw new BackendUnavailableException($"OpenCL has no device whose name has '{wanted}' in it; there are: " +
                $"{string.Join("; ", devices.Select(device => device.Name))}.");
    }

    private static nint[] Handles(HandleQuery query)
    {
        uint count = 0;
        // No platform, or none with a device, is an error to OpenCL and an empty list to us.
        if (query(0, null, &count) != OpenClApi.Success || count == 0)
            return [];
        var handles = new nint[count];
        fixed (nint* ids = handles)
            return query(count, ids, null) == OpenClApi.Success ? handles : [];
    }

    private static string Text(TextQuery query)
    {
        nuint length = 0;
        if (query(0, null, &length) != OpenClApi.Success || length == 0)
            return "?";
        byte[] text = new byte[length];
        fixed (byte* value = text)
            _ = query(length, value, null);
        return Encoding.UTF8.GetString(text).TrimEnd('\0').Trim();
    }

    private delegate int HandleQuery(uint count, nint* ids, uint* found);

    private delegate int TextQuery(nuint size, void* value, nuint* needed);
}
