using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;
using Movies;
using Spectre.Console;
using Engine = Microsoft.ML.PredictionEngine<Movies.MovieRecommender.ModelInput, Movies.MovieRecommender.ModelOutput>;
using Row = Movies.MovieRecommender.ModelInput;

namespace HybridRec.MLNet.Benchmarks.WebLoad;

/// <summary>
/// Predictions a second of a <c>PredictionEngine</c> over the sample's whole chain, loaded from its zip, on one thread: keys, text, graph,
/// profile, fusion and head, with the vectors of all texts at hand. Pairs are random, so that nearly every prediction has another user than
/// the one before; the heads take turns.
/// </summary>
internal static class PredictRun
{
    private const int Pairs = 20_000, Batch = 500, Wanted = 20_000;

    public static bool Execute(int rounds, TimeSpan round, CancellationToken cancellation)
    {
        string folder = Directory.CreateTempSubdirectory("hybridrec-predict").FullName;
        try
        {
            string data = Path.Combine(folder, "data");
            SampleFilms.EnsureIn(data);
            var ml = new MLContext(seed: 1);
            IDataView ratings = MovieRecommender.LoadIDataViewFromFolder(ml, data);
            Row[] rows = Random(ml, MovieRecommender.LoadItems(ml, data));
            Case[] cases = [.. new RankingHead[] { RankingHead.Linear(), RankingHead.Mlp() }
                .Select(head => new Case(head, Saved(ml, ratings, Path.Combine(folder, $"{head.Kind}.zip"), head)))];
            try
            {
                foreach (Case one in cases)
                    one.Run(rows, round, cancellation); // compiled by now
                foreach (Case one in cases)
                    one.Clear();
                for (int n = 0; n < rounds; n++)
                {
                    foreach (Case one in cases)
                        one.Run(rows, round, cancellation);
                }

                Table table = new Table().AddColumns(
                    "head", "predictions a second, median", "least", "most", "a second of processor time", "bytes allocated each",
                    $"at least {Wanted:N0}");
                foreach (Case one in cases)
                    table.AddRow(one.Cells());
                AnsiConsole.Write(table);
                return cases.All(one => one.Median >= Wanted);
            }
            finally
            {
                foreach (Case one in cases)
                    one.Engine.Dispose();
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Engine Saved(MLContext ml, IDataView ratings, string path, RankingHead head)
    {
        MovieRecommender.SaveModel(ml, Fitted(ml, ratings, head), ratings, path);
        return MovieRecommender.CreatePredictEngine(path);
    }

    // The sample's own chain; another head over the same stages before it.
    private static TransformerChain<ITransformer> Fitted(MLContext ml, IDataView ratings, RankingHead head)
    {
        TransformerChain<ITransformer> model = MovieRecommender.BuildPipeline(ml, ratings).Fit(ratings);
        if (head.Kind == RankingHeadKind.Linear)
            return model;
        ITransformer[] before = [.. model.SkipLast(1)];
        IDataView features = new TransformerChain<ITransformer>(before).Transform(ratings);
        return new TransformerChain<ITransformer>([.. before, ml.Hybrid.Ranking(new RankingOptions { Head = head }).Fit(features)]);
    }

    private static Row[] Random(MLContext ml, IDataView films)
    {
        Row[] all = [.. ml.Data.CreateEnumerable<Row>(films, reuseRowObject: false, ignoreMissingColumns: true)];
        var random = new Random(1);
        return [.. Enumerable.Range(0, Pairs).Select(_ =>
        {
            Row film = all[random.Next(all.Length)];
            return new Row { User = random.Next(1, 1201), Item = film.Item, ItemText = film.ItemText };
        })];
    }

    private sealed class Case(RankingHead head, Engine engine)
    {
        private readonly List<double> _rates = [];
        private double _processor, _bytes;
        private long _count;

        public Engine Engine => engine;

        public double Median => _rates.Order().ElementAt(_rates.Count / 2);

        public void Clear()
        {
            _rates.Clear();
            (_processor, _bytes, _count) = (0, 0, 0);
        }

        public void Run(Row[] rows, TimeSpan round, CancellationToken cancellation)
        {
            var output = new MovieRecommender.ModelOutput();
            float sum = 0;
            int at = 0;
            long count = 0, bytes = GC.GetAllocatedBytesForCurrentThread(), start = Stopwatch.GetTimestamp();
            TimeSpan processor = Environment.CpuUsage.TotalTime, took;
            do
            {
                for (int i = 0; i < Batch; i++)
                {
                    engine.Predict(rows[at], ref output);
                    sum += output.Score;
                    at = at + 1 == rows.Length ? 0 : at + 1;
                }

                count += Batch;
                cancellation.ThrowIfCancellationRequested();
            }
            while ((took = Stopwatch.GetElapsedTime(start)) < round);
            if (!float.IsFinite(sum))
                throw new InvalidDataException($"the {head} head gave a score that is not finite");
            _bytes += GC.GetAllocatedBytesForCurrentThread() - bytes;
            _processor += (Environment.CpuUsage.TotalTime - processor).TotalSeconds;
            _count += count;
            _rates.Add(count / took.TotalSeconds);
        }

        public string[] Cells() =>
            [
                head.ToString(), $"{Median:N0}", $"{_rates.Min():N0}", $"{_rates.Max():N0}", $"{_count / _processor:N0}",
                $"{_bytes / _count:N0}", Median >= Wanted ? "yes" : "no"];
    }
}
