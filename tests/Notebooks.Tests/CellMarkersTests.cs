using Notebooks.Rendering;

namespace HybridRec.MLNet.Notebooks.Tests;

public class CellMarkersTests
{
    [Fact]
    public void Insert_FirstCellWithUsings_MarkComesAfterThem()
    {
        var source = new NotebookSource(
            "n", ["#:project ../Kit.csproj"],
            [new NotebookCell(CellKind.Code, "using System;\nusing IO = System.IO;\nusing var stop = Open();\nRun();", FirstLine: 3)]);

        string[] lines = CellMarkers.Insert(source, "/books/n.cs").Split('\n');

        Assert.Equal(
            [
                "#:project /Kit.csproj", "#line 3 \"/books/n.cs\"", "using System;", "using IO = System.IO;", "#line default",
                "System.Console.Write(\"\\u001e0\\n\");",
                "#line 5 \"/books/n.cs\"", "using var stop = Open();", "Run();", "#line default", "",
            ],
            lines);
    }

    [Fact]
    public void Insert_Prose_IsNotInTheCopy() =>
        Assert.DoesNotContain(
            "prose", CellMarkers.Insert(NotebookSource.Parse("n", "// %% [markdown]\n// prose\n// %%\nRun();\n"), "/n.cs"),
            StringComparison.Ordinal);

    [Fact]
    public void Split_MarkedOutput_GoesToItsCell() =>
        Assert.Equal(["", "one\ntwo\n", "", "three"], CellMarkers.Split("\u001e1\none\ntwo\n\u001e3\nthree", 4));

    [Theory]
    [InlineData("early\n\u001e0\nlate\n")]
    [InlineData("\u001e7\nno such cell\n")]
    [InlineData("\u001e0\na \u001e b\n")]
    public void Split_WhatNoMarkExplains_Refused(string output) =>
        Assert.Throws<FormatException>(() => CellMarkers.Split(output, 2));

    [Fact]
    public void Read_TextAndFigures_InOrder()
    {
        var outputs = OutputReader.Read("before\n[figure: a.png] What it shows.\nafter\n\n", name => [(byte)name.Length]);

        Assert.Equal(new CellOutput.Text("before"), outputs[0]);
        var figure = Assert.IsType<CellOutput.Figure>(outputs[1]);
        Assert.Equal(("a.png", "What it shows.", 5), (figure.Name, figure.Caption, figure.Png[0]));
        Assert.Equal(new CellOutput.Text("after"), outputs[2]);
    }

    [Fact]
    public void Read_FigureOutsideTheFolder_IsText() =>
        Assert.IsType<CellOutput.Text>(
            Assert.Single(OutputReader.Read("[figure: ../a.png] x", _ => throw new InvalidOperationException())));
}
