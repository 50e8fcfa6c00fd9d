using HybridRec.MLNet.Data;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Experiments.SecondStage;

/// <summary>
/// The rows before a cut, and the features that they and the time of a request give a candidate. Nothing of the rows from the cut on is in
/// them but the time at which the user came.
/// </summary>
internal sealed class StageHistory
{
    public const int FeatureCount = 30;

    /// <summary>Features of the first stage: the others are what it does not see.</summary>
    public const int FirstStageFeatures = 4;

    private const int Recent = 10;
    private const float Unknown = -1; // FastTree leaves out rows with a missing feature
    private const double Day = 86_400, Damping = 5;
    private readonly Dictionary<string, Entity> _users = new(StringComparer.Ordinal), _items = new(StringComparer.Ordinal);
    private readonly ItemFacts _facts;
    private readonly long _cut;
    private readonly double _meanStars;
    private readonly double[] _hours = new double[24], _days = new double[7];
    private readonly double[][] _categoriesAt;

    public StageHistory(IDataView rows, ItemFacts facts)
    {
        _facts = facts;
        EntityIndex users = EntityIndex.Read(rows, "User", out int[] userCodes),
            items = EntityIndex.Read(rows, "Item", out int[] itemCodes);
        long[] times = [.. rows.GetColumn<long>("Timestamp")];
        float[] stars = [.. rows.GetColumn<float>("Label")];
        _meanStars = stars.Average();
        _cut = times.Max();
        double[][] categories = [.. _hours.Select(_ => new double[facts.CategoryCount])];
        double[] usual = new double[facts.CategoryCount];
        foreach (int row in Enumerable.Range(0, times.Length).OrderBy(row => times[row]))
        {
            string user = users.IdOf(userCodes[row]), item = items.IdOf(itemCodes[row]);
            Of(_users, user).Add(item, stars[row], times[row]);
            Of(_items, item).Add(user, stars[row], times[row]);
            _hours[Hour(times[row])] += 1.0 / times.Length;
            _days[Weekday(times[row])] += 1.0 / times.Length;
            foreach (int category in facts.CategoriesOf(item))
            {
                categories[Hour(times[row])][category]++;
                usual[category] += 1.0 / times.Length;
            }
        }

        // How much more a category is taken at an hour than otherwise.
        _categoriesAt = [.. categories.Select((counts, hour) => counts.Select((count, category) =>
            (count + (100 * usual[category])) / ((_hours[hour] * times.Length) + 100) / (usual[category] + 1e-9)).ToArray())];
    }

    /// <summary>What the features are, in their order.</summary>
    public static IReadOnlyList<string> FeatureNames { get; } =
    [
        "score", "rank", "score below the best", "score in standard deviations",
        "item: rows", "item: rows in 7 days", "item: rows in 30 days", "item: rows in 90 days", "item: rate of 30 days over its own",
        "item: days since the first row", "item: days since the last row", "item: mean stars", "item: year", "item: age in years",
        "user: rows", "user: days since the last row", "user: mean stars", "user: mean popularity", "user: mean year",
        "popularity against the user's", "year against the user's", "category match", "category match, last 10", "near the last 10",
        "request: hour", "request: weekday", "request: days since the cut", "item at this hour", "item on this weekday",
        "categories at this hour",
    ];

