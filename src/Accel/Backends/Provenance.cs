namespace HybridRec.MLNet.Accel;

/// <summary>How a number came about. Ordered: what is made of several numbers is of the last kind among them.</summary>
public enum Provenance
{
    /// <summary>Read off a clock or a counter of a machine that did the work.</summary>
    Measured,

    /// <summary>Counted by a simulation of the hardware, cycle by cycle.</summary>
    Simulated,

    /// <summary>Computed by a model from assumptions; nothing ran.</summary>
    Modeled,
}
