namespace Notebooks.Rendering;

/// <summary>The rendered forms of a notebook in a folder: NAME.md, NAME.ipynb and the figures in NAME/.</summary>
internal static class RenderedFiles
{
    /// <summary>Writes all forms and removes figures that are no more.</summary>
    public static void Write(string folder, string name, string setup, IReadOnlyList<RenderedCell> cells)
    {
        string figures = Path.Combine(folder, name);
        Directory.CreateDirectory(folder);
        if (Directory.Exists(figures))
            Directory.Delete(figures, recursive: true);
        foreach (var figure in Figures(cells))
            File.WriteAllBytes(Path.Combine(Directory.CreateDirectory(figures).FullName, figure.Name), figure.Png);
        File.WriteAllText(Path.Combine(folder, name + ".ipynb"), Ipynb.Write(setup, cells));
        File.WriteAllText(Path.Combine(folder, name + ".md"), MarkdownPage.Write(name, cells));
    }

    /// <summary>
    /// Says in what the files are not those of the notebook as it is now. Source and form are compared, and which figures there are; not
    /// the numbers, which depend on the machine.
    /// </summary>
    /// <param name="folder">Where the files are.</param>
    /// <param name="source">The notebook.</param>
    /// <param name="setup">Its setup cell.</param>
    /// <param name="now">What it printed just now; null leaves the figures out of the comparison.</param>
    public static IEnumerable<string> Differences(
        string folder, NotebookSource source, string setup, IReadOnlyList<RenderedCell>? now = null)
    {
        string ipynb = Path.Combine(folder, source.Name + ".ipynb"), page = Path.Combine(folder, source.Name + ".md");
        foreach (string missing in new[] { ipynb, page }.Where(file => !File.Exists(file)))
            yield return $"{missing} is missing";
        if (!File.Exists(ipynb) || !File.Exists(page))
            yield break;

        var (writtenSetup, written) = Ipynb.Read(File.ReadAllText(ipynb));
        if (writtenSetup != setup)
            yield return $"{ipynb}: the setup cell is another";
        foreach (string difference in CellDifferences(source.Cells, written))
            yield return $"{ipynb}: {difference}";
        if (File.ReadAllText(page) != MarkdownPage.Write(source.Name, written))
            yield return $"{page} does not say what {ipynb} says";
        foreach (var figure in Figures(written))
        {
            string file = Path.Combine(folder, source.Name, figure.Name);
            if (!File.Exists(file) || !File.ReadAllBytes(file).AsSpan().SequenceEqual(figure.Png))
                yield return $"{file} is missing, or another than in {ipynb}";
        }

        if (now is not null && !Figures(now).Select(figure => figure.Name).SequenceEqual(Figures(written).Select(figure => figure.Name)))
            yield return $"{ipynb} has other figures than the notebook makes now";
    }

    private static IEnumerable<string> CellDifferences(IReadOnlyList<NotebookCell> cells, IReadOnlyList<RenderedCell> written)
    {
        if (cells.Count != written.Count)
            yield return $"it has {written.Count} cells, the source {cells.Count}";
        foreach (var (cell, old) in cells.Zip(written))
        {
            if (cell.Kind != old.Cell.Kind || cell.Source != old.Cell.Source)
            {
                yield return $"the cell of line {cell.FirstLine} of the source has changed";
                yield break;
            }
        }
    }

    private static IEnumerable<CellOutput.Figure> Figures(IEnumerable<RenderedCell> cells) =>
        cells.SelectMany(cell => cell.Outputs).OfType<CellOutput.Figure>();
}
