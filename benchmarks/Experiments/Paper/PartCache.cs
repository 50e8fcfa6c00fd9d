using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace HybridRec.MLNet.Experiments.Paper;

/// <summary>
/// Runs parts in processes of their own and keeps what they found in files named by a hash of their configuration, so that a study that
/// was stopped goes on where it was.
/// </summary>
/// <param name="folder">Where the files lie; made when it is not there.</param>
/// <param name="settings">What every part depends on.</param>
/// <param name="run">Computes a part and writes its file; null starts a process of this program.</param>
internal sealed class PartCache(string folder, PaperSettings settings, Action<PaperPart, string, Action<string>>? run = null)
{
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>The result of a part, computed unless it is there.</summary>
    /// <typeparam name="T">What the part gives.</typeparam>
    /// <param name="part">The part.</param>
    /// <param name="log">Told every line that the process writes.</param>
    /// <param name="anew">Whether it is computed though it is there: seconds of a busy machine are worth a second try.</param>
    /// <exception cref="InvalidOperationException">The process failed.</exception>
    /// <exception cref="InvalidDataException">The file is no result of this part.</exception>
    public Cached<T> Get<T>(PaperPart part, Action<string> log, bool anew = false)
    {
        string file = FileOf(part);
        if (anew || !File.Exists(file))
            (run ?? RunChild)(part, file, log);
        try
        {
            return JsonSerializer.Deserialize<Cached<T>>(File.ReadAllText(file), Json) is { Result: not null } cached && cached.Part == part
                ? cached
                : throw new JsonException("it has no result of this part");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"'{file}' is no result of '{part}' ({e.Message}); delete it and run again.", e);
        }
    }

    /// <summary>Computes a part in this process and writes it.</summary>
    public static void Compute(PaperSettings settings, PaperPart part, string file)
    {
        double before = Load();
        var clock = Stopwatch.StartNew();
        switch (part.Kind)
        {
            case "accuracy":
                Keep(AccuracyPart.Run(settings, part.Seed));
                break;
            case "training":
                Keep(TrainingPart.Run(settings, part.Seed, part.Configuration));
                break;
            case "latency":
                Keep(LatencyPart.Run(settings, part.Seed));
                break;
            case "tuned":
                Keep(TunedPart.Run(settings, part.Seed));
                break;
            default:
                throw new ArgumentException($"There is no part '{part.Kind}': accuracy, training, latency or tuned.");
        }

        void Keep<T>(T result) => Write(file, new Cached<T>(part, clock.Elapsed.TotalSeconds, (before + Load()) / 2, result));
    }

    /// <summary>Writes a result; a file that is there is whole.</summary>
    internal static void Write<T>(string file, Cached<T> result)
    {
        File.WriteAllText(file + ".part", JsonSerializer.Serialize(result, Json));
        File.Move(file + ".part", file, overwrite: true);
    }

    /// <summary>The file of a part: the data set's name, the part's kind, and a hash of everything that the result depends on.</summary>
    internal string FileOf(PaperPart part)
    {
        bool simulated = part.Kind is "accuracy" or "latency"
            && Environment.GetEnvironmentVariable("HYBRIDREC_FPGA_SIM") is { Length: > 0 };
        // An encoder is what is in its files, wherever they lie.
        PaperSettings of = settings with
        {
            Encoder = part.Kind == "tuned" ? HashOf(settings.Encoder!) : null,
            Users = part.Kind is "accuracy" or "tuned" ? settings.Users : null
        };
        string configuration = JsonSerializer.Serialize(new { settings = of, part, simulated }, Json);
        string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(configuration)))[..16];
        Directory.CreateDirectory(folder);
        return Path.Combine(folder, $"{Path.GetFileName(Path.TrimEndingDirectorySeparator(settings.Data))}-{part.Kind}-{hash}.json");
    }

    private static string HashOf(string encoder)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string file in Directory.EnumerateFiles(encoder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(Path.GetRelativePath(encoder, file)));
            hash.AppendData(File.ReadAllBytes(file));
        }

        return Convert.ToHexStringLower(hash.GetCurrentHash());
    }

    private void RunChild(PaperPart part, string file, Action<string> log)
    {
        string own = Environment.ProcessPath!;
        RunProgram(
            Path.GetFileNameWithoutExtension(own) == "dotnet" ? [own, Environment.GetCommandLineArgs()[0]] : [own], settings, part, file,
            log);
    }

    /// <summary>Computes a part in a process of this program.</summary>
    /// <param name="program">What starts the program: its file, or dotnet and its file.</param>
    /// <param name="settings">What every part depends on.</param>
    /// <param name="part">The part.</param>
    /// <param name="file">The file it writes.</param>
    /// <param name="log">Told every line that the process writes.</param>
    /// <exception cref="InvalidOperationException">The process failed.</exception>
    internal static void RunProgram(string[] program, PaperSettings settings, PaperPart part, string file, Action<string> log)
    {
        string[] arguments =
        [
            .. program[1..], "paper-part", "--settings", JsonSerializer.Serialize(settings), "--part", JsonSerializer.Serialize(part),
            "--file", file
        ];
        using Process child = Process.Start(new ProcessStartInfo(program[0], arguments) { RedirectStandardOutput = true })!;
        while (child.StandardOutput.ReadLine() is { } line)
            log(line);
        child.WaitForExit();
        if (child.ExitCode != 0)
            throw new InvalidOperationException($"The process of '{part}' ended with {child.ExitCode}; what it wrote to its error output " +
                $"is above. What was done before is kept in '{Path.GetDirectoryName(file)}'.");
    }

    // Processes that are running or want to, over the last minute; NaN where the system does not tell.
    private static double Load() =>
        File.Exists("/proc/loadavg") ? double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture) : -1;
}

/// <summary>A part and what it gave: the seconds its process took, and the machine's load meanwhile (of one minute; -1: unknown).</summary>
internal sealed record Cached<T>(PaperPart Part, double Seconds, double Load, T Result);
