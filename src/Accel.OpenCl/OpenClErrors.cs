using System.Globalization;

namespace HybridRec.MLNet.Accel;

/// <summary>What OpenCL's numbers mean.</summary>
internal static class OpenClErrors
{
    public const int InvalidBinary = -42;

    private static readonly Dictionary<int, string> s_names = new()
    {
        [-1] = "CL_DEVICE_NOT_FOUND",
        [-2] = "CL_DEVICE_NOT_AVAILABLE",
        [-3] = "CL_COMPILER_NOT_AVAILABLE",
        [-4] = "CL_MEM_OBJECT_ALLOCATION_FAILURE",
        [-5] = "CL_OUT_OF_RESOURCES",
        [-6] = "CL_OUT_OF_HOST_MEMORY",
        [-11] = "CL_BUILD_PROGRAM_FAILURE",
        [-14] = "CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST",
        [-30] = "CL_INVALID_VALUE",
        [-33] = "CL_INVALID_DEVICE",
        [-34] = "CL_INVALID_CONTEXT",
        [-36] = "CL_INVALID_COMMAND_QUEUE",
        [-38] = "CL_INVALID_MEM_OBJECT",
        [InvalidBinary] = "CL_INVALID_BINARY",
        [-45] = "CL_INVALID_PROGRAM_EXECUTABLE",
        [-46] = "CL_INVALID_KERNEL_NAME",
        [-52] = "CL_INVALID_KERNEL_ARGS",
        [-54] = "CL_INVALID_WORK_GROUP_SIZE",
        [-61] = "CL_INVALID_BUFFER_SIZE",
        [-1001] = "CL_PLATFORM_NOT_FOUND_KHR",
    };

    /// <summary>The name of an error with its number.</summary>
    public static string Text(int error) =>
        string.Create(CultureInfo.InvariantCulture, $"{s_names.GetValueOrDefault(error, "error")} ({error})");
}
