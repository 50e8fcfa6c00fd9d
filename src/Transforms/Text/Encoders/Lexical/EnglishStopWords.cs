using System.Collections.Frozen;

namespace HybridRec.MLNet.Text;

/// <summary>English words without a topic: articles, pronouns, prepositions, auxiliaries, and the remains of contractions.</summary>
internal static class EnglishStopWords
{
    private static readonly FrozenSet<string> s_words = """
        a about above across after again against all almost along also although always am among an and another any anyone anything are
        aren arent around as at away be became because become becomes been before being below between both but by came can cannot cant could
        couldnt did didnt do does doesnt doing done dont down during each either else ever every everyone everything few for from further get
        gets getting give gives go goes going got had hadnt has hasnt have havent having he her here hers herself him himself his how however i
        if im in into is isnt it its itself ive just let like made make makes making many may me might mine more most much must my myself
        neither never no nobody none nor not nothing now of off often on once one only onto or other others our ours ourselves out over own
        per perhaps put rather really said same say says see seem seems several shall she should shouldnt since so some someone something still
        such take takes than that thats the their theirs them themselves then there these they thing things this those though through thus to
        together too toward towards two under until up upon us use used very via was wasnt way we well went were werent what whatever when where
        whether which while who whole whom whose why will with within without wont would wouldnt yet you your yours yourself
        """.Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);

    public static bool Contains(string word) => s_words.Contains(word);
}
