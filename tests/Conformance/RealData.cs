namespace HybridRec.MLNet.Conformance;

/// <summary>Real data sets and models, where a machine has them; their licenses keep them out of the repository.</summary>
public static class RealData
{
    private const string DataVariable = "HYBRIDREC_DATA";
    private const string ModelsVariable = "HYBRIDREC_MODELS";

    /// <summary>
    /// The folder of a data set. Skips the test when HYBRIDREC_DATA is unset; fails when it is set and the folder is not there.
    /// </summary>
    public static string Folder(string name) => Under(DataVariable, name);

    /// <summary>
    /// The folder of a model. Skips the test when HYBRIDREC_MODELS is unset; fails when it is set and the folder is not there.
    /// </summary>
    public static string Model(string name) => Under(ModelsVariable, name);

    private static string Under(string variable, string name)
    {
        string? root = Environment.GetEnvironmentVariable(variable);
        if (string.IsNullOrEmpty(root))
            Assert.Skip($"{variable} is not set, so '{name}' is not there; set it to the folder that has it to run this test.");
        string path = Path.Combine(root!, name);
        Assert.True(Directory.Exists(path), $"{variable} is '{root}', but '{path}' is not a folder.");
        return path;
    }
}
