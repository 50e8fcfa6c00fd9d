using System.Diagnostics;
using HybridRec.MLNet.Accel;

namespace HybridRec.MLNet.Search;

/// <summary>
/// Successive halving over random configurations: all of them with few epochs, the best 1/r of them with r times as many, and so on to the last rung. A configuration depends
/// on the seed and its number alone, so a search with more of them begins with the same ones.
/// </summary>
internal sealed class SuccessiveHalving(ParameterSpace space, SearchOptions options, Func<SearchParameters, int, double> run)
{
    /// <summary>Epochs of each rung.</summary>
    public static int[] Rungs(SearchOptions options)
    {
        var rungs = new List<int>();
        for (long epochs = options.MinimumEpochs; epochs < options.MaximumEpochs; epochs *= options.Reduction)
            rungs.Add((int)epochs);
        return [.. rungs, options.MaximumEpochs];
    }

    /// <summary>Runs the search; trials in <paramref name="done"/> are taken as they are.</summary>
    public List<SearchTrial> Run(IReadOnlyList<SearchTrial> done, Action<SearchTrial> finished)
    {
        var trials = new List<SearchTrial>();
        int[] survivors = [.. Enumerable.Range(0, options.Configurations)];
        int[] rungs = Rungs(options);
        for (int rung = 0; rung < rungs.Length; rung++)
        {
            foreach (int configuration in survivors)
            {
                options.CancellationToken.ThrowIfCancellationRequested();
                if (done.FirstOrDefault(trial => trial.Configuration == configuration && trial.Rung == rung) is not { } trial)
                {
                    trial = Try(configuration, rung, rungs[rung]);
                    finished(trial);
                }
                trials.Add(trial);
            }
            survivors = [.. trials.Where(trial => trial.Rung == rung && !double.IsNaN(trial.Value))
                .OrderByDescending(trial => trial.Value).ThenBy(trial => trial.Configuration)
                .Take(Math.Max(1, survivors.Length / options.Reduction)).Select(trial => trial.Configuration)];
        }
        return trials;
    }

    private SearchTrial Try(int configuration, int rung, int epochs)
    {
        var random = Xoshiro256.Stream(options.Seed, configuration);
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var dimension in space.Dimensions)
            values[dimension.Name] = dimension.Draw(ref random);
        var parameters = new SearchParameters(values);
        var clock = Stopwatch.StartNew();
        try
        {
            double value = run(parameters, epochs);
            return new SearchTrial(configuration, rung, epochs, parameters, value, clock.Elapsed, double.IsNaN(value) ? "the metric is NaN" : null);
        }
        catch (InvalidOperationException e)
        {
            // A diverged fit says something about the configuration; anything else is the caller's mistake and ends the search.
            return new SearchTrial(configuration, rung, epochs, parameters, double.NaN, clock.Elapsed, e.Message);
        }
    }
}
