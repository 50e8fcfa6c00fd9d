using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.ML;

namespace HybridRec.MLNet.Conformance;

/// <summary>
/// Models saved by an earlier version and checked in: they must load for ever and compute what they computed then. A golden model lies in
/// the folder Golden beside its test: NAME.zip and NAME.txt (the values of one column, one row a line). Run the test once with
/// HYBRIDREC_GOLDEN=write to make them; never rewrite one that a release has shipped, add another.
/// </summary>
public static class Golden
{
    /// <summary>Loads the golden model and compares what it computes with what was recorded.</summary>
    /// <param name="name">Name of the files.</param>
    /// <param name="fit">Fits the model; used only when the files are made.</param>
    /// <param name="rows">Rows to compute.</param>
    /// <param name="column">A column of Single, scalar or vector.</param>
    /// <param name="tolerance">Largest difference allowed; sums may round differently on other processors.</param>
    /// <param name="caller">The test's own file; left out.</param>
    public static void Check(
        string name, Func<MLContext, ITransformer> fit, Func<MLContext, IDataView> rows, string column, float tolerance = 1e-5f,
        [CallerFilePath] string caller = "")
    {
        string folder = Path.Combine(Path.GetDirectoryName(caller)!, "Golden"), zip = Path.Combine(folder, name + ".zip"),
            text = Path.Combine(folder, name + ".txt");
        var ml = new MLContext(seed: 1);
        if (Environment.GetEnvironmentVariable("HYBRIDREC_GOLDEN") == "write")
            Write(folder, zip, text, ml, fit(ml), rows(ml), column);
        ITransformer model = ModelBytes.Load(File.ReadAllBytes(zip), out _);
        List<float[]> computed = ViewRows.Singles(model.Transform(rows(ml)), column);
        float[][] recorded = [.. File.ReadLines(text)
            .Select(line => line.Split(' ').Select(value => float.Parse(value, CultureInfo.InvariantCulture)).ToArray())];
        Assert.Equal(recorded.Length, computed.Count);
        for (int row = 0; row < recorded.Length; row++)
        {
            Assert.Equal(recorded[row].Length, computed[row].Length);
            for (int slot = 0; slot < recorded[row].Length; slot++)
                Assert.Equal(recorded[row][slot], computed[row][slot], tolerance);
        }
    }

    private static void Write(string folder, string zip, string text, MLContext ml, ITransformer model, IDataView rows, string column)
    {
        Directory.CreateDirectory(folder);
        ml.Model.Save(model, rows.Schema, zip);
        File.WriteAllLines(text, ViewRows.Singles(model.Transform(rows), column)
            .Select(row => string.Join(' ', row.Select(value => value.ToString("R", CultureInfo.InvariantCulture)))));
    }
}
