using HybridRec.MLNet.Conformance;
using HybridRec.MLNet.Text;
using Microsoft.ML;

namespace HybridRec.MLNet.Tests.Text;

/// <summary>The pairs a tuning learns from, and the seam: what stands behind LlmEmbeddingOptions.Tuning.</summary>
public sealed class TextPairsTests
{
    // User b's rows lie before and between user a's; times run against the order of the rows.
    private static readonly CheckerboardRow[] s_rows =
    [
        Row("b", "x", 9, "text x"), Row("a", "z", 3, "text z"), Row("a", "y", 2, "text y"), Row("b", "y", 8, ""),
        Row("a", "x", 1, "later text of x"), Row("a", "bad", 2, "disliked", label: 0), Row("c", "x", 1, "text x"),
        Row("b", "blank", 7, " "), Row("b", "twin", 10, "text x"), Row(null, "z", 1, "text z"), Row("b", "z", 11, "text z"),
    ];

    [Fact]
    public void Read_Sequence_JoinsWhatAUserTookNext()
    {
        var pairs = Read(new FakeTuning { HoldoutFraction = 0 });
        // b: (blank), y, x, twin (the same text), z; a: x, y, z; c took one only.
        Assert.Equal(["text y>text x", "text x>text z", "text x>text y", "text y>text z"], Named(pairs));
        Assert.Equal(pairs.Texts.Count, pairs.Texts.Distinct().Count());
    }

    [Fact]
    public void Read_History_JoinsTheLatestFirst()
    {
        Assert.Equal(
            ["text y>text x", "text x text x>text z", "text x>text y", "text y text x>text z"],
            Named(Read(new FakeTuning { HoldoutFraction = 0, Pairs = TuningPairs.History, HistoryLength = 2 })));
        Assert.Equal(
            "text x text x text y>text z",
            Named(Read(new FakeTuning { HoldoutFraction = 0, Pairs = TuningPairs.History, HistoryLength = 9 }))[1]);
    }

    [Fact]
    public void Read_Profile_HasThePairsOfTheSequenceAndWhatTheirUsersTook()
    {
        TextPairs pairs = Read(new FakeTuning { HoldoutFraction = 0, Pairs = TuningPairs.Profile }),
            sequence = Read(new FakeTuning { HoldoutFraction = 0 });
        Assert.Null(sequence.Profiles);
        Assert.Equal(Named(sequence), Named(pairs));
        var random = Accel.Xoshiro256.Stream(1, 0, 0);
        for (int pair = 0; pair < pairs.Pairs.Count; pair++)
        {
            var (anchor, positive) = pairs.Pairs[pair];
            int[] drawn = pairs.Profiles!.Draw(pair, anchor, positive, 9, ref random);
            Assert.Equal(anchor, drawn[0]);
            Assert.All(drawn, text => Assert.NotEqual(positive, text));
        }
    }

    [Fact]
    public void Read_HeldOutRows_AreLeftOut()
    {
        var ml = new MLContext();
        // User a's row of y is held out: x and z follow one another.
        var view = ml.Transforms.CustomMapping<Id, Mark>((row, mark) => mark.Holdout = row.Timestamp == 2, contractName: null).Fit(View(ml))
            .Transform(View(ml));
        Assert.Equal(
            ["text y>text x", "text x>text z", "text x>text z"],
            Named(TextPairs.Read(view, "ItemText", new FakeTuning { HoldoutFraction = 0 }, "test", CancellationToken.None)));
    }

