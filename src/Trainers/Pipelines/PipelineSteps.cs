using System.Globalization;
using HybridRec.MLNet.Hosting;
using HybridRec.MLNet.Training;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Pipelines;

/// <summary>The stages of a default pipeline, from the columns that there are: each beside the C# that it is described by.</summary>
internal sealed class PipelineSteps
{
    private readonly DataViewSchema _schema;
    private readonly DefaultPipelineOptions _options;
    private readonly List<PipelineStep> _steps = [];

    private PipelineSteps(DataViewSchema schema, DefaultPipelineOptions options) => (_schema, _options) = (schema, options);

    /// <summary>The stages, in their order.</summary>
    /// <param name="schema">The columns.</param>
    /// <param name="options">Options, checked.</param>
    /// <exception cref="ArgumentException">A column is missing or has the wrong type.</exception>
    public static IReadOnlyList<PipelineStep> Of(DataViewSchema schema, DefaultPipelineOptions options)
    {
        var steps = new PipelineSteps(schema, options);
        steps.AddAll();
        return steps._steps;
    }

    private void AddAll()
    {
        AddKey(_options.UserColumnName);
        AddKey(_options.ItemColumnName);
        // Names of vectors: a second encoder stands beside the first, each with its own profile of users.
        var meanings = new List<string>();
        if (TextColumn() is { } text)
        {
            AddText("Meaning", text, null);
            meanings.Add("Meaning");
            if (_options.Encoder is { } encoder)
            {
                AddText("Sense", text, encoder);
                meanings.Add("Sense");
            }
        }

        AddGraph(meanings);
        foreach (string meaning in meanings)
            AddProfile(meaning);
        AddFilter(meanings.LastOrDefault());
        AddFusion(["Graph", .. meanings]);
        AddRanking();
    }

    private void AddKey(string column)
    {
        var found = SchemaColumns.Require(
            _schema, column, StageNames.DefaultPipeline, ColumnKinds.Key | ColumnKinds.Number | ColumnKinds.Text);
        if (found.Type is KeyDataViewType)
            return;
        // ML.NET's own limit, a million keys, loses the rest without a word.
        Add(
            $"ml.Transforms.Conversion.MapValueToKey({Quoted(column)}, maximumNumberOfKeys: int.MaxValue)",
            ml => ml.Transforms.Conversion.MapValueToKey(column, maximumNumberOfKeys: int.MaxValue));
    }

    private string? TextColumn()
    {
        if (_options.TextColumnName is { } given)
            return SchemaColumns.Require(_schema, given, StageNames.DefaultPipeline, ColumnKinds.Text).Name;
        return new[] { ColumnNames.ItemText, ColumnNames.ItemTitle }
            .FirstOrDefault(name => _schema.GetColumnOrNull(name) is { Type: TextDataViewType });
    }

