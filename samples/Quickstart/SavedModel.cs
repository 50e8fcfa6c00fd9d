using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Spectre.Console;

namespace Quickstart;

/// <summary>Saves a model as an ordinary ML.NET zip, loads it in a fresh process, and compares the scores of the same rows.</summary>
internal static class SavedModel
{
    private const int Rows = 200;

    public static void SaveAndCompare(MLContext ml, ITransformer model, IDataView rows)
    {
        var folder = Directory.CreateTempSubdirectory("hybridrec-quickstart-");
        try
        {
            string zip = Path.Combine(folder.FullName, "movies.zip"), sample = Path.Combine(folder.FullName, "rows.idv");
            ml.Model.Save(model, rows.Schema, zip);
            var some = ml.Data.TakeRows(rows, Rows);
            using (var stream = File.Create(sample))
                ml.Data.SaveAsBinary(some, stream);
            float[] here = Scores(model, some);
            float[] there = [.. FreshProcess.Run("score", zip, sample).Select(line => float.Parse(line, CultureInfo.InvariantCulture))];
            bool equal = here.SequenceEqual(there);
            AnsiConsole.MarkupInterpolated(
                $"Saved {new FileInfo(zip).Length / 1024.0:N0} KiB as a plain ML.NET zip; a fresh process loaded it and gave ");
            AnsiConsole.MarkupLineInterpolated($"{(equal ? "the same" : "OTHER")} scores for {here.Length} rows.");
            if (!equal)
                throw new InvalidOperationException("The loaded model scores otherwise than the one that was saved.");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>The fresh process: nothing but ML.NET's own Load. Prints one score a line, exactly.</summary>
    public static void PrintScores(FileInfo zip, FileInfo rows)
    {
        var ml = new MLContext();
        var model = ml.Model.Load(zip.FullName, out _);
        foreach (float score in Scores(model, ml.Data.LoadFromBinary(rows.FullName)))
            Console.WriteLine(score.ToString("R", CultureInfo.InvariantCulture));
    }

    private static float[] Scores(ITransformer model, IDataView rows) => [.. model.Transform(rows).GetColumn<float>("Score")];
}
