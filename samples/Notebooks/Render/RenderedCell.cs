namespace Notebooks.Rendering;

/// <summary>A cell and what it printed.</summary>
internal sealed record RenderedCell(NotebookCell Cell, IReadOnlyList<CellOutput> Outputs);
