using System.Text.Json;

namespace HybridRec.MLNet.Experiments;

/// <summary>The file that a command's <c>--json</c> names: one object a line, appended.</summary>
internal static class JsonLines
{
    /// <summary>Appends a line; does nothing where no file was named.</summary>
    public static void Append<T>(FileInfo? file, T value)
    {
        if (file is not null)
            File.AppendAllText(file.FullName, JsonSerializer.Serialize(value, JsonSerializerOptions.Web) + Environment.NewLine);
    }
}
