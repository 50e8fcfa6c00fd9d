using HybridRec.MLNet.Serving;

namespace HybridRec.MLNet;

/// <summary>
/// The vectors of one version of a <see cref="Recommender"/>. The model scores a user u and an item i by <c>q_u . x_i + c</c>, with q the
/// user's vector, x the item's and c the <see cref="Constant"/>,
/// as long as <see cref="IsExact"/>; then a search by inner product in any store gives the recommender's own list. An MLP adds what its
/// hidden layers say, a part of the pair its own scores: a store finds candidates, and
/// <see cref="RecommendationRequest.Allow"/> ranks them.
/// </summary>
public sealed class RecommenderVectors
{
    private readonly ServingSnapshot _snapshot;
    private readonly HeadServingScorer _head;

    internal RecommenderVectors(ServingSnapshot snapshot, HeadServingScorer head) => (_snapshot, _head) = (snapshot, head);

    /// <summary>The version they come from.</summary>
    public string Version => _snapshot.Version;

    /// <summary>Length of a vector of an item or a user.</summary>
    public int Dimension => _head.Dimension;

    /// <summary>Length of a vector of a text; 0 where the recommender answers no texts.</summary>
    public int TextDimension => _snapshot.Texts?.Vectors.Dimension ?? 0;

    /// <summary>
    /// Whether inner product and <see cref="Constant"/> are the whole score: true for DotProduct, Linear and TwoTower heads, false for an
    /// MLP and for a model with a part of the pair, as <c>DefaultPipeline</c> makes it: its closed form has no vectors.
    /// </summary>
    public bool IsExact => !_head.HasHidden && _head.Pairs.Count == 0;

    /// <summary>What the head adds to every inner product; it changes no order.</summary>
    public float Constant => _head.Constant;

    /// <summary>Items.</summary>
    public int ItemCount => _snapshot.Items.Count;

    /// <summary>Users.</summary>
    public int UserCount => _snapshot.Users.Count;

    /// <summary>The items, in the order in which the recommender gives those of equal score.</summary>
    public IEnumerable<ItemVectors> Items
    {
        get
        {
            for (int row = 0; row < _snapshot.Items.Count; row++)
            {
                ItemInfo item = _snapshot.Items.Item(row);
                // A plain null would become an empty memory, by the conversion from arrays.
                ReadOnlyMemory<float>? text = _snapshot.Texts is { } texts
                    ? texts.Vectors.Values.Slice(row * TextDimension, TextDimension)
                    : default(ReadOnlyMemory<float>?);
                ReadOnlyMemory<float> vector = _head.Items.Values.Slice(row * Dimension, Dimension);
                yield return new ItemVectors(item.Item, item.Title, item.Categories, item.Interactions, vector, text);
            }
        }
    }

    /// <summary>The users, in the order of the data.</summary>
    public IEnumerable<UserVector> Users
    {
        get
        {
            for (int user = 0; user < _snapshot.Users.Count; user++)
                yield return new UserVector(_snapshot.Users.IdOf(user), _head.QueryVector(user));
        }
    }
}
