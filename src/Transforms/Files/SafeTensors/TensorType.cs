namespace HybridRec.MLNet.Files;

/// <summary>Element types of safetensors, in the order its writers sort tensors by (last first).</summary>
internal enum TensorType
{
    Bool,
    U8,
    I8,
    F8E5M2,
    F8E4M3,
    I16,
    U16,
    F16,
    BF16,
    I32,
    U32,
    F32,
    F64,
    I64,
    U64,
}

/// <summary>Names and sizes of element types.</summary>
internal static class TensorTypes
{
    private static readonly (string Name, int Bytes)[] s_types =
    [
        ("BOOL", 1), ("U8", 1), ("I8", 1), ("F8_E5M2", 1), ("F8_E4M3", 1), ("I16", 2), ("U16", 2), ("F16", 2), ("BF16", 2),
        ("I32", 4), ("U32", 4), ("F32", 4), ("F64", 8), ("I64", 8), ("U64", 8),
    ];

    /// <summary>The type's name in a header.</summary>
    public static string Name(this TensorType type) => s_types[(int)type].Name;

    /// <summary>Bytes of one element.</summary>
    public static int Bytes(this TensorType type) => s_types[(int)type].Bytes;

    /// <summary>Finds a type by its name in a header.</summary>
    public static bool TryParse(string? name, out TensorType type)
    {
        int index = Array.FindIndex(s_types, t => t.Name == name);
        type = (TensorType)Math.Max(0, index);
        return index >= 0;
    }
}
