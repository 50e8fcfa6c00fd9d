using System.Globalization;
using HybridRec.MLNet;
using Microsoft.ML;
using Microsoft.ML.Data;
using Spectre.Console;

namespace Quickstart;

/// <summary>What one user gets: the best of all films, and the best of those that nobody has rated yet.</summary>
internal static class Recommendations
{
    public static void Print(MLContext ml, ITransformer model, QuickstartData data)
    {
        using var recommender = ml.Hybrid.CreateRecommender(model, data.Split.TrainSet, items: data.Items);
        var users = Ids(data.Split.TrainSet, "User");
        var rated = Ids(data.Split.TrainSet, "Item").ToHashSet();
        string user = users.CountBy(id => id).OrderBy(x => Math.Abs(x.Value - 40)).First().Key;

        PrintTaste(data, user);
        var everything = recommender.Recommend(user, count: recommender.ItemCount);
        PrintTable($"Recommended to user {user}", everything.Take(8));
        var unseen = everything.Index().Where(x => !rated.Contains(x.Item.Item)).Take(4).ToArray();
        if (unseen.Length > 0)
            PrintTable(
                $"The best for user {user} among items that nobody has rated: placed by their text alone", unseen.Select(x => x.Item),
                [.. unseen.Select(x => x.Index + 1)]);
    }

    private static void PrintTaste(QuickstartData data, string user)
    {
        // Rows, not columns read one by one: title and stars have to belong to the same row.
        var rows = new List<(float Stars, string Title)>();
        var schema = data.Split.TrainSet.Schema;
        using var cursor = data.Split.TrainSet.GetRowCursor([schema["User"], schema["Label"], schema["ItemTitle"]]);
        var (getUser, getStars, getTitle) =
            (
                cursor.GetGetter<int>(schema["User"]), cursor.GetGetter<float>(schema["Label"]),
                cursor.GetGetter<ReadOnlyMemory<char>>(schema["ItemTitle"]));
        int id = 0;
        float stars = 0;
        ReadOnlyMemory<char> title = default;
        while (cursor.MoveNext())
        {
            getUser(ref id);
            if (id.ToString(CultureInfo.InvariantCulture) != user)
                continue;
            getStars(ref stars);
            getTitle(ref title);
            rows.Add((stars, title.ToString()));
        }
        var best = rows.OrderByDescending(row => row.Stars).Take(6)
            .Select(row => data.RelevanceThreshold is null ? row.Title : $"{row.Title} ({row.Stars:0.#} stars)");
        AnsiConsole.MarkupLineInterpolated(
            $"[bold]User {user}[/] has {rows.Count} items in training, among them {string.Join(", ", best)}.");
    }

    private static void PrintTable(string caption, IEnumerable<Recommendation> items, int[]? ranks = null)
    {
        var table = new Table().Border(TableBorder.Rounded).Title(Markup.Escape(caption)).AddColumn(new TableColumn("rank").RightAligned())
            .AddColumn("item").AddColumn(new TableColumn("score").RightAligned());
        foreach (var (index, item) in items.Index())
            table.AddRow(
                $"{(ranks is null ? index + 1 : ranks[index])}", Markup.Escape(item.Title ?? item.Item),
                item.Score.ToString("F3", CultureInfo.InvariantCulture));
        AnsiConsole.Write(table);
    }

    private static string[] Ids(IDataView view, string column) =>
        [.. view.GetColumn<int>(column).Select(id => id.ToString(CultureInfo.InvariantCulture))];
}
