namespace HybridRec.MLNet.Data;

/// <summary>
/// How a kind of review file names its properties. Of several names for one thing the later one in the list wins when a line has both.
/// </summary>
/// <param name="User">Names of the user's id.</param>
/// <param name="Item">Names of the item's id.</param>
/// <param name="Label">Names of the stars.</param>
/// <param name="Seconds">Names of a time in seconds since 1970.</param>
/// <param name="Milliseconds">Names of a time in milliseconds since 1970.</param>
/// <param name="Date">Names of a time as <c>yyyy-MM-dd</c>, <c>yyyy-MM-dd HH:mm:ss</c> or <c>MM dd, yyyy</c>, UTC.</param>
/// <param name="Summary">Names of the review's headline.</param>
/// <param name="Text">Names of the review's text.</param>
internal sealed record ReviewFields(
    string[] User, string[] Item, string[] Label, string[] Seconds, string[] Milliseconds, string[] Date, string[] Summary, string[] Text)
{
    /// <summary>Amazon 2014 and 2018 (reviewerID, asin, ...) and 2023 (user_id, parent_asin, ...).</summary>
    internal static readonly ReviewFields Amazon = new(
        ["reviewerID", "user_id"], ["asin", "parent_asin"], ["overall", "rating"], ["unixReviewTime"], ["timestamp"], ["reviewTime"],
        ["summary", "title"], ["reviewText", "text"]);

    /// <summary>The academic set of Yelp.</summary>
    internal static readonly ReviewFields Yelp = new(["user_id"], ["business_id"], ["stars"], [], [], ["date"], [], ["text"]);
}
