using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet.Tests.Profiles;

public sealed class UserProfileTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void Fit_HandMadeVectors_AveragesThem()
    {
        var rows = Rows((1, 1, [1, 0]), (1, 2, [0, 2]), (2, 2, [0, 2]), (2, 3, [0, 0]));
        var profiles = Profiles(new() { Center = false, Normalize = false, HoldoutFraction = 0 }, rows);
        Assert.Equal([0.5f, 1], profiles[0]);
        Assert.Equal([0, 2], profiles[2]); // item 3 has no vector and does not count
    }

    [Fact]
    public void Fit_Centered_SubtractsTheMeanOfTheDescribedItems()
    {
        var rows = Rows((1, 1, [1, 0]), (1, 2, [0, 2]), (2, 2, [0, 2]), (2, 3, [0, 0]));
        var profiles = Profiles(new() { Normalize = false, HoldoutFraction = 0 }, rows);
        Assert.Equal([0, 0], profiles[0]); // both items: the mean itself
        Assert.Equal([-0.5f, 1], profiles[2]);
        var unit = Profiles(new() { HoldoutFraction = 0 }, rows);
        Assert.Equal(1, (unit[2][0] * unit[2][0]) + (unit[2][1] * unit[2][1]), 1e-6);
    }

    [Fact]
    public void Fit_PositiveThreshold_LeavesOutLowRatings()
    {
        var rows = Rows((1, 1, [1, 0]), (1, 2, [0, 2]));
        rows[1].Label = 2;
        rows[0].Label = 4;
        Assert.Equal([1, 0], Profiles(new() { Center = false, Normalize = false, HoldoutFraction = 0, PositiveThreshold = 3 }, rows)[0]);
    }

    [Fact]
    public void Transform_FittedView_LeavesHeldOutPairsOut()
    {
        var (view, model) = Fit(new() { Center = false, Normalize = false, HoldoutFraction = 0.25 }, Grid());
        var (training, held) = Read(model.Transform(view));
        var (serving, none) = Read(model.Transform(Keyed(Grid())));
        Assert.Equal(8 * 2, held.Count(h => h)); // 8 users with 8 items each
        Assert.DoesNotContain(true, none);
        var grid = Grid();
        for (int row = 0; row < grid.Count; row++)
        {
            int user = grid[row].User;
            float[] kept = [.. Enumerable.Range(0, 8).Select(item => !held[(user * 8) + item] ? 1 / 6f : 0f)];
            Assert.Equal(kept, training[row], new Near());
            Assert.Equal(Enumerable.Repeat(1 / 8f, 8), serving[row], new Near());
        }
    }

    [Fact]
    public void Transform_HoldoutColumnPresent_IsUsedAndNotWrittenAgain()
    {
        var rows = Grid();
        var marked = _ml.Data.LoadFromEnumerable(
            rows.Select(r => new MarkedRow { User = r.User, Item = r.Item, Label = 1, ItemMeaning = r.ItemMeaning, Holdout = r.Item == 3 }),
            Schema<MarkedRow>());
        var keyed = Keys().Fit(marked).Transform(marked);
        var model = _ml.Hybrid.UserProfile(new() { Center = false, Normalize = false }).Fit(keyed);
        var output = model.Transform(keyed);
        Assert.Single(output.Schema, column => column.Name == "Holdout");
        var (training, held) = Read(output);
        Assert.All(training, profile => Assert.Equal(0, profile[3]));
        Assert.Equal(rows.Select(r => r.Item == 3), held);
    }

    [Fact]
    public void Transform_UnknownUser_IsZero()
    {
        var (_, model) = Fit(new(), Grid());
        var rows = Grid();
        rows[0].User = 99;
        var keys = Keys().Fit(_ml.Data.LoadFromEnumerable(Grid(), Schema<Row>()));
        var (profiles, _) = Read(model.Transform(keys.Transform(_ml.Data.LoadFromEnumerable(rows, Schema<Row>()))));
        Assert.Equal(new float[8], profiles[0]);
    }

    [Fact]
    public void Fit_VectorNotFinite_NamesTheRow()
    {
        var rows = Grid();
        rows[2].ItemMeaning[1] = float.NaN;
        var error = Assert.Throws<InvalidDataException>(() => Fit(new(), rows));
        Assert.Contains("row 3", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_NoSeedGiven_IsTheContexts()
    {
        static List<bool> Held(MLContext ml)
        {
            var view = ml.Data.LoadFromEnumerable(Grid(), Schema<Row>());
            var keyed = ml.Transforms.Conversion.MapValueToKey("User").Append(ml.Transforms.Conversion.MapValueToKey("Item")).Fit(view)
                .Transform(view);
            var estimator = ml.Hybrid.UserProfile(new UserProfileOptions { HoldoutFraction = 0.4 });
            List<bool> held = Read(estimator.Fit(keyed).Transform(keyed)).Held;
            Assert.Equal(held, Read(estimator.Fit(keyed).Transform(keyed)).Held); // asked once, when the estimator is made
            return held;
        }
        Assert.Equal(Held(new MLContext(seed: 7)), Held(new MLContext(seed: 7)));
        Assert.NotEqual(Held(new MLContext(seed: 7)), Held(new MLContext(seed: 8)));
        Assert.NotEqual(Held(new MLContext()), Held(new MLContext()));
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.0)]
    [InlineData(double.NaN)]
    public void UserProfile_HoldoutFractionOutOfRange_Throws(double fraction) =>
        Refused(nameof(UserProfileOptions.HoldoutFraction), new() { HoldoutFraction = fraction });

    [Fact]
    public void UserProfile_OptionOutOfRange_IsNamed()
    {
        Refused(nameof(UserProfileOptions.OutputColumnName), new() { OutputColumnName = "" });
        Refused(nameof(UserProfileOptions.ItemVectorColumnName), new() { ItemVectorColumnName = " " });
        Refused(nameof(UserProfileOptions.LabelColumnName), new() { LabelColumnName = null! });
        Refused(nameof(UserProfileOptions.PositiveThreshold), new() { PositiveThreshold = float.NaN });
    }

    private void Refused(string option, UserProfileOptions options) =>
        Assert.Equal(option, Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Hybrid.UserProfile(options)).ParamName);

    private List<float[]> Profiles(UserProfileOptions options, List<Row> rows)
    {
        var (_, model) = Fit(options, rows);
        return Read(model.Transform(Keyed(rows))).Profiles;
    }

    private (IDataView View, UserProfileTransformer Model) Fit(UserProfileOptions options, List<Row> rows)
    {
        var view = Keyed(rows);
        return (view, _ml.Hybrid.UserProfile(options).Fit(view));
    }

    private IDataView Keyed(List<Row> rows)
    {
        var view = _ml.Data.LoadFromEnumerable(rows, Schema<Row>(rows[0].ItemMeaning.Length));
        return Keys().Fit(view).Transform(view);
    }

    private IEstimator<ITransformer> Keys() =>
        _ml.Transforms.Conversion.MapValueToKey("User").Append(_ml.Transforms.Conversion.MapValueToKey("Item"));

    private static SchemaDefinition Schema<T>(int dimension = 8)
    {
        var schema = SchemaDefinition.Create(typeof(T));
        schema["ItemMeaning"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, dimension);
        return schema;
    }

    private static (List<float[]> Profiles, List<bool> Held) Read(IDataView view) =>
        ([.. view.GetColumn<float[]>("UserMeaning")], [.. view.GetColumn<bool>("Holdout")]);

    private static List<Row> Rows(params (int User, int Item, float[] Vector)[] rows) =>
        [.. rows.Select(r => new Row { User = r.User, Item = r.Item, Label = 1, ItemMeaning = r.Vector })];

    private static List<Row> Grid() =>
        [.. from user in Enumerable.Range(0, 8)
            from item in Enumerable.Range(0, 8)
            select new Row { User = user, Item = item, Label = 1, ItemMeaning = OneHot(item) }];

    private static float[] OneHot(int item)
    {
        float[] vector = new float[8];
        vector[item] = 1;
        return vector;
    }

    private sealed class Row
    {
        public int User { get; set; }

        public int Item { get; set; }

        public float Label { get; set; }

        public float[] ItemMeaning { get; set; } = [];
    }

    private sealed class MarkedRow
    {
        public int User { get; set; }

        public int Item { get; set; }

        public float Label { get; set; }

        public bool Holdout { get; set; }

        public float[] ItemMeaning { get; set; } = [];
    }

    private sealed class Near : IEqualityComparer<float>
    {
        public bool Equals(float x, float y) => MathF.Abs(x - y) < 1e-6f;

        public int GetHashCode(float value) => 0;
    }
}
