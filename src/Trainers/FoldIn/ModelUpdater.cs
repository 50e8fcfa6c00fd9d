using System.Globalization;
using System.Numerics.Tensors;
using HybridRec.MLNet.Accel.Kernels;
using HybridRec.MLNet.FoldIn;
using HybridRec.MLNet.Graph;
using HybridRec.MLNet.Serving;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace HybridRec.MLNet;

/// <summary>
/// Folds single interactions into the graph of a model and answers at once: a new edge recomputes the vectors of its user and item (and of
/// nodes near them, if asked for), not those of
/// the whole graph. Made by <c>ml.Hybrid.CreateUpdater</c>. Safe to use from many threads; calls take turns.
/// </summary>
/// <remarks>
/// <para>The vector of an end v of a new edge is <c>([E_v] + h_v(1) + ... + h_v(L)) / n</c> with
/// <c>h_v(l) = sum over u of a_vu h_u(l-1)</c>, the degrees in a_vu being those of now (E_v belongs to the mean of
/// LightGCN and AlphaRec, not of SimGCL and XSimGCL; n is the number of terms; of nodes that were not trained E_v too is renewed, as by
/// <c>ml.Hybrid.Update</c>). With one layer it is exact. With more it misses what the edge changes at the neighbors themselves, whose
/// layers are recomputed
/// when an edge of their own comes, or in <c>rounds</c>; after as many rounds as layers, every node is exact. <c>ml.Hybrid.Update</c>
/// recomputes every node.</para>
/// <para>Scores and recommendations here are those of the graph: the dot product of the user's and the item's vector, which is what the
/// graph was trained on. A whole
/// model, with texts, closed forms and ranker, is <see cref="ToModel"/>; the new interactions are in its GraphFilter stages too. Text
/// profiles of users (UserProfile) are not touched here, since an id alone brings no text; <c>ml.Hybrid.Update</c> does all.</para>
/// <para>Holds its own copy of the layers, <c>L + 1</c> tables of the nodes' vectors.</para>
/// </remarks>
public sealed class ModelUpdater
{
    private readonly Lock _lock = new();
    private readonly FoldInKeys _keys;
    private readonly LivePropagation _live;
    private readonly HashSet<(int User, int Item)> _added = [];

    internal ModelUpdater(MLContext ml, ITransformer model, DataViewSchema inputSchema, int rounds)
    {
        _keys = new FoldInKeys(ml, model, inputSchema);
        _live = new LivePropagation(_keys.Graph.RequireLinearUpdates(), _keys.Graph.Mapping, rounds);
    }

    /// <summary>Users, those that came later included.</summary>
    public int UserCount => Locked(() => _live.Graph.UserCount);

    /// <summary>Items, those that came later included.</summary>
    public int ItemCount => Locked(() => _live.Graph.ItemCount);

    /// <summary>Distinct interactions.</summary>
    public int InteractionCount => Locked(() => _live.Graph.EdgeCount);

    /// <summary>Users and items whose vectors the last new interaction recomputed; 0 before the first.</summary>
    public int LastTouched => Locked(() => _live.LastTouched);

    /// <summary>Takes in a positive interaction. A user or item that is new gets a place.</summary>
    /// <param name="user">The user's id, as invariant text.</param>
    /// <param name="item">The item's id, as invariant text.</param>
    /// <returns>False when the interaction was known, and nothing changed.</returns>
    /// <exception cref="ArgumentException">An id is empty, or no value of its column's type.</exception>
    public bool Add(string user, string item)
    {
        lock (_lock)
        {
            // Both are looked at before either gets a place.
            _keys.Users.Find(user, _keys.Graph.Columns.User);
            _keys.Items.Find(item, _keys.Graph.Columns.Item);
            int userKey = _keys.Users.FindOrAdd(user, _keys.Graph.Columns.User);
            int itemKey = _keys.Items.FindOrAdd(item, _keys.Graph.Columns.Item);
            if (userKey == _live.Graph.UserCount)
                _live.AddUser();
            if (itemKey == _live.Graph.ItemCount)
                _live.AddItem();
            _added.Add((userKey, itemKey));
            return _live.Connect(userKey, itemKey);
        }
    }

