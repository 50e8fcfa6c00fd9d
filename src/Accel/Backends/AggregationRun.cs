namespace HybridRec.MLNet.Accel;

/// <summary>What a backend says of one call: where it ran and what it cost.</summary>
/// <param name="Backend">Name of the backend that did the work.</param>
/// <param name="Time">Time of the call. Of a simulated device the time that the hardware would take, never that of the simulation.</param>
public sealed record AggregationRun(string Backend, Figure Time)
{
    /// <summary>Clock cycles of the device.</summary>
    /// <value>The default is null: the backend does not count them.</value>
    public Figure? Cycles { get; init; }

    /// <summary>Cycles in which the device had work and could not go on.</summary>
    /// <value>The default is null: the backend does not count them.</value>
    public Figure? Stalls { get; init; }

    /// <summary>Bytes that moved between host and device.</summary>
    /// <value>The default is null: the backend has no memory of its own.</value>
    public Figure? BytesTransferred { get; init; }

    /// <summary>Bytes that the device read from and wrote to its memory.</summary>
    /// <value>The default is null: the backend does not count them.</value>
    public Figure? BytesMoved { get; init; }
}
