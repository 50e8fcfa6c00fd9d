using System.CommandLine;
using System.Globalization;
using HybridRec.MLNet.Benchmarks.WebLoad;

CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

var server = new Option<FileInfo>("--server")
{
    Description = "MovieRecommender_WebApi.dll.",
    DefaultValueFactory = _ => new FileInfo("samples/MovieRecommender/MovieRecommender_WebApi/bin/Release/net10.0/MovieRecommender_WebApi.dll"),
};
var seconds = new Option<int>("--seconds") { Description = "How long the clients send.", DefaultValueFactory = _ => 60 };
var clients = new Option<int>("--clients") { Description = "Clients, each with one request at a time.", DefaultValueFactory = _ => 8 };
var swaps = new Option<int>("--swaps") { Description = "How often the model's file is replaced meanwhile.", DefaultValueFactory = _ => 100 };
foreach (Option<int> option in (Option<int>[])[seconds, clients, swaps])
{
    option.Validators.Add(result =>
    {
        if (result.GetValueOrDefault<int>() < 1)
            result.AddError($"{option.Name} has to be 1 or more.");
    });
}

var root = new RootCommand("Loads the web API of samples/MovieRecommender while its model is replaced, and kills and restarts it: errors, wrong versions, latency, memory.") { server, seconds, clients, swaps };
root.SetAction(async (parsed, cancellation) =>
{
    FileInfo dll = parsed.GetValue(server)!;
    if (!dll.Exists)
    {
        Console.Error.WriteLine($"There is no '{dll.FullName}'. Run this from the root of the repository after dotnet build -c Release, or name it by --server.");
        return 1;
    }

    return await LoadRun.Execute(dll.FullName, TimeSpan.FromSeconds(parsed.GetValue(seconds)), parsed.GetValue(clients), parsed.GetValue(swaps), cancellation) ? 0 : 1;
});
return await root.Parse(args).InvokeAsync();