    [Fact]
    public void Read_NoPair_SaysWhatToCheck() =>
        Assert.Contains(
            "nothing to tune",
            Assert.Throws<InvalidOperationException>(() => Read(new FakeTuning { HoldoutFraction = 0, PositiveThreshold = 5 })).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Fit_Tuned_EncodesByTheTunedEncoder()
    {
        var ml = new MLContext();
        var tuning = new FakeTuning { HoldoutFraction = 0 };
        using var model = ml.Hybrid.LlmEmbedding(
            "ItemMeaning", "ItemText", TextEncoder.FromGenerator(new FakeGenerator("untuned")), tuning: tuning).Fit(View(ml));
        Assert.Equal("tuned", model.EncoderName);
        Assert.Equal(4, Assert.Single(tuning.Seen).Pairs.Count);
        Assert.Contains("'User'", Assert.ThrowsAny<ArgumentException>(() => ml.Hybrid.LlmEmbedding(
            "ItemMeaning", "ItemText", TextEncoder.FromGenerator(new FakeGenerator()), tuning: tuning)
            .Fit(LlmEmbeddingTests.View(ml, ["a"]))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_TunedWithoutHoldoutColumn_MarksTheRowsOfTheFittedViewItWasNotTunedOn()
    {
        var ml = new MLContext();
        var rows = Enumerable.Range(0, 200).Select(i => Row($"u{i / 10}", $"i{i * 7 % 30}", i, $"text {i * 7 % 30}")).ToList();
        var view = Checkerboard.View(ml, rows);
        view = ml.Transforms.Conversion.MapValueToKey("User").Append(ml.Transforms.Conversion.MapValueToKey("Item")).Fit(view)
            .Transform(view);
        var tuning = new FakeTuning { HoldoutFraction = 0.3 };
        using var model = ml.Hybrid.LlmEmbedding(
            "ItemMeaning", "ItemText", TextEncoder.FromGenerator(new FakeGenerator("untuned")), tuning: tuning).Fit(view);
        bool[] held = Holdout(model.Transform(view));
        Assert.InRange(held.Count(h => h), 40, 80);
        // What is tuned on are the neighbors among the rows that are not held out.
        string[] expected = [.. rows.Where((_, i) => !held[i]).GroupBy(r => r.User)
            .SelectMany(user => user.Zip(user.Skip(1), (a, b) => $"{a.ItemText}>{b.ItemText}"))];
        Assert.Equal(expected, Named(Assert.Single(tuning.Seen)));
        Assert.DoesNotContain(true, Holdout(model.Transform(ml.Data.Cache(view))));
        using var none = ml.Hybrid.LlmEmbedding(
            "ItemMeaning", "ItemText", TextEncoder.FromGenerator(new FakeGenerator()),
            tuning: tuning with { HoldoutFraction = 0 }).Fit(view);
        Assert.Null(none.Transform(view).Schema.GetColumnOrNull("Holdout"));
        ITransformer loaded = ModelBytes.Load(ModelBytes.Save(ml, model, view.Schema), out _);
        Assert.DoesNotContain(true, Holdout(loaded.Transform(view)));
    }

    private static bool[] Holdout(IDataView view)
    {
        var marks = new List<bool>();
        using var cursor = view.GetRowCursor([view.Schema["Holdout"]]);
        var getter = cursor.GetGetter<bool>(view.Schema["Holdout"]);
        for (bool mark = false; cursor.MoveNext(); marks.Add(mark))
            getter(ref mark);
        return [.. marks];
    }

    private static TextPairs Read(EncoderTuning tuning)
    {
        var ml = new MLContext();
        return TextPairs.Read(View(ml), "ItemText", tuning with { Training = new() { Seed = 1 } }, "test", CancellationToken.None);
    }

    private static string[] Named(TextPairs pairs) => [.. pairs.Pairs.Select(p => $"{pairs.Texts[p.Anchor]}>{pairs.Texts[p.Positive]}")];

    private static IDataView View(MLContext ml)
    {
        var view = Checkerboard.View(ml, s_rows);
        return ml.Transforms.Conversion.MapValueToKey("User").Append(ml.Transforms.Conversion.MapValueToKey("Item")).Fit(view)
            .Transform(view);
    }

    private static CheckerboardRow Row(string? user, string item, long time, string text, float label = 1) =>
        new() { User = user, Item = item, Timestamp = time, ItemText = text, Label = label };

    private sealed record FakeTuning : EncoderTuning
    {
        // The stage tunes by a copy that has a seed.
        public List<TextPairs> Seen { get; } = [];

        internal override void Validate(TextEncoder? encoder) => Assert.NotNull(encoder);

        internal override TextEncoder Tune(TextEncoder encoder, TextPairs pairs, TuningContext context)
        {
            Seen.Add(pairs);
            return TextEncoder.FromGenerator(new FakeGenerator("tuned"));
        }
    }

    private sealed class Id
    {
        public long Timestamp { get; set; }
    }

    private sealed class Mark
    {
        public bool Holdout { get; set; }
    }
}
