using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.Intrinsics;

namespace HybridRec.MLNet.Accel.Kernels;

/// <summary>
/// Which bodies the kernels run: the vector ones where the hardware helps, or their scalar twins. The environment variable
/// HYBRIDREC_KERNELS = scalar | vector forces one; it is read once.
/// </summary>
internal static class KernelPath
{
    /// <summary>Name of the environment variable.</summary>
    public const string Variable = "HYBRIDREC_KERNELS";

    private static readonly Exception? s_error;

    private static readonly bool s_useVector = Read(out s_error);

    /// <summary>True for the vector bodies. Readonly below, so that compiled code carries no test.</summary>
    /// <exception cref="InvalidOperationException">The variable is set to something else.</exception>
    public static bool UseVector
    {
        get
        {
            if (s_error is not null)
                Rethrow();
            return s_useVector;
        }
    }

    /// <summary>What a value of the variable asks for; null or empty leaves the choice to the hardware.</summary>
    public static bool Parse(string? value) => value switch
    {
        null or "" => Vector256.IsHardwareAccelerated,
        "vector" => true,
        "scalar" => false,
        _ => throw new InvalidOperationException(string.Create(
            CultureInfo.InvariantCulture, $"{Variable} is '{value}'; allowed are 'scalar' and 'vector'. Unset it to let the hardware decide.")),
    };

    private static bool Read(out Exception? error)
    {
        error = null;
        try
        {
            return Parse(Environment.GetEnvironmentVariable(Variable));
        }
        catch (InvalidOperationException wrong)
        {
            // Kept, not thrown: from here it would reach the user wrapped in a TypeInitializationException.
            error = wrong;
            return false;
        }
    }

    [DoesNotReturn]
    private static void Rethrow() => throw new InvalidOperationException(s_error!.Message, s_error);
}
