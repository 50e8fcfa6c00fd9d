using System.Globalization;
using System.Text;
using System.Text.Json;

namespace HybridRec.MLNet.Tests.Experiments;

/// <summary>
/// A small checkerboard of users and items in the forms of real data sets, in folders that are deleted afterwards: users
/// like items of their own parity.
/// </summary>
internal sealed class SmallData : IDisposable
{
    public const int Users = 40, Items = 30;

    private readonly string _root = Directory.CreateTempSubdirectory("hybridrec-data-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    /// <summary>What an item is about.</summary>
    private static string TextOf(int item) =>
        item % 2 == 0 ? $"A tale of ships and the sea, part {item}" : $"Cooking with garlic and thyme, volume {item}";

    /// <summary>MovieLens' csv form; a folder of that name.</summary>
    public string MovieLens(string name, int users = Users, int items = Items, Func<int, string>? textOf = null)
    {
        string folder = Directory.CreateDirectory(Path.Combine(_root, name)).FullName;
        StringBuilder ratings = new StringBuilder().AppendLine("userId,movieId,rating,timestamp"),
            movies = new StringBuilder().AppendLine("movieId,title,genres");
        foreach (var (user, item, stars) in Ratings(users, items))
            ratings.AppendLine(CultureInfo.InvariantCulture, $"{user + 1},{item + 1},{stars}.0,{1_000_000_000 + (item * 100) + user}");
        for (int item = 0; item < items; item++)
            movies.AppendLine(
                CultureInfo.InvariantCulture,
                $"{item + 1},\"{(textOf ?? TextOf)(item)} ({1940 + item})\",{(item % 2 == 0 ? "Adventure" : "Documentary")}");
        File.WriteAllText(Path.Combine(folder, "ratings.csv"), ratings.ToString());
        File.WriteAllText(Path.Combine(folder, "movies.csv"), movies.ToString());
        return folder;
    }

    /// <summary>Amazon's reviews, a JSON object a line.</summary>
    public string Amazon(string name)
    {
        string folder = Directory.CreateDirectory(Path.Combine(_root, name)).FullName;
        File.WriteAllLines(Path.Combine(folder, "Reviews_5.json"), Ratings(Users, Items).Select(row => JsonSerializer.Serialize(new
        {
            reviewerID = Reviewer(row.User),
            asin = "B" + row.Item,
            overall = row.Stars,
            reviewText = $"{TextOf(row.Item)} read by {Reviewer(row.User)} alone",
            summary = "fine",
            unixReviewTime = 1_000_000_000 + (row.Item * 100) + row.User,
        })));
        return folder;
    }

    private static string Reviewer(int user) => $"U{user}x";

    // Two of three items of the own parity, rated high, one of four of the other, rated low.
    private static IEnumerable<(int User, int Item, int Stars)> Ratings(int users, int items)
    {
        for (int user = 0; user < users; user++)
        {
            for (int item = 0; item < items; item++)
            {
                int at = (user / 2) + item;
                if ((user + item) % 2 == 0 ? at % 3 != 0 : at % 4 == 0)
                    yield return (user, item, (user + item) % 2 == 0 ? 4 + (at % 2) : 1 + (at % 3));
            }
        }
    }
}
