using System.Text.Json;
using Notebooks.Rendering;

namespace HybridRec.MLNet.Notebooks.Tests;

public sealed class RenderedFilesTests : IDisposable
{
    private const string Setup = "#r \"nuget: A, 1.0\"";
    private static readonly NotebookSource s_source = NotebookSource.Parse("n", "// %% [markdown]\n// # Title\n// %%\nint x = 1;\nx++;\n");
    private static readonly RenderedCell[] s_cells =
    [
        new(s_source.Cells[0], []),
        new(
            s_source.Cells[1],
            [new CellOutput.Text("plain\n| a |\n|---|\n| \"é\" |"), new CellOutput.Figure("f.png", "Caption", [1, 2, 3])]),
    ];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("notebooks-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Write_Ipynb_IsNbformat45()
    {
        var notebook = JsonDocument.Parse(Ipynb.Write(Setup, s_cells)).RootElement;

        Assert.Equal((4, 5), (notebook.GetProperty("nbformat").GetInt32(), notebook.GetProperty("nbformat_minor").GetInt32()));
        Assert.Equal(".net-csharp", notebook.GetProperty("metadata").GetProperty("kernelspec").GetProperty("name").GetString());
        var cells = notebook.GetProperty("cells").EnumerateArray().ToArray();
        Assert.Equal(["code", "markdown", "code"], cells.Select(cell => cell.GetProperty("cell_type").GetString()));
        Assert.Equal(3, cells.Select(cell => cell.GetProperty("id").GetString()).Distinct().Count());
        Assert.Equal(["int x = 1;\n", "x++;"], cells[2].GetProperty("source").EnumerateArray().Select(line => line.GetString()));
        var outputs = cells[2].GetProperty("outputs").EnumerateArray().ToArray();
        Assert.Equal(["stream", "display_data"], outputs.Select(output => output.GetProperty("output_type").GetString()));
        Assert.Equal([1, 2, 3], outputs[1].GetProperty("data").GetProperty("image/png").GetBytesFromBase64());
        Assert.All(
            cells.Where(cell => cell.GetProperty("cell_type").GetString() == "code"),
            cell => Assert.True(cell.GetProperty("execution_count").GetInt32() > 0));
    }

    [Fact]
    public void Read_WhatWasWritten_SameCellsAndOutputs()
    {
        var (setup, cells) = Ipynb.Read(Ipynb.Write(Setup, s_cells));

        Assert.Equal(Setup, setup);
        Assert.Equal(s_cells.Select(cell => (cell.Cell.Kind, cell.Cell.Source)), cells.Select(cell => (cell.Cell.Kind, cell.Cell.Source)));
        Assert.Equal(s_cells[1].Outputs[0], cells[1].Outputs[0]);
        Assert.Equal([1, 2, 3], Assert.IsType<CellOutput.Figure>(cells[1].Outputs[1]).Png);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[")]
    [InlineData("{\"cells\":[]}")]
    public void Read_AnotherFile_Refused(string json) => Assert.Throws<FormatException>(() => Ipynb.Read(json));

    [Fact]
    public void Write_Markdown_TablesStayTablesAndFiguresAreShown() => Assert.Equal(
        """
        <!-- Made from n.cs by samples/Notebooks/Render: change that, not this. -->

        # Title

        ```csharp
        int x = 1;
        x++;
        ```

        ```text
        plain
        ```

        | a |
        |---|
        | "é" |

        ![Caption](n/f.png)

        *Caption*

        """,
        MarkdownPage.Write("n", s_cells));

    [Fact]
    public void Write_TextWithAFence_GetsALongerOne() => Assert.Contains(
        "````text\n```\n````", MarkdownPage.Write("n", [new(s_source.Cells[1], [new CellOutput.Text("```")])]), StringComparison.Ordinal);

    [Fact]
    public void Differences_JustWritten_None()
    {
        RenderedFiles.Write(_folder.FullName, "n", Setup, s_cells);

        Assert.Empty(RenderedFiles.Differences(_folder.FullName, s_source, Setup, s_cells));
    }

    [Fact]
    public void Differences_OtherNumbers_None()
    {
        RenderedFiles.Write(_folder.FullName, "n", Setup, s_cells);
        RenderedCell[] now =
        [
            s_cells[0], s_cells[1] with { Outputs = [new CellOutput.Text("other"), new CellOutput.Figure("f.png", "Other", [9])] }
        ];

        Assert.Empty(RenderedFiles.Differences(_folder.FullName, s_source, Setup, now));
    }

    [Fact]
    public void Differences_SourceSetupOrFigureChanged_Said()
    {
        RenderedFiles.Write(_folder.FullName, "n", Setup, s_cells);
        var changed = s_source with { Cells = [s_source.Cells[0], s_source.Cells[1] with { Source = "int x = 2;" }] };

        Assert.Contains("line 4", Assert.Single(RenderedFiles.Differences(_folder.FullName, changed, Setup)), StringComparison.Ordinal);
        Assert.Contains(
            "setup", Assert.Single(RenderedFiles.Differences(_folder.FullName, s_source, "#r \"other\"")), StringComparison.Ordinal);
        Assert.Contains(
            "cells", Assert.Single(RenderedFiles.Differences(_folder.FullName, s_source with { Cells = [s_source.Cells[0]] }, Setup)),
            StringComparison.Ordinal);
        Assert.Contains(
            "figures", Assert.Single(RenderedFiles.Differences(_folder.FullName, s_source, Setup, [s_cells[0]])), StringComparison.Ordinal);
    }

    [Fact]
    public void Differences_FileTamperedOrMissing_Said()
    {
        RenderedFiles.Write(_folder.FullName, "n", Setup, s_cells);
        File.WriteAllBytes(Path.Combine(_folder.FullName, "n", "f.png"), [7]);
        File.AppendAllText(Path.Combine(_folder.FullName, "n.md"), "by hand");
        Assert.Equal(2, RenderedFiles.Differences(_folder.FullName, s_source, Setup).Count());

        File.Delete(Path.Combine(_folder.FullName, "n.md"));
        Assert.Contains("missing", Assert.Single(RenderedFiles.Differences(_folder.FullName, s_source, Setup)), StringComparison.Ordinal);
    }

    [Fact]
    public void Write_FigureNoMore_Removed()
    {
        RenderedFiles.Write(_folder.FullName, "n", Setup, s_cells);
        RenderedFiles.Write(_folder.FullName, "n", Setup, [s_cells[0], s_cells[1] with { Outputs = [] }]);

        Assert.False(File.Exists(Path.Combine(_folder.FullName, "n", "f.png")));
    }
}