    private void AddText(string name, string text, TextEncoder? encoder) => Add(
        $"ml.Hybrid.LlmEmbedding({Settings(
        [
            .. Unless(name, "Meaning", $"OutputColumnName = {Quoted("Item" + name)}"),
            .. Unless(text, ColumnNames.ItemText, $"InputColumnName = {Quoted(text)}"),
            $"ItemColumnName = {Quoted(_options.ItemColumnName)}",
            .. encoder is null ? (IEnumerable<string>)[] : ["Encoder = encoder"],
        ])})",
        ml => ml.Hybrid.LlmEmbedding(new LlmEmbeddingOptions
        {
            OutputColumnName = "Item" + name,
            InputColumnName = text,
            ItemColumnName = _options.ItemColumnName, // a prediction needs no text of known items
            Encoder = encoder,
            CancellationToken = _options.CancellationToken,
        }));

    private void AddGraph(IReadOnlyList<string> meanings)
    {
        string[] cold = [.. meanings.TakeLast(1).Select(name => "Item" + name)];
        Add(
            $"ml.Hybrid.GnnEmbedding({Settings(
            [
                .. Columns(), .. cold.Select(name => $"ColdFeatures = [{Quoted(name)}]"), "Updatable = true", .. TrainingCode(),
            ])})",
            ml => ml.Hybrid.GnnEmbedding(new GnnEmbeddingOptions
            {
                UserColumnName = _options.UserColumnName,
                ItemColumnName = _options.ItemColumnName,
                LabelColumnName = _options.LabelColumnName,
                PositiveThreshold = _options.PositiveThreshold,
                ColdFeatures = [.. cold.Select(name => (NodeFeature)name)],
                Updatable = true, // ml.Hybrid.Update takes the whole chain
                Training = Training,
            }));
    }

    private void AddProfile(string meaning) => Add(
        $"ml.Hybrid.UserProfile({Settings(
        [
            $"OutputColumnName = {Quoted("User" + meaning)}", $"ItemVectorColumnName = {Quoted("Item" + meaning)}",
            .. Columns(), .. SeedCode(),
        ])})",
        ml => ml.Hybrid.UserProfile(new UserProfileOptions
        {
            OutputColumnName = "User" + meaning,
            ItemVectorColumnName = "Item" + meaning,
            UserColumnName = _options.UserColumnName,
            ItemColumnName = _options.ItemColumnName,
            LabelColumnName = _options.LabelColumnName,
            PositiveThreshold = _options.PositiveThreshold,
            Seed = _options.Seed,
            CancellationToken = _options.CancellationToken,
        }));

    private void AddFilter(string? meaning)
    {
        string? vectors = meaning is null ? null : "Item" + meaning;
        string argument = vectors is null ? "" : Quoted(vectors);
        Add(
            $"ml.Hybrid.GraphFilter(\"FilterScore\", {Settings(
            [
                $"Filter = ClosedForm.Automatic({argument})", .. Columns(), .. SeedCode(),
            ])})",
            ml => ml.Hybrid.GraphFilter("FilterScore", new GraphFilterOptions
            {
                Filter = ClosedForm.Automatic(vectors),
                UserColumnName = _options.UserColumnName,
                ItemColumnName = _options.ItemColumnName,
                LabelColumnName = _options.LabelColumnName,
                PositiveThreshold = _options.PositiveThreshold,
                Seed = _options.Seed,
                Threads = _options.Threads,
                CancellationToken = _options.CancellationToken,
                Progress = _options.Progress,
                Budget = _options.Budget,
            }));
    }

    private void AddFusion(IReadOnlyList<string> names)
    {
        string[] users = [.. names.Select(name => "User" + name)], items = [.. names.Select(name => "Item" + name)];
        Add(
            $"ml.Hybrid.Fuse(\"Features\", user: [{string.Join(", ", users.Select(Quoted))}], "
            + $"item: [{string.Join(", ", items.Select(Quoted))}], pair: [\"FilterScore\"])",
            ml => ml.Hybrid.Fuse(ColumnNames.Features, user: users, item: items, pair: ["FilterScore"]));
    }

    private void AddRanking() => Add(
        $"ml.Hybrid.Ranking({Settings([.. Columns(), "Head = RankingHead.Linear()", .. TrainingCode()])})",
        ml => ml.Hybrid.Ranking(new RankingOptions
        {
            Head = RankingHead.Linear(),
            UserColumnName = _options.UserColumnName,
            ItemColumnName = _options.ItemColumnName,
            LabelColumnName = _options.LabelColumnName,
            PositiveThreshold = _options.PositiveThreshold,
            Training = Training,
        }));

    private TrainingSettings Training => new()
    {
        Seed = _options.Seed,
        Threads = _options.Threads,
        CancellationToken = _options.CancellationToken,
        Progress = _options.Progress,
        Budget = _options.Budget,
    };

    private void Add(string code, Func<MLContext, IEstimator<ITransformer>> make) =>
        _steps.Add(new PipelineStep(code, make));

    // What differs from the stages' own defaults.
    private IEnumerable<string> Columns()
    {
        if (_options.UserColumnName != ColumnNames.User)
            yield return $"UserColumnName = {Quoted(_options.UserColumnName)}";
        if (_options.ItemColumnName != ColumnNames.Item)
            yield return $"ItemColumnName = {Quoted(_options.ItemColumnName)}";
        if (_options.LabelColumnName != ColumnNames.Label)
            yield return $"LabelColumnName = {Quoted(_options.LabelColumnName)}";
        if (_options.PositiveThreshold is { } least)
            yield return $"PositiveThreshold = {least.ToString("R", CultureInfo.InvariantCulture)}f";
    }

    private static IEnumerable<string> Unless(string name, string usual, string said)
    {
        if (name != usual)
            yield return said;
    }

    private IEnumerable<string> SeedCode()
    {
        if (_options.Seed is { } seed)
            yield return string.Create(CultureInfo.InvariantCulture, $"Seed = {seed}");
    }

    private IEnumerable<string> TrainingCode() => SeedCode().Select(seed => $"Training = new() {{ {seed} }}");

    private static string Settings(IReadOnlyList<string> said) => said.Count == 0 ? "new()" : $"new() {{ {string.Join(", ", said)} }}";

    private static string Quoted(string name) => "\"" + name.Replace("\\", "\\\\").Replace("\"", "\\\"") + "\"";
}
