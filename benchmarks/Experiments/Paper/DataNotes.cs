namespace HybridRec.MLNet.Experiments.Paper;

/// <summary>What a reader has to know of a data set.</summary>
internal static class DataNotes
{
    public static string Of(string data) => data switch
    {
        "ml-1m" => "Data: MovieLens 1M, the ratings of users 1 to 2999 (487,650 of 1,000,209): the stars of the others are not to be had " +
            "here. Item texts: title, genres, plot, cast, director.",
        "ml-1m-colakg-split" => "Data: a published split of MovieLens 1M for implicit feedback (801,218 training and 197,321 test rows " +
            "without stars); item texts are descriptions that an LLM wrote. The split is given, so seeds vary training only.",
        "yelp-s3rec-text" => "Data: 316,354 visits of 30,431 users to 20,033 businesses of Yelp, no stars; each user's last visit is the " +
            "test. Item texts: name and categories.",
        "ml-latest-small" =>
            "Data: MovieLens latest-small, 100,836 ratings of 610 users: for trying the command, too small for conclusions.",
        _ when data.StartsWith("amazon-musical", StringComparison.Ordinal) =>
            "Data: Amazon Musical Instruments, 5-core: 10,261 reviews of 1,429 users. Items are described by their training reviews; " +
            "four rows of five have 4 stars or more, which any order profits from.",
        _ => "Data: a folder of the user's.",
    };

    /// <summary>Why the paper's protocol cannot be formed.</summary>
    public static string WhyNotRated(string data) => data.StartsWith("amazon", StringComparison.Ordinal)
        ? "hardly anyone has 40 ratings, of which it holds out 20"
        : "these rows have no stars";
}
