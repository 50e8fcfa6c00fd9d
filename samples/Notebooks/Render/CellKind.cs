namespace Notebooks.Rendering;

/// <summary>What a cell of a notebook holds.</summary>
internal enum CellKind
{
    Code,
    Markdown,
}
