using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace HybridRec.MLNet.Accel.Kernels;

/// <summary>
/// Which bodies the kernels run: those for registers of 512, 256 or 128 bits, the widest that the hardware accelerates, or their scalar
/// twins. The environment variable HYBRIDREC_KERNELS = vector | vector512 | vector256 | vector128 | scalar forces one; it is read once.
/// </summary>
internal static class KernelPath
{
    /// <summary>Name of the environment variable.</summary>
    public const string Variable = "HYBRIDREC_KERNELS";

    private static readonly Exception? s_error;

    private static readonly int s_bits = Read(out s_error);

    private static readonly int s_lanes = s_bits == 0 ? 8 : s_bits / 32;

    /// <summary>True for the vector bodies, of any width. Readonly below, so that compiled code carries no test.</summary>
    /// <exception cref="InvalidOperationException">The variable is set to something else.</exception>
    public static bool UseVector
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)] // also where the compiler thinks it cold: only inlined it is a constant
        get
        {
            if (s_error is not null)
                Rethrow();
            return s_bits > 0;
        }
    }

    /// <summary>
    /// True where registers of 256 bits may be used. A wrong variable gives false; <see cref="UseVector"/> throws for it.
    /// </summary>
    public static bool Use256
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => s_bits >= 256;
    }

    /// <summary>True where registers of 512 bits may be used.</summary>
    public static bool Use512
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => s_bits >= 512;
    }

    /// <summary>Floats of a register, for layouts made of registers; the scalar twins have those of 256 bits.</summary>
    public static int Lanes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => s_lanes;
    }

    /// <summary>
    /// The bits that a value of the variable asks for; null or empty leaves the choice to the hardware. A width that the hardware lacks
    /// may be forced: its operations are then put together from narrower ones, with the same results.
    /// </summary>
    public static int Parse(string? value) => value switch
    {
        null or "" => Best,
        "vector" => Math.Max(Best, 128),
        "vector512" => 512,
        "vector256" => 256,
        "vector128" => 128,
        "scalar" => 0,
        _ => throw new InvalidOperationException(string.Create(
            CultureInfo.InvariantCulture,
            $"{Variable} is '{value}'; allowed are 'vector', 'vector512', 'vector256', 'vector128' and 'scalar'. "
            + $"Unset it to let the hardware decide.")),
    };

    // Without an instruction for a * b + c, as on x64 without AVX2, vectors call a function for each lane and the scalar twins are faster.
    private static bool Fuses => AdvSimd.IsSupported || Fma.IsSupported;

    private static int Best => Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : Fuses ? 128 : 0;

    private static int Read(out Exception? error)
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
            return 0;
        }
    }

    [DoesNotReturn]
    private static void Rethrow() => throw new InvalidOperationException(s_error!.Message, s_error);
}
