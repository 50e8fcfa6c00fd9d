namespace HybridRec.MLNet.Data;

/// <summary>Users of MovieLens 1M: <c>UserID::Gender::Age::Occupation::Zip</c>, codes turned into words after the set's README.</summary>
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
        var file = folder.Require("users.dat");
        var table = new SideTable(Columns);
        MovieLensItems.ReadDat(file, 5, "5 fields UserID::Gender::Age::Occupation::Zip", options, fields =>
        {
            string gender = fields[1] switch { "F" => "female", "M" => "male", var other => other };
            string age = s_ages.TryGetValue(fields[2], out string? band) ? band : fields[2];
            string occupation = int.TryParse(fields[3], out int code) && code >= 0 && code < s_occupations.Length
                ? s_occupations[code]
                : fields[3];
            table.Set(fields[0], gender, age, occupation, Sentences.Join($"{gender}, {age} years old, {occupation}"));
        });
        return table;
    }
}
