using System.CommandLine;
using System.Globalization;
using HybridRec.MLNet.Benchmarks.WebLoad;
using HybridRec.MLNet.Experiments;

CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

var server = new Option<FileInfo>("--server")
{
    Description = "MovieRecommender_WebApi.dll.",
    DefaultValueFactory = _ =>
        new FileInfo("samples/MovieRecommender/MovieRecommender_WebApi/bin/Release/net10.0/MovieRecommender_WebApi.dll"),
};
var models = new Option<DirectoryInfo>("--models")
{
    Description = "Where the two models are kept: trained when they are not there. Without it they are trained each time."
};
Option<int> seconds = NumberOption.Create("--seconds", "How long the clients send.", 60);
Option<int> clients = NumberOption.Create("--clients", "Clients, each with one request at a time.", 8);
Option<int> swaps = NumberOption.Create("--swaps", "How often the model's file is replaced meanwhile.", 100);
var load = new Command("load", "Loads the web API of samples/MovieRecommender on 127.0.0.1 while its model is replaced, then kills it " +
    "under load and starts it again: errors, wrong versions, latency, memory.")
{
    server, models, seconds, clients, swaps,
};
load.SetAction(async (parsed, cancellation) =>
{
    FileInfo dll = parsed.GetValue(server)!;
    if (!dll.Exists)
    {
        Console.Error.WriteLine($"There is no '{dll.FullName}'. Run this from the root of the repository after dotnet build -c Release, " +
            "or name it by --server.");
        return 1;
    }

    return await LoadRun.Execute(
        dll.FullName, parsed.GetValue(models)?.FullName, TimeSpan.FromSeconds(parsed.GetValue(seconds)), parsed.GetValue(clients),
        parsed.GetValue(swaps), cancellation) ? 0 : 1;
});

Option<int> rounds = NumberOption.Create("--rounds", "Measurements of each head, which take turns.", 7);
Option<int> milliseconds = NumberOption.Create("--milliseconds", "Length of a measurement.", 1000);
var predict = new Command("predict", "Predictions a second of a PredictionEngine over the sample's whole chain, on one thread.")
{
    rounds, milliseconds
};
predict.SetAction((parsed, cancellation) =>
    Task.FromResult(
        PredictRun.Execute(parsed.GetValue(rounds), TimeSpan.FromMilliseconds(parsed.GetValue(milliseconds)), cancellation) ? 0 : 1));

// Ended from outside, there is time to end the server too.
return await new RootCommand("Measures samples/MovieRecommender.") { load, predict }.Parse(args)
    .InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(30) });
