namespace HybridRec.MLNet.Hosting;

/// <summary>What a component accepts as an input column; several may be allowed at once.</summary>
[Flags]
internal enum ColumnKinds
{
    None = 0,

    /// <summary>A scalar key, as MapValueToKey makes it, with any unsigned raw type.</summary>
    Key = 1,

    /// <summary>A scalar text.</summary>
    Text = 2,

    /// <summary>A scalar Single.</summary>
    Single = 4,

    /// <summary>A vector of Single with a known size.</summary>
    SingleVector = 8,

    /// <summary>A scalar Boolean.</summary>
    Boolean = 16,

    /// <summary>A scalar number: Single, Double or an integer of any width.</summary>
    Number = 32,

    /// <summary>A scalar date and time, with or without an offset.</summary>
    DateTime = 64,

    /// <summary>A vector of texts, of known or variable size.</summary>
    TextVector = 128,

    /// <summary>A vector of keys, of known or variable size.</summary>
    KeyVector = 256,
}