    /// <inheritdoc cref="Add(string, string)"/>
    public bool Add(long user, long item) => Add(user.ToString(CultureInfo.InvariantCulture), item.ToString(CultureInfo.InvariantCulture));

    /// <summary>
    /// The graph vector of a user; for one without interactions the mean of the trained, since features of it are not known here.
    /// </summary>
    /// <param name="user">The user's id, as invariant text.</param>
    /// <exception cref="ArgumentException">The id is empty, or no value of its column's type.</exception>
    public float[] UserVector(string user) => Locked(() => UserOf(user).ToArray());

    /// <summary>
    /// The graph vector of an item; for one without interactions the mean of the trained, since features of it are not known here.
    /// </summary>
    /// <param name="item">The item's id, as invariant text.</param>
    /// <exception cref="ArgumentException">The id is empty, or no value of its column's type.</exception>
    public float[] ItemVector(string item) => Locked(() => ItemOf(item).ToArray());

    /// <summary>The dot product of the two graph vectors.</summary>
    /// <param name="user">The user's id, as invariant text.</param>
    /// <param name="item">The item's id, as invariant text.</param>
    /// <exception cref="ArgumentException">An id is empty, or no value of its column's type.</exception>
    public float Score(string user, string item) => Locked(() => TensorPrimitives.Dot(UserOf(user), ItemOf(item)));

    /// <summary>
    /// The items with the highest <see cref="Score"/> for a user, best first; of equal ones the older key comes first. A user without an
    /// interaction gets the popular items, each with its number of interactions as the score, and <see cref="RecommendationResult.Note"/>
    /// says so. The version is the number of interactions that were given so far, behind a plus sign.
    /// </summary>
    /// <param name="user">The user's id, as invariant text.</param>
    /// <param name="count">Items wanted, at least 1; fewer come back when there are no more.</param>
    /// <param name="excludeSeen">Whether to leave out the items the graph has for this user.</param>
    /// <exception cref="ArgumentException">The id is empty, or no value of its column's type.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is below 1.</exception>
    public RecommendationResult Recommend(string user, int count = 10, bool excludeSeen = true)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        lock (_lock)
        {
            int key = _keys.Users.Find(user, _keys.Graph.Columns.User);
            ReadOnlySpan<int> had = key >= 0 ? _live.Graph.ItemsOf(key) : [];
            bool known = !had.IsEmpty;
            float[] scores = new float[_live.Graph.ItemCount];
            ReadOnlySpan<float> vector = _live.Users[key];
            for (int item = 0; item < scores.Length; item++)
                scores[item] = known ? TensorPrimitives.Dot(vector, _live.Items[item]) : _live.Graph.UsersOf(item).Length;
            int[] best = new int[Math.Min(count, scores.Length)];
            float[] bestScores = new float[best.Length];
            int found = TopKKernel.Select(scores, excludeSeen ? had : [], best, bestScores);
            Recommendation[] list =
                [.. Enumerable.Range(0, found).Select(i => new Recommendation(_keys.Items.IdOf(best[i]), bestScores[i], null))];
            string version = string.Create(CultureInfo.InvariantCulture, $"+{_added.Count}");
            return new RecommendationResult(list, known ? RecommendationSource.User : RecommendationSource.Popularity, version)
            {
                Note = known ? null : AnswerNote.NoInteraction(user, isKnown: key >= 0),
            };
        }
    }

    /// <summary>
    /// The model of this moment: the chain it was made from, with the ids and the vectors of now. Independent of what comes later; saves
    /// and loads like any model.
    /// </summary>
    /// <returns>The model. Stages that updates do not concern are shared with the old one.</returns>
    public TransformerChain<ITransformer> ToModel()
    {
        lock (_lock)
        {
            (GraphUpdates kept, GnnMapping mapping) = _live.Freeze();
            return _keys.ToModel((users, items) => _keys.Graph.Updated(kept, mapping, users, items), _added);
        }
    }

    private ReadOnlySpan<float> UserOf(string user) => _live.Users[_keys.Users.Find(user, _keys.Graph.Columns.User)];

    private ReadOnlySpan<float> ItemOf(string item) => _live.Items[_keys.Items.Find(item, _keys.Graph.Columns.Item)];

    private T Locked<T>(Func<T> read)
    {
        lock (_lock)
            return read();
    }
}
