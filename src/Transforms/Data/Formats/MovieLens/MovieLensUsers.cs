namespace HybridRec.MLNet.Data;

/// <summary>
/// Users of MovieLens 1M: <c>UserID::Gender::Age::Occupation::Zip</c>, codes turned into words after the set's README; and of 100k.
/// </summary>
internal static class MovieLensUsers
{
    internal static readonly string[] Columns = ["UserGender", "UserAge", "UserOccupation", ColumnNames.UserText];

    private static readonly Dictionary<string, string> s_ages = new(StringComparer.Ordinal)
    {
        ["1"] = "under 18",
        ["18"] = "18-24",
        ["25"] = "25-34",
        ["35"] = "35-44",
        ["45"] = "45-49",
        ["50"] = "50-55",
        ["56"] = "56+",
    };

    private static readonly string[] s_occupations =
    [
        "other", "academic/educator", "artist", "clerical/admin", "college/grad student", "customer service", "doctor/health care",
        "executive/managerial", "farmer", "homemaker", "K-12 student", "lawyer", "programmer", "retired", "sales/marketing", "scientist",
        "self-employed", "technician/engineer", "tradesman/craftsman", "unemployed", "writer",
    ];

    internal static SideTable Read(DataFolder folder, MovieLensOptions options)
    {
        var file = folder.Require("users.dat", "u.user");
        var table = new SideTable(Columns);
        if (file.Name.EndsWith(".user", StringComparison.OrdinalIgnoreCase))
        {
            BarLines.ReadUsers(file, options, fields => Set(table, fields[0], Gender(fields[2]), fields[1], fields[3]));
            return table;
        }
        MovieLensItems.ReadDat(file, 5, "5 fields UserID::Gender::Age::Occupation::Zip", options, fields =>
        {
            string age = s_ages.TryGetValue(fields[2], out string? band) ? band : fields[2];
            string occupation = int.TryParse(fields[3], out int code) && code >= 0 && code < s_occupations.Length
                ? s_occupations[code]
                : fields[3];
            Set(table, fields[0], Gender(fields[1]), age, occupation);
        });
        return table;
    }

    private static string Gender(string code) => code switch { "F" => "female", "M" => "male", _ => code };

    private static void Set(SideTable table, string id, string gender, string age, string occupation) =>
        table.Set(id, gender, age, occupation, Sentences.Join($"{gender}, {age} years old, {occupation}"));
}
