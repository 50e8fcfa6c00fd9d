using HybridRec.MLNet.Data;

namespace HybridRec.MLNet.Serving;

/// <summary>What an answer says of a request that it could not take whole.</summary>
internal static class AnswerNote
{
    private const int MostShown = 3;

    /// <summary>A user that the data does not have, with what ids look like there where these do not look like them.</summary>
    /// <param name="user">The id given.</param>
    /// <param name="users">The users there are.</param>
    public static string UnknownUser(ReadOnlySpan<char> user, EntityIndex users)
    {
        return $"{NoUser(user, users)}: these are the popular items.";
    }

    /// <summary>Such a user beside a text, an item or a vector that was answered.</summary>
    /// <param name="user">The id given.</param>
    /// <param name="users">The users there are.</param>
    public static string UnseenUser(ReadOnlySpan<char> user, EntityIndex users) =>
        $"{NoUser(user, users)}: nothing is left out as seen.";

    private static string NoUser(ReadOnlySpan<char> user, EntityIndex users)
    {
        string known = users.IdOf(0);
        string hint = IdOrder.IsNumber(user) == IdOrder.IsNumber(known) ? "" : $", whose ids look like '{UnknownIdException.Shown(known)}'";
        return $"There is no user '{UnknownIdException.Shown(user.ToString())}' in the data{hint}";
    }

    /// <summary>A user without interactions.</summary>
    /// <param name="user">The user's id.</param>
    /// <param name="isKnown">Whether the model has the user.</param>
    public static string NoInteraction(string user, bool isKnown) => isKnown
        ? $"User '{UnknownIdException.Shown(user)}' has no interaction yet: these are the popular items."
        : $"There is no user '{UnknownIdException.Shown(user)}' in the model: these are the popular items.";

    /// <summary>Items of a history that the data does not have; null when it has all.</summary>
    /// <param name="unknown">Those.</param>
    /// <param name="all">Whether the history has no others.</param>
    /// <param name="items">The items there are.</param>
    public static string? UnknownItems(List<string> unknown, bool all, ItemDirectory items)
    {
        if (unknown.Count == 0)
            return null;
        string shown = string.Join(", ", unknown.Take(MostShown).Select(id => $"'{id}'")) + (unknown.Count > MostShown ? ", ..." : "");
        string known = items.IdOf(0);
        string hint = IdOrder.IsNumber(unknown[0]) == IdOrder.IsNumber(known) ? "" : $"; ids look like '{UnknownIdException.Shown(known)}'";
        return all ? $"The data has no item of the history: {shown}{hint}." : $"The data does not have {shown} of the history{hint}.";
    }
}
