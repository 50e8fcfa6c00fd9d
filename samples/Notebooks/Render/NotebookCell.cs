namespace Notebooks.Rendering;

/// <summary>A cell of a notebook.</summary>
/// <param name="Kind">Code or prose.</param>
/// <param name="Source">Its lines, without blank lines at either end; those of prose without their comment signs.</param>
/// <param name="FirstLine">The line of the file that <paramref name="Source"/> begins with, counted from 1.</param>
internal sealed record NotebookCell(CellKind Kind, string Source, int FirstLine);
