using System.Globalization;
using Microsoft.ML;

namespace HybridRec.MLNet.Conformance;

/// <summary>
/// Two tastes. Users with an even number took every item with an even number, odd users every odd item, except that each user's withheld
/// item (a diagonal through the block) is missing. So of the items a user has not seen, exactly one is right and all of the other taste are
/// wrong: a recommender that learned anything puts the withheld item first. Texts say the taste too.
/// </summary>
public static class Checkerboard
{
    /// <summary>Number of users, u0 to u23.</summary>
    public const int Users = 24;

    /// <summary>Number of items, i0 to i15.</summary>
    public const int Items = 16;

    private static readonly string[] s_texts =
    [
        "robots explore a distant planet in a star ship",
        "a love letter and a slow dinner in rainy paris",
    ];

    /// <summary>The item of the user's taste that is not in the training rows.</summary>
    public static int Withheld(int user) => (2 * (user / 2 % (Items / 2))) + (user % 2);

    /// <summary>Whether the item is of the user's taste.</summary>
    public static bool Likes(int user, int item) => user % 2 == item % 2;

    public static string UserId(int user) => "u" + user.ToString(CultureInfo.InvariantCulture);

    public static string ItemId(int item) => "i" + item.ToString(CultureInfo.InvariantCulture);

    /// <summary>What describes an item; the taste is in the words, the number tells items of one taste apart.</summary>
    public static string ItemText(int item) => $"{s_texts[item % 2]}, part {item / 2}";

    /// <summary>The interactions to train on: all of a user's taste but the withheld ones.</summary>
    public static IReadOnlyList<CheckerboardRow> TrainRows { get; } =
        [.. from user in Enumerable.Range(0, Users)
            from item in Enumerable.Range(0, Items)
            where Likes(user, item) && item != Withheld(user)
            select Row(user, item)];

    /// <summary>The withheld interactions, one a user.</summary>
    public static IReadOnlyList<CheckerboardRow> TestRows { get; } = [.. Enumerable.Range(0, Users)
        .Select(user => Row(user, Withheld(user)))];

    /// <summary>Rows a model meets in service: unseen users and items, missing ids, empty and missing texts.</summary>
    public static IReadOnlyList<CheckerboardRow> ColdRows { get; } =
    [
        new() { User = "stranger", Item = ItemId(0), ItemText = ItemText(0), Label = 1, Timestamp = 1 },
        new() { User = UserId(0), Item = "novelty", ItemText = "a new film about robots", Label = 1, Timestamp = 2 },
        new() { User = "stranger", Item = "novelty", ItemText = "", Label = 0, Timestamp = 3 },
        new() { User = "", Item = "", ItemText = "", Label = 0, Timestamp = 4 },
        new() { User = null, Item = null, ItemText = null, Label = 0, Timestamp = 0 },
        new() { User = UserId(1), Item = ItemId(1), ItemText = "\u00e9\u4e2d\ud83d\ude00 \t  ", Label = 1, Timestamp = -1 },
    ];

    /// <summary>Rows as a view with columns User, Item, Label, Timestamp, ItemText.</summary>
    public static IDataView View(MLContext ml, IEnumerable<CheckerboardRow> rows) => ml.Data.LoadFromEnumerable(rows);

    public static CheckerboardRow Row(int user, int item) => new()
    {
        User = UserId(user),
        Item = ItemId(item),
        Label = 1,
        Timestamp = (user * 1000) + item,
        ItemText = ItemText(item),
    };
}
