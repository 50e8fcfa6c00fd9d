using System.Globalization;
using System.IO.Compression;
using HybridRec.MLNet.Accel;

namespace HybridRec.MLNet.Experiments;

/// <summary>The training graph of a data set in the LightGCN format: a line a user, "user item item ...".</summary>
internal static class LightGcnFolder
{
    /// <summary>Reads train.txt of a folder, or of the one zip in it; "gowalla" and such are folders of HYBRIDREC_DATA.</summary>
    public static InteractionGraph ReadTrainingGraph(string data)
    {
        string folder = Directory.Exists(data) ? data : Path.Combine(Environment.GetEnvironmentVariable("HYBRIDREC_DATA") ?? ".", data);
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException($"There is no folder '{data}', nor '{folder}'. Set HYBRIDREC_DATA to the folder that holds '{data}', or give a path.");
        string text = Path.Combine(folder, "train.txt");
        if (File.Exists(text))
            return Parse(File.ReadLines(text));

        string zip = Directory.GetFiles(folder, "*.zip").FirstOrDefault()
            ?? throw new FileNotFoundException($"'{folder}' holds neither train.txt nor a zip with one.");
        using ZipArchive archive = ZipFile.OpenRead(zip);
        ZipArchiveEntry entry = archive.Entries.FirstOrDefault(e => e.Name == "train.txt")
            ?? throw new FileNotFoundException($"'{zip}' has no train.txt.");
        using var reader = new StreamReader(entry.Open());
        return Parse(reader.ReadToEnd().Split('\n'));
    }

    private static InteractionGraph Parse(IEnumerable<string> lines)
    {
        var users = new List<int>();
        var items = new List<int>();
        foreach (string line in lines)
        {
            string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            for (int i = 1; i < fields.Length; i++)
            {
                users.Add(int.Parse(fields[0], CultureInfo.InvariantCulture));
                items.Add(int.Parse(fields[i], CultureInfo.InvariantCulture));
            }
        }
        return InteractionGraph.FromPairs(users.Max() + 1, items.Max() + 1, [.. users], [.. items]);
    }
}
