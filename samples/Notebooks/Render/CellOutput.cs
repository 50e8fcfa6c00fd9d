namespace Notebooks.Rendering;

/// <summary>A piece of what a cell printed.</summary>
internal abstract record CellOutput
{
    private CellOutput()
    {
    }

    /// <summary>Lines of text.</summary>
    public sealed record Text(string Lines) : CellOutput;

    /// <summary>A figure that the cell saved.</summary>
    /// <param name="Name">The file's name.</param>
    /// <param name="Caption">What is to be seen.</param>
    /// <param name="Png">The file.</param>
    public sealed record Figure(string Name, string Caption, byte[] Png) : CellOutput;
}
