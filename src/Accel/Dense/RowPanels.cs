namespace HybridRec.MLNet.Accel.Dense;

/// <summary>A row-major matrix as panels of whole rows, so that it may have more elements than one array.</summary>
internal sealed class RowPanels
{
    private readonly List<float[]> _panels = [];

    /// <summary>Without panels yet.</summary>
    /// <param name="rows">Rows of the matrix.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="panelRows">Rows of a panel; the last one has what is left.</param>
    public RowPanels(int rows, int columns, int panelRows)
    {
        Guard.AtLeast(rows, 0, nameof(rows));
        Guard.AtLeast(columns, 0, nameof(columns));
        Guard.AtLeast(panelRows, 1, nameof(panelRows));
        (Rows, Columns, PanelRows) = (rows, columns, panelRows);
    }

    /// <summary>Rows of the matrix.</summary>
    public int Rows { get; }

    /// <summary>Columns of the matrix.</summary>
    public int Columns { get; }

    /// <summary>Rows of a panel.</summary>
    public int PanelRows { get; }

    /// <summary>Panels so far.</summary>
    public IReadOnlyList<float[]> Panels => _panels;

    /// <summary>The next panel, zeros.</summary>
    public float[] Add()
    {
        float[] panel = AddUninitialized();
        panel.AsSpan().Clear();
        return panel;
    }

    /// <summary>The next panel, to be written whole.</summary>
    public float[] AddUninitialized()
    {
        int rows = Math.Min(PanelRows, Rows - (_panels.Count * PanelRows));
        Guard.AtLeast(rows, 1, nameof(rows));
        float[] panel = GC.AllocateUninitializedArray<float>(checked(rows * Columns));
        _panels.Add(panel);
        return panel;
    }

    /// <summary>A row.</summary>
    public Span<float> Row(int row) => _panels[row / PanelRows].AsSpan(row % PanelRows * Columns, Columns);
}
