using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Accel.Kernels;
using HybridRec.MLNet.Training;

namespace HybridRec.MLNet.Ranking;

/// <summary>A teacher's top-one probabilities of the items of each training list; the lists are drawn once, before training.</summary>
internal sealed class SoftLabels
{
    private const int MaxCalibrationLists = 2000;
    private static readonly double[] s_factors = [.. Enumerable.Range(-4, 13).Select(j => Math.Pow(2, j / 2.0))];

    private readonly SoftList?[] _lists;

    private SoftLabels(SoftList?[] lists) => _lists = lists;

    /// <summary>Items of the longest list.</summary>
    public int Longest => _lists.Max(list => list?.Items.Length ?? 0);

    /// <summary>Lists that the teacher knows the user of.</summary>
    public int Count => _lists.Count(list => list is not null);

    /// <summary>The labels of all training lists; null where the teacher has none.</summary>
    public IReadOnlyList<SoftList?> Lists => _lists;

    /// <summary>The factor c on the teacher's scores.</summary>
    public double Factor { get; private set; } = 1;

    /// <summary>The labels of a training list; null where the teacher has none.</summary>
    public SoftList? this[int list] => _lists[list];

    /// <summary>Draws the lists and asks the teacher.</summary>
    /// <param name="data">Users and items.</param>
    /// <param name="teacher">Scores.</param>
    /// <param name="lists">The training lists; their numbers count up from 0, a user's lists are neighbors.</param>
    /// <param name="options">Seed, threads and distillation.</param>
    /// <exception cref="InvalidOperationException">The teacher knows no user of the lists, or scores all items alike.</exception>
    public static SoftLabels Of(RankingData data, TeacherScores teacher, UserList[] lists, RankingOptions options)
    {
        var drawn = new SoftList?[lists.Length];
        int[] firsts = [.. Enumerable.Range(0, lists.Length).Where(i => i == 0 || lists[i].User != lists[i - 1].User)];
        Parallelism.For(firsts.Length, options.Training.Threads, n =>
        {
            options.Training.CancellationToken.ThrowIfCancellationRequested();
            int first = firsts[n], end = n + 1 < firsts.Length ? firsts[n + 1] : lists.Length, user = lists[first].User;
            if (!teacher.Knows(user))
                return;
            float[] scores = new float[data.ItemCount];
            teacher.Score(user, scores);
            int[] top = Top(data, user, scores, options.Distillation!.TopItems);
            for (int i = first; i < end; i++)
                drawn[lists[i].Id] = Draw(data, lists[i], scores, top, options);
        });
        var labels = new SoftLabels(drawn);
        labels.Calibrate(options.Distillation!.Temperature);
        return labels;
    }

    // What the user took elsewhere is masked when it is served: its order is nothing to learn.
    private static int[] Top(RankingData data, int user, float[] scores, int count)
    {
        int[] held = [.. data.HeldOut.ItemsOf(user)];
        int[] excluded = [.. data.Known.ItemsOf(user).ToArray().Where(item => Array.BinarySearch(held, item) < 0)];
        int[] top = new int[Math.Min(count, data.ItemCount)];
        float[] best = new float[top.Length];
        return top[..TopKKernel.Select(scores, excluded, top, best)];
    }

    private static SoftList? Draw(RankingData data, UserList list, float[] scores, int[] top, RankingOptions options)
    {
        var items = new List<int>();
        var taken = new HashSet<int>();
        Add(data.HeldOut.ItemsOf(list.User).Slice(list.First, list.Count));
        int positives = items.Count;
        Add(top);
        var sampler = new UniformNegativeSampler(data.Known);
        var random = Xoshiro256.Stream(options.Training.Seed!.Value, -1, list.Id);
        for (int n = 0; n < options.Distillation!.SampledItems && sampler.TrySample(list.User, ref random, out int item); n++)
            Add([item]);
        return items.Count < 2 ? null : new SoftList([.. items], positives, [.. items.Select(item => scores[item])]);

        void Add(ReadOnlySpan<int> some)
        {
            foreach (int item in some)
                if (!float.IsNaN(scores[item]) && taken.Add(item))
                    items.Add(item);
        }
    }

    /// <summary>Finds the factor, then turns scores into probabilities.</summary>
    private void Calibrate(double temperature)
    {
        SoftList[] all = [.. _lists.OfType<SoftList>()], some = [.. all.Take(MaxCalibrationLists)];
        if (all.Length == 0)
            throw new InvalidOperationException(
                $"{StageNames.Ranking}: the teacher of Distillation knows none of the {_lists.Length} lists of users and items to learn " +
                "from. Do the ids of its rows agree with those of the student?");
        double variance = some.Average(list => Variance(list.Targets));
        if (!(variance > 1e-24))
            throw new InvalidOperationException(
                $"{StageNames.Ranking}: the teacher of Distillation scores all items of a user alike; there is no order to learn.");
        double unit = 1 / Math.Sqrt(variance), least = double.PositiveInfinity;
        Factor = unit;
        foreach (double factor in s_factors)
        {
            double loss = some.Sum(list => HardLoss(list, factor * unit));
            if (loss < least)
                (least, Factor) = (loss, factor * unit);
        }
        foreach (var list in all)
            Softmax(list.Targets, Factor / temperature);
    }

    private static double HardLoss(SoftList list, double factor)
    {
        if (list.Positives == 0 || list.Positives == list.Items.Length)
            return 0;
        float[] scores = [.. list.Targets.Select(score => (float)(score * factor))];
        return ListLoss.Step(RankingObjective.Softmax, scores, list.Positives, new float[scores.Length]);
    }

    private static double Variance(float[] scores)
    {
        double mean = scores.Average(s => (double)s);
        return scores.Average(s => (s - mean) * (s - mean));
    }

    private static void Softmax(float[] scores, double factor)
    {
        double top = scores.Max(), sum = scores.Sum(s => Math.Exp((s - top) * factor));
        for (int i = 0; i < scores.Length; i++)
            scores[i] = (float)(Math.Exp((scores[i] - top) * factor) / sum);
    }
}
