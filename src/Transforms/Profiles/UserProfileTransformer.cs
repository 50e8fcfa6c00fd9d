using HybridRec.MLNet.Hosting;
using HybridRec.MLNet.Profiles;
using HybridRec.MLNet.Training;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace HybridRec.MLNet;

/// <summary>Adds the profile vector of each row's user. Made by <see cref="UserProfileEstimator"/>.</summary>
/// <remarks>A missing or unknown user key has the zero vector.</remarks>
public sealed class UserProfileTransformer : RowTransformer, IUpdatableStage
{
    internal const string StateKind = "UserProfile";

    // 2: sums instead of finished profiles, and where they come from.
    internal const int Version = 2;

    private readonly string _output;
    private readonly string _user;
    private readonly string _item;
    private readonly string? _holdoutOutput;
    private readonly KeyVocabulary _users;
    private readonly ProfileTable _profiles;
    private readonly ProfileSource? _source;
    private readonly HashSet<long>? _heldOut;

    internal UserProfileTransformer(
        IHostEnvironment env, UserProfileOptions options, KeyVocabulary users, ProfileTable profiles, bool writesHoldout,
        HashSet<long>? heldOut = null)
        : this(
            env,
            (options.OutputColumnName, options.UserColumnName, options.ItemColumnName),
            writesHoldout ? options.HoldoutColumnName : null,
            users,
            profiles,
            new ProfileSource(options.ItemVectorColumnName, options.LabelColumnName, options.PositiveThreshold),
            heldOut)
    {
    }

    private UserProfileTransformer(
        IHostEnvironment env,
        (string Output, string User, string Item) names,
        string? holdoutOutput,
        KeyVocabulary users,
        ProfileTable profiles,
        ProfileSource? source,
        HashSet<long>? heldOut = null)
        : base(env, StageNames.UserProfile)
    {
        (_output, _user, _item) = names;
        _holdoutOutput = holdoutOutput;
        _users = users;
        _profiles = profiles;
        _source = source;
        _heldOut = heldOut;
    }

    /// <summary>Width of a profile.</summary>
    public int Dimension => _profiles.Dimension;

    internal override string Kind => StateKind;

    // A table of finished profiles, loaded from version 1, is written as it was.
    internal override int StateVersion => _source is null ? 1 : Version;

    IEnumerable<string> IUpdatableStage.KeyColumns => [_user, _item];

    internal static UserProfileTransformer Read(IHostEnvironment env, int version, BinaryReader reader)
    {
        var names = (reader.ReadString(), reader.ReadString(), reader.ReadString());
        string? holdout = reader.ReadBoolean() ? reader.ReadString() : null;
        var users = KeyVocabulary.Read(reader);
        var profiles = ProfileTable.Read(reader, version);
        return new UserProfileTransformer(env, names, holdout, users, profiles, version == 1 ? null : ProfileSource.Read(reader));
    }

    ITransformer IUpdatableStage.Update(IDataView rows, CancellationToken cancellation)
    {
        if (_source is not { } source)
            throw new InvalidOperationException($"{StageNames.UserProfile}: this model was saved by a version that kept finished " +
                "profiles only, to which nothing can be added. Fit it again.");
        var columns = new InteractionColumns(_user, _item, source.Label, Timestamp: null, Holdout: null);
        var vectorColumn = SchemaColumns.Require(rows.Schema, source.ItemVector, StageNames.UserProfile, ColumnKinds.SingleVector);
        var user = SchemaColumns.Require(rows.Schema, _user, StageNames.UserProfile, ColumnKinds.Key);
        _users.CheckExtendedBy(user, StageNames.UserProfile);
        var read = InteractionRows.Read(rows, columns, StageNames.UserProfile, cancellation);
        float[] vectors = EntityVectors.Read(rows, _item, vectorColumn, read.ItemCount, StageNames.UserProfile, cancellation);
        var pairs = read.PositiveRows(source.PositiveThreshold).Select(row => (read.Users[row], read.Items[row]));
        return new UserProfileTransformer(
            Host, (_output, _user, _item), _holdoutOutput, KeyVocabulary.Of(user), _profiles.Add(read.UserCount, vectors, pairs), source);
    }

    /// <summary>The same profiles under a key that has further users, who have none yet.</summary>
    internal UserProfileTransformer WithUsers(DataViewSchema schema)
    {
        var user = SchemaColumns.Require(schema, _user, StageNames.UserProfile, ColumnKinds.Key);
        _users.CheckExtendedBy(user, StageNames.UserProfile);
        return new UserProfileTransformer(Host, (_output, _user, _item), _holdoutOutput, KeyVocabulary.Of(user), _profiles, _source);
    }

    internal override void WriteState(BinaryWriter writer)
    {
        writer.Write(_output);
        writer.Write(_user);
        writer.Write(_item);
        writer.Write(_holdoutOutput is not null);
        if (_holdoutOutput is not null)
            writer.Write(_holdoutOutput);
        _users.Write(writer);
        _profiles.Write(writer);
        _source?.Write(writer);
    }

    internal override IReadOnlyList<OutputColumn> Bind(DataViewSchema input)
    {
        var user = SchemaColumns.Require(input, _user, StageNames.UserProfile, ColumnKinds.Key);
        _users.Check(user, StageNames.UserProfile);
        var profile = new OutputColumn(
            _output, new VectorDataViewType(NumberDataViewType.Single, Dimension), null, [user.Index], row => ProfileGetter(row, user));
        if (_holdoutOutput is null)
            return [profile];
        var item = SchemaColumns.Require(input, _item, StageNames.UserProfile, ColumnKinds.Key);
        Func<int, int, bool>? isHeldOut = HeldOutPairs.Contains(_heldOut);
        return [profile, new OutputColumn(
            _holdoutOutput, BooleanDataViewType.Instance, null, [user.Index, item.Index],
            row => HeldOutPairs.Getter(row, user, item, isHeldOut))];
    }

    private ValueGetter<VBuffer<float>> ProfileGetter(DataViewRow row, DataViewSchema.Column user)
    {
        var userOf = CellReader.Key(row, user);
        return (ref VBuffer<float> value) =>
        {
            var editor = VBufferEditor.Create(ref value, Dimension);
            _profiles.CopyTo(userOf(), editor.Values);
            value = editor.Commit();
        };
    }
}
