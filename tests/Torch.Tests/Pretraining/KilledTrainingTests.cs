using System.Diagnostics;
using HybridRec.MLNet.Conformance;
using HybridRec.MLNet.Files;

namespace HybridRec.MLNet.Tests.Torch;

/// <summary>
/// A real process that trains, killed by SIGKILL while it writes a checkpoint, or on a disk that is really full: it goes on from the last
/// whole checkpoint and ends with the same bytes.
/// </summary>
public sealed class KilledTrainingTests
{
    private const string Program = "TrainingProcess";
    private const int Kills = 3, MostStarts = 40;

    [Fact]
    public void PretrainEncoder_KilledWhileItWritesACheckpoint_EndsWithTheSameBytes()
    {
        using var files = new TemporaryFolder();
        byte[] expected = Whole(files, out long checkpointBytes);
        string checkpoint = files.File("killed.checkpoint"), encoder = files.File("killed");
        int kills = 0, starts = 0;
        // A process that was not caught in the middle has got further and counts for nothing; the last checkpoints of a run are never
        // reached by one that is killed at its first or second.
        for (; kills < Kills && starts < MostStarts && !Directory.Exists(encoder); starts++)
            kills += KillWhileWriting(files, checkpoint, checkpointBytes) ? 1 : 0;
        Assert.True(kills == Kills, $"{kills} of {starts} processes were caught while they wrote");
        Assert.NotEmpty(Directory.GetFiles(files.Path, "killed.checkpoint.*.tmp")); // what they were writing

        Assert.Equal(0, ChildProgram.Run(ChildProgram.Command(Program, checkpoint, encoder)).ExitCode);
        Assert.Equal(expected, File.ReadAllBytes(Path.Combine(encoder, "model.safetensors")));
    }

    [Fact]
    public void PretrainEncoder_DiskFull_KeepsTheLastWholeCheckpointAndGoesOnOnceThereIsRoom()
    {
        string[] privateMounts = ["unshare", "--map-root-user", "--mount"];
        Assert.SkipUnless(
            OperatingSystem.IsLinux() && File.Exists("/usr/bin/unshare") && ChildProgram.Run([.. privateMounts, "true"]).ExitCode == 0,
            "A full disk is made of a small file system that only the child sees, which needs Linux and the right to mount in a " +
            "namespace of one's own.");
        using var files = new TemporaryFolder();
        byte[] expected = Whole(files, out long checkpointBytes);
        string disk = Directory.CreateDirectory(files.File("disk")).FullName, checkpoint = Path.Combine(disk, "run.checkpoint"),
            encoder = files.File("after");
        // Room for one checkpoint and a half: the second is never whole.
        string training = string.Join(' ', ChildProgram.Command(Program, checkpoint, encoder).Select(word => $"'{word}'"));
        string script = $"""
            set -e
            mount -t tmpfs -o size={checkpointBytes * 3 / 2} tmpfs '{disk}'
            set +e
            {training}
            echo "first $?"
            ls '{disk}'
            cp '{checkpoint}' '{files.File("kept")}'
            mount -o remount,size={checkpointBytes * 4} '{disk}'
            {training}
            echo "second $?"
            """;
        var (exitCode, output, errors) = ChildProgram.Run([.. privateMounts, "sh", "-c", script]);
        Assert.True(exitCode == 0, errors);
        Assert.Equal(["first 1", "run.checkpoint", "second 0"], output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        using (var kept = SafeTensorsFile.Open(files.File("kept")))
            Assert.Equal("1", kept.Metadata["steps"]);
        Assert.Contains("space", errors, StringComparison.Ordinal); // the system's own words
        Assert.Equal(expected, File.ReadAllBytes(Path.Combine(encoder, "model.safetensors")));
    }

    private static byte[] Whole(TemporaryFolder files, out long checkpointBytes)
    {
        var (exitCode, _, errors) = ChildProgram.Run(ChildProgram.Command(Program, files.File("whole.checkpoint"), files.File("whole")));
        Assert.True(exitCode == 0, errors);
        checkpointBytes = new FileInfo(files.File("whole.checkpoint")).Length;
        return File.ReadAllBytes(Path.Combine(files.File("whole"), "model.safetensors"));
    }

    // True when the process left a checkpoint half written.
    private static bool KillWhileWriting(TemporaryFolder files, string checkpoint, long checkpointBytes)
    {
        HashSet<string> before = [.. Directory.GetFiles(files.Path)];
        using Process process = ChildProgram.Start(ChildProgram.Command(Program, checkpoint, files.File("killed")));
        string[] half = [];
        SpinWait.SpinUntil(() => process.HasExited || (half = Half()).Length > 0);
        process.Kill(); // SIGKILL on Unix: no handler runs, no file is tidied away
        process.WaitForExit();
        return Half().Length > 0;

        string[] Half() => [.. Directory.GetFiles(files.Path, "killed.checkpoint.*.tmp")
            .Where(file => !before.Contains(file) && Length(file) is > 0 and long length && length < checkpointBytes)];
    }

    private static long Length(string file)
    {
        try
        {
            return new FileInfo(file).Length;
        }
        catch (FileNotFoundException) // moved to its place in the meantime
        {
            return 0;
        }
    }
}
