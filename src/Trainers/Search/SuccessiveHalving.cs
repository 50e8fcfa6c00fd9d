using System.Diagnostics;
using HybridRec.MLNet.Accel;

namespace HybridRec.MLNet.Search;

/// <summary>
/// Successive halving over random configurations: all of them with few epochs, the best 1/r of them with r times as many, and so on to the
/// last rung. A configuration depends on the seed and its number alone, so a search with more of them begins with the same ones.
/// </summary>
/// <param name="space">What may vary.</param>
/// <param name="options">How to search, with a seed.</param>
/// <param name="cancellationToken">Checked before every trial.</param>
/// <param name="run">Fits with parameters and says what was reached.</param>
internal sealed class SuccessiveHalving(
    ParameterSpace space, SearchOptions options, CancellationToken cancellationToken, Func<SearchParameters, double> run)
{
    /// <summary>Trials of the search, if none fails.</summary>
    public int TrialCount
    {
        get
        {
            int count = 0, survivors = options.Configurations;
            foreach (int _ in Rungs(options))
            {
                count += survivors;
                survivors = Math.Max(1, survivors / options.Reduction);
            }

            return count;
        }
    }

    /// <summary>Epochs of each rung.</summary>
    public static int[] Rungs(SearchOptions options)
    {
        var rungs = new List<int>();
        for (long epochs = options.MinimumEpochs; epochs < options.MaximumEpochs; epochs *= options.Reduction)
            rungs.Add((int)epochs);
        return [.. rungs, options.MaximumEpochs];
    }

    /// <summary>Runs the search.</summary>
    /// <param name="done">Trials of the same search, which are taken as they are.</param>
    /// <param name="finished">Told of every trial that was run.</param>
    /// <param name="passed">Told of every trial, run or taken.</param>
    public List<SearchTrial> Run(IReadOnlyList<SearchTrial> done, Action<SearchTrial> finished, Action<SearchTrial> passed)
    {
        var trials = new List<SearchTrial>();
        int[] survivors = [.. Enumerable.Range(0, options.Configurations)];
        int[] rungs = Rungs(options);
        for (int rung = 0; rung < rungs.Length; rung++)
        {
            foreach (int configuration in survivors)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (done.FirstOrDefault(trial => trial.Configuration == configuration && trial.Rung == rung) is not { } trial)
                {
                    trial = Try(configuration, rung, rungs[rung]);
                    finished(trial);
                }

                trials.Add(trial);
                passed(trial);
            }
            survivors = [.. trials.Where(trial => trial.Rung == rung && !double.IsNaN(trial.Value))
                .OrderByDescending(trial => trial.Value).ThenBy(trial => trial.Configuration)
                .Take(Math.Max(1, survivors.Length / options.Reduction)).Select(trial => trial.Configuration)];
        }
        return trials;
    }

    private SearchTrial Try(int configuration, int rung, int epochs)
    {
        var random = Xoshiro256.Stream(options.Seed!.Value, configuration);
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var dimension in space.Dimensions)
            values[dimension.Name] = dimension.Draw(ref random);
        var parameters = new SearchParameters(values, epochs, options.Seed!.Value);
        var clock = Stopwatch.StartNew();
        try
        {
            double value = run(parameters);
            string? failure = double.IsNaN(value) ? "the metric is NaN" : null;
            return new SearchTrial(configuration, rung, epochs, parameters, value, clock.Elapsed, failure);
        }
        catch (InvalidOperationException e)
        {
            // A diverged fit says something about the configuration; anything else is the caller's mistake and ends the search.
            return new SearchTrial(configuration, rung, epochs, parameters, double.NaN, clock.Elapsed, e.Message);
        }
    }
}
