using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Notebooks.Rendering;

/// <summary>The .ipynb form (nbformat 4.5) for the .NET kernel, with outputs; it holds all that the Markdown form is made of.</summary>
internal static class Ipynb
{
    private const string SetupId = "setup";
    private static readonly JsonSerializerOptions s_format =
        new() { WriteIndented = true, IndentSize = 1, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="setup">Code of a first cell that the source does not have.</param>
    /// <param name="cells">The cells with their output.</param>
    public static string Write(string setup, IReadOnlyList<RenderedCell> cells)
    {
        int executed = 1;
        var notebook = new JsonObject
        {
            ["cells"] = new JsonArray([
                CodeCell(SetupId, setup, [], executed++), .. cells.Select((cell, i) => cell.Cell.Kind == CellKind.Code
                    ? CodeCell($"cell-{i + 1:00}", cell.Cell.Source, cell.Outputs, executed++)
                    : new JsonObject
                    {
                        ["cell_type"] = "markdown",
                        ["id"] = $"cell-{i + 1:00}",
                        ["metadata"] = new JsonObject(),
                        ["source"] = Lines(cell.Cell.Source)
                    })]),
            ["metadata"] = new JsonObject
            {
                ["kernelspec"] = new JsonObject { ["display_name"] = ".NET (C#)", ["language"] = "C#", ["name"] = ".net-csharp" },
                ["language_info"] = new JsonObject
                {
                    ["name"] = "C#",
                    ["file_extension"] = ".cs",
                    ["mimetype"] = "text/x-csharp",
                    ["pygments_lexer"] = "csharp"
                },
            },
            ["nbformat"] = 4,
            ["nbformat_minor"] = 5,
        };
        return notebook.ToJsonString(s_format) + "\n";
    }

    /// <summary>Reads back what <see cref="Write"/> wrote: the setup and the cells with their output.</summary>
    /// <exception cref="FormatException">It is no such notebook.</exception>
    public static (string Setup, IReadOnlyList<RenderedCell> Cells) Read(string json)
    {
        try
        {
            JsonNode[] cells = [.. JsonNode.Parse(json)!["cells"]!.AsArray().Select(cell => cell!)];
            return (Joined(cells[0]["source"]), [.. cells[1..].Select(ReadCell)]);
        }
        catch (Exception e) when (e is JsonException or NullReferenceException or InvalidOperationException or IndexOutOfRangeException)
        {
            throw new FormatException($"It is no notebook that this renderer wrote: {e.Message}", e);
        }
    }

    private static JsonObject CodeCell(string id, string source, IReadOnlyList<CellOutput> outputs, int executed) => new()
    {
        ["cell_type"] = "code",
        ["execution_count"] = executed,
        ["id"] = id,
        ["metadata"] = new JsonObject { ["polyglot_notebook"] = new JsonObject { ["kernelName"] = "csharp" } },
        ["outputs"] = new JsonArray([.. outputs.Select(Output)]),
        ["source"] = Lines(source),
    };

    private static JsonNode Output(CellOutput output) => output is CellOutput.Figure figure
        ? new JsonObject
        {
            ["output_type"] = "display_data",
            ["data"] = new JsonObject
            {
                ["image/png"] = Convert.ToBase64String(figure.Png),
                ["text/plain"] = new JsonArray(figure.Caption)
            },
            ["metadata"] = new JsonObject { ["name"] = figure.Name },
        }
        : new JsonObject { ["output_type"] = "stream", ["name"] = "stdout", ["text"] = Lines(((CellOutput.Text)output).Lines) };

    private static RenderedCell ReadCell(JsonNode cell)
    {
        CellKind kind = cell["cell_type"]!.GetValue<string>() == "code" ? CellKind.Code : CellKind.Markdown;
        IReadOnlyList<CellOutput> outputs = kind == CellKind.Markdown ? [] : [.. cell["outputs"]!.AsArray().Select(ReadOutput!)];
        return new RenderedCell(new NotebookCell(kind, Joined(cell["source"]), FirstLine: 0), outputs);
    }

    private static CellOutput ReadOutput(JsonNode output) => output["output_type"]!.GetValue<string>() == "display_data"
        ? new CellOutput.Figure(
            output["metadata"]!["name"]!.GetValue<string>(), Joined(output["data"]!["text/plain"]),
            Convert.FromBase64String(output["data"]!["image/png"]!.GetValue<string>()))
        : new CellOutput.Text(Joined(output["text"]));

    /// <summary>The format keeps texts as lists of lines with their line ends.</summary>
    private static JsonArray Lines(string text)
    {
        string[] lines = text.Split('\n');
        return new JsonArray([.. lines.Select((line, i) => (JsonNode)(i < lines.Length - 1 ? line + "\n" : line))]);
    }

    private static string Joined(JsonNode? lines) => string.Concat(lines!.AsArray().Select(line => line!.GetValue<string>()));
}
