using System.Globalization;
using Microsoft.ML;

namespace HybridRec.MLNet.Conformance;

/// <summary>Runs a saved model in a process of its own, by a program that knows plain ML.NET only (tests/FreshProcess).</summary>
public static class FreshProcess
{
    /// <summary>The Single values of a column that the loaded model computes for the rows, one array a row.</summary>
    public static List<float[]> Run(MLContext ml, byte[] model, IDataView rows, string column)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("hybridrec-");
        try
        {
            string modelFile = Path.Combine(folder.FullName, "model.zip"), rowsFile = Path.Combine(folder.FullName, "rows.idv");
            File.WriteAllBytes(modelFile, model);
            using (FileStream stream = File.Create(rowsFile))
                ml.Data.SaveAsBinary(rows, stream);
            var (exitCode, output, errors) = ChildProgram.Run(ChildProgram.Command(nameof(FreshProcess), modelFile, rowsFile, column));
            Assert.True(exitCode == 0, $"The fresh process ended with {exitCode}:\n{errors}");
            string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            return [.. lines.Select(line => line.Split(' ')
                .Select(bits => BitConverter.UInt32BitsToSingle(uint.Parse(bits, NumberStyles.HexNumber, CultureInfo.InvariantCulture)))
                .ToArray())];
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