    /// <summary>The candidates of one request, best first, as rows for the trainers.</summary>
    public IEnumerable<StageRow> Describe(IReadOnlyList<CandidateRow> request, uint group)
    {
        Entity user = _users.GetValueOrDefault(request[0].User) ?? new Entity();
        long time = request[0].RequestTime;
        double mean = request.Average(row => row.Score),
            deviation = Math.Sqrt(request.Average(row => (row.Score - mean) * (row.Score - mean))) + 1e-9;
        double[] profile = Profile(user.Others), recent = Profile(user.Others.TakeLast(Recent));
        HashSet<string>[] last = [.. user.Others.TakeLast(Recent).Select(item => _items[item].Distinct)];
        double popularity = Mean(user.Others.Select(item => Math.Log(1 + _items[item].Count))),
            year = Mean(user.Others.Select(item => (double)_facts.YearOf(item)).Where(double.IsFinite));
        foreach (CandidateRow row in request)
        {
            Entity item = _items.GetValueOrDefault(row.Item) ?? new Entity();
            float itemYear = _facts.YearOf(row.Item);
            int[] categories = _facts.CategoriesOf(row.Item);
            double rows = Math.Log(1 + item.Count), lately = item.Since(_cut - (30 * Day)), age = item.DaysSinceFirst(_cut);
            double[] features =
            [
                row.Score, row.Rank, request[0].Score - row.Score, (row.Score - mean) / deviation,
                rows, Math.Log(1 + item.Since(_cut - (7 * Day))), Math.Log(1 + lately), Math.Log(1 + item.Since(_cut - (90 * Day))),
                lately / 30 / ((item.Count + 1) / (age + 30)),
                age, item.DaysSinceLast(_cut), item.MeanStars(_meanStars), itemYear, Year(time) - itemYear,
                Math.Log(1 + user.Count), user.DaysSinceLast(time), user.MeanStars(_meanStars), popularity, year,
                rows - popularity, itemYear - year, Match(profile, categories), Match(recent, categories),
                last.Length == 0 ? 0 : last.Average(other => Cosine(other, item.Distinct)),
                Hour(time), Weekday(time), (time - _cut) / Day,
                (item.At(Hour(time)) + (Damping * _hours[Hour(time)])) / (item.Count + Damping) / (_hours[Hour(time)] + 1e-9),
                (item.On(Weekday(time)) + (Damping * _days[Weekday(time)])) / (item.Count + Damping) / (_days[Weekday(time)] + 1e-9),
                Mean(categories.Select(category => _categoriesAt[Hour(time)][category])),
            ];
            yield return new StageRow
            {
                User = row.User,
                Item = row.Item,
                Label = row.Label,
                GroupId = group,
                Features = [.. features.Select(value => double.IsFinite(value) ? (float)value : Unknown)],
            };
        }
    }

    private static Entity Of(Dictionary<string, Entity> all, string id) =>
        all.TryGetValue(id, out Entity? one) ? one : all[id] = new Entity();

    private static int Hour(long time) => (int)(time / 3600 % 24);

    private static int Weekday(long time) => (int)(time / (long)Day % 7);

    private static int Year(long time) => DateTimeOffset.FromUnixTimeSeconds(time).Year;

    private static double Mean(IEnumerable<double> values) => values.DefaultIfEmpty(double.NaN).Average();

    private static double Cosine(HashSet<string> one, HashSet<string> other)
    {
        (HashSet<string> few, HashSet<string> many) = one.Count < other.Count ? (one, other) : (other, one);
        return few.Count == 0 ? 0 : few.Count(many.Contains) / Math.Sqrt((double)few.Count * many.Count);
    }

    private static double Match(double[] profile, int[] categories) =>
        categories.Length == 0 ? double.NaN : categories.Sum(category => profile[category]) / Math.Sqrt(categories.Length);

    private double[] Profile(IEnumerable<string> items)
    {
        double[] sums = new double[_facts.CategoryCount];
        foreach (string item in items)
        {
            foreach (int category in _facts.CategoriesOf(item))
                sums[category]++;
        }

        double length = Math.Sqrt(sums.Sum(value => value * value)) + 1e-9;
        return [.. sums.Select(value => value / length)];
    }

    /// <summary>The rows of a user or of an item, in the order of their times.</summary>
    private sealed class Entity
    {
        private readonly List<long> _times = [];
        private readonly int[] _hours = new int[24], _days = new int[7];
        private double _stars;

        public List<string> Others { get; } = [];

        public HashSet<string> Distinct { get; } = new(StringComparer.Ordinal);

        public int Count => _times.Count;

        public void Add(string other, float stars, long time)
        {
            Others.Add(other);
            Distinct.Add(other);
            _times.Add(time);
            _stars += stars;
            _hours[Hour(time)]++;
            _days[Weekday(time)]++;
        }

        public int At(int hour) => _hours[hour];

        public int On(int weekday) => _days[weekday];

        public double Since(double time)
        {
            int first = _times.BinarySearch((long)time);
            return _times.Count - (first < 0 ? ~first : first);
        }

        public double MeanStars(double mean) => (_stars + (Damping * mean)) / (Count + Damping);

        public double DaysSinceFirst(long time) => Count == 0 ? 0 : (time - _times[0]) / Day;

        public double DaysSinceLast(long time) => Count == 0 ? double.NaN : (time - _times[^1]) / Day;
    }
}
