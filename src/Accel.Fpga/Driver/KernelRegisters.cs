namespace HybridRec.MLNet.Accel;

/// <summary>The register map of the kernels; rtl/hr_control.sv is the other end of it.</summary>
internal static class KernelRegisters
{
    public const int Control = 0x00;
    public const int InterruptOn = 0x04;
    public const int InterruptOf = 0x08;
    public const int InterruptState = 0x0c;
    public const int Errors = 0x80;
    public const int OutsideIndex = 0x84;
    public const int Number = 0x88;
    public const int Kind = 0x80 + (4 * 17);
    public const int Shape = 0x80 + (4 * 18);
    public const int UnitStride = 0x100;

    public const uint Start = 1;
    public const uint Done = 2;
    public const uint Idle = 4;

    public const uint AggregationKind = 0x31415248; // "HRA1"
    public const uint SamplingKind = 0x31535248; // "HRS1"

    /// <summary>Of 64-bit argument i.</summary>
    public static int Argument(int i) => 0x10 + (8 * i);

    /// <summary>Of 64-bit counter i.</summary>
    public static int Counter(int i) => 0x8c + (8 * i);
}
