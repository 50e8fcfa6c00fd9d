namespace HybridRec.MLNet.Accel;

/// <summary>
/// Runs a product piece by piece, so that transfers and kernels overlap: while a piece is computed, the weights of the next one are written
/// and the rows of the last one are read. Two pieces are under way at a time.
/// </summary>
internal sealed unsafe class OpenClPieces(OpenClSession session)
{
    private const int EntriesPerPiece = 1 << 18;

    /// <summary>Bytes of scratch that a piece may take.</summary>
    public const int ScratchBytes = 1 << 25;

    /// <summary>The rows of each piece: bounded in entries and in rows.</summary>
    public static List<int> Split(CsrMatrix pattern, int mostRows)
    {
        List<int> bounds = [0];
        for (int row = 0, first = 0; row < pattern.Rows; row++)
        {
            bool full = row - first >= mostRows || pattern.RowOffsets[row + 1] - pattern.RowOffsets[first] > EntriesPerPiece;
            if (full && row > first)
            {
                bounds.Add(row);
                first = row;
            }
        }

        if (pattern.Rows > 0)
            bounds.Add(pattern.Rows);
        return bounds;
    }

    /// <summary>Writes what a piece needs; gives the event of its end, or 0 where there is nothing to write.</summary>
    public delegate nint WritePiece(int firstRow, int endRow);

    /// <summary>Starts the kernel of a piece after an event (0 for none); gives the event of its end.</summary>
    public delegate nint StartPiece(int firstRow, int endRow, nint after);

    /// <summary>Reads the rows of a piece after its kernel; gives the event of its end.</summary>
    public delegate nint ReadPiece(int firstRow, int endRow, nint after);

    /// <summary>Runs all pieces; nothing is under way any more when it returns or throws.</summary>
    public void Run(List<int> bounds, WritePiece write, StartPiece start, ReadPiece read, CancellationToken cancellation)
    {
        var events = new List<nint>();
        var ends = new List<nint>();
        try
        {
            for (int piece = 0; piece + 1 < bounds.Count; piece++)
            {
                cancellation.ThrowIfCancellationRequested();
                if (piece >= 2)
                {
                    nint before = ends[piece - 2];
                    session.Check(session.Api.WaitForEvents(1, &before), "computing");
                }

                (int first, int end) = (bounds[piece], bounds[piece + 1]);
                nint written = Track(write(first, end)), computed = Track(start(first, end, written));
                ends.Add(Track(read(first, end, computed)));
                foreach (nint queue in (nint[])[session.Upload, session.Compute, session.Download])
                    session.Check(session.Api.Flush(queue), "computing");
            }
        }
        finally
        {
            try
            {
                session.Settle();
            }
            finally
            {
                foreach (nint done in events)
                    _ = session.Api.ReleaseEvent(done);
            }
        }

        nint Track(nint done)
        {
            if (done != 0)
                events.Add(done);
            return done;
        }
    }
}
