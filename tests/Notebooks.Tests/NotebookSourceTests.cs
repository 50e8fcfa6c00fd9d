using Notebooks.Rendering;

namespace HybridRec.MLNet.Notebooks.Tests;

public class NotebookSourceTests
{
    private const string Two = "#:project Kit.csproj\n#:property PublishAot=false\n\n// %% [markdown]\n// # Title\n//\n// Prose.\n\n// " +
        "%%\nusing System;\n\nint x = 1;\n\n// %%\nConsole.WriteLine(x);\n";

    [Fact]
    public void Parse_ProseAndCode_CellsWithTheirLines()
    {
        var source = NotebookSource.Parse("n", Two);

        Assert.Equal(["#:project Kit.csproj", "#:property PublishAot=false"], source.Directives);
        Assert.Equal(
            [
                new(CellKind.Markdown, "# Title\n\nProse.", 5), new(CellKind.Code, "using System;\n\nint x = 1;", 10),
                new(CellKind.Code, "Console.WriteLine(x);", 15)], source.Cells);
    }

    [Fact]
    public void Parse_WindowsLineEnds_SameCells() =>
        Assert.Equal(
            NotebookSource.Parse("n", Two).Cells, NotebookSource.Parse("n", Two.Replace("\n", "\r\n", StringComparison.Ordinal)).Cells);

    [Fact]
    public void Parse_EmptyCell_LeftOut() =>
        Assert.Single(NotebookSource.Parse("n", "// %%\n\n// %%\nint x = 1;\n").Cells);

    [Fact]
    public void Parse_CommentsInCode_StayCode() =>
        Assert.Equal("// why\nint x = 1;", NotebookSource.Parse("n", "// %%\n// why\nint x = 1;\n").Cells[0].Source);

    [Theory]
    [InlineData("int x = 1;\n", "no cell")]
    [InlineData("#:package A\nint x = 1;\n// %%\nint y = 1;\n", "n.cs(2)")]
    [InlineData("// %% [markdown]\n// prose\nint x = 1;\n", "n.cs(3)")]
    [InlineData("// %%\nint y = 1;\nusing var x = Open();\n", "n.cs(3)")]
    [InlineData("// %% [raw]\n// prose\n", "n.cs(1)")]
    public void Parse_WhatIsNoNotebook_RefusedWithTheLine(string text, string said) =>
        Assert.Contains(said, Assert.Throws<FormatException>(() => NotebookSource.Parse("n", text)).Message, StringComparison.Ordinal);
}
