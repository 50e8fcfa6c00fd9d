using System.Globalization;

namespace HybridRec.MLNet.Accel;

/// <summary>What a kernel says of itself and of a run.</summary>
internal static class KernelCheck
{
    /// <summary>Reads the shape of a kernel after looking at its kind.</summary>
    /// <exception cref="FpgaException">It is another kernel.</exception>
    public static uint Shape(IFpgaDevice device, uint kind, string kernel)
    {
        for (int unit = 0; unit < device.Units; unit++)
        {
            uint found = device.ReadRegister(unit, KernelRegisters.Kind);
            if (found != kind)
            {
                throw new FpgaException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"Unit {unit} of {device.Name} says that it is {Text(found)}; {kernel} says {Text(kind)}. The device is loaded with " +
                    $"another kernel or another version of it: load the one that was built from this version of the library."));
            }
        }

        return device.ReadRegister(0, KernelRegisters.Shape);
    }

    /// <summary>Throws what the kernel found wrong.</summary>
    /// <exception cref="FpgaException">It found something.</exception>
    public static void Errors(IFpgaDevice device, int unit, ReadOnlySpan<string> meanings)
    {
        uint errors = device.ReadRegister(unit, KernelRegisters.Errors);
        if (errors == 0)
            return;
        var found = new List<string>();
        for (int bit = 0; bit < meanings.Length; bit++)
        {
            if ((errors >> bit & 1) != 0)
                found.Add(string.Format(
                    CultureInfo.InvariantCulture, meanings[bit], device.ReadRegister(unit, KernelRegisters.OutsideIndex)));
        }

        throw new FpgaException(string.Create(
            CultureInfo.InvariantCulture,
            $"Unit {unit} of {device.Name} reports error 0x{errors:x}: {string.Join("; ", found)}. There is no result."));
    }

    // Kinds are four letters.
    private static string Text(uint kind)
    {
        Span<char> letters = stackalloc char[4];
        for (int i = 0; i < 4; i++)
        {
            char letter = (char)(kind >> (8 * i) & 0xff);
            letters[i] = letter is > ' ' and < (char)127 ? letter : '?';
        }

        return string.Create(CultureInfo.InvariantCulture, $"'{letters}' (0x{kind:x8})");
    }
}
