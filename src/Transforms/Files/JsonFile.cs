using System.Text.Json;

namespace HybridRec.MLNet.Files;

/// <summary>Reads small JSON files with an error that names the file.</summary>
internal static class JsonFile
{
    public static JsonDocument Parse(string path)
    {
        try
        {
            var document = JsonDocument.Parse(File.ReadAllBytes(path));
            return document;
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"'{path}' is not valid JSON: {e.Message} Fetch the file again.", e);
        }
    }
}
