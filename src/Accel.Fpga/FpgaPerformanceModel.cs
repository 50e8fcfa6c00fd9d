using System.Globalization;

namespace HybridRec.MLNet.Accel;

/// <summary>
/// Time on a board from a simulated run: <c>T = launch + (transferred + (units - 1) table) / link + max(cycles (simulated units / units) /
/// clock, moved / (units * bank * efficiency))</c>. Cycles and bytes are counted by the simulation, the rest is the board's description, so
/// what comes out is a model's word and is marked so; it is no measurement of a board, and no claim of a speed-up.
/// </summary>
public static class FpgaPerformanceModel
{
    /// <summary>Estimates a call.</summary>
    /// <param name="run">A run on a simulated device, or a board.</param>
    /// <param name="runUnits">Compute units of that run.</param>
    /// <param name="board">The board.</param>
    /// <param name="units">Compute units on it, 1 to its banks; 0 for as many as it has banks. The work is taken
    /// to be shared out evenly.</param>
    /// <param name="resident">Whether table and graph lie on the board already, so that only the launch counts.</param>
    /// <param name="tableBytes">Bytes of the table, which every unit has in its own bank: the run transferred it once, a board with several
    /// units takes it once for each.</param>
    /// <returns>The estimate.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException">The run has no cycles or bytes, a number of units is out of range, or the board is described by
    /// impossible numbers.</exception>
    public static FpgaEstimate Estimate(
        AggregationRun run, int runUnits, FpgaBoard board, int units = 0, bool resident = false, long tableBytes = 0)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(board);
        board.Validate();
        Guard.AtLeast(runUnits, 1, nameof(runUnits));
        Guard.AtLeast(units, 0, nameof(units));
        if (units == 0)
            units = board.Banks;
        if (units > board.Banks)
            Guard.Throw(
                nameof(units), $"{units} units were asked for; the board '{board.Name}' has {board.Banks} banks, and each unit takes one.");
        if (run is not { Cycles: { } cycles, BytesMoved: { } moved, BytesTransferred: { } transferred })
            throw new ArgumentException(
                $"The run on '{run.Backend}' counted no cycles and bytes; a run of {nameof(FpgaAggregationBackend)} does.", nameof(run));
        return new FpgaEstimate(
            board,
            units,
            Seconds(board.LaunchSeconds),
            Seconds(resident ? 0 : (transferred.Value + ((units - 1.0) * tableBytes)) / board.HostBytesPerSecond),
            Seconds(cycles.Value * runUnits / units / board.ClockHertz),
            Seconds(moved.Value / (units * board.BankBytesPerSecond * board.RandomEfficiency)));
    }

    /// <summary>One line of an estimate; every figure has its word.</summary>
    /// <param name="estimate">The estimate.</param>
    /// <returns>The line.</returns>
    /// <exception cref="ArgumentNullException">The estimate is null.</exception>
    public static string Describe(FpgaEstimate estimate)
    {
        ArgumentNullException.ThrowIfNull(estimate);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{estimate.Board.Name}, {estimate.Units} units: {estimate.Total} (launch {estimate.Launch}; transfer {estimate.Transfer}; " +
            $"lanes {estimate.Compute}; memory {estimate.Memory}; {(estimate.IsMemoryBound ? "memory" : "lanes")} " +
            $"decide{(estimate.IsMemoryBound ? "s" : "")})");
    }

    private static Figure Seconds(double value) => new(value, "s", Provenance.Modeled);
}
