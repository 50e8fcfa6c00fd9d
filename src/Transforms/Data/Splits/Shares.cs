using HybridRec.MLNet.Accel;
using HybridRec.MLNet.Training;

namespace HybridRec.MLNet.Data;

/// <summary>Shares of rows, pairs and items.</summary>
internal static class Shares
{
    /// <summary>How many a share is: half of a row or more is a row.</summary>
    public static int Of(int count, double fraction) => (int)Math.Floor(count * fraction + 0.5);

    /// <summary>Brings a random choice of so many to the front (Fisher-Yates).</summary>
    public static void Choose<T>(List<T> list, int count, ref Xoshiro256 random)
    {
        for (int i = 0; i < count; i++)
        {
            int other = i + random.NextInt32(list.Count - i);
            (list[i], list[other]) = (list[other], list[i]);
        }
    }

    /// <summary>Checks a share that is held out, which has to leave something.</summary>
    public static void Validate(OptionCheck check, double share, string option) =>
        check.Require(share is > 0 and < 1, share, "above 0 and below 1", option);

    /// <summary>Checks a share to validate on beside one to test on.</summary>
    public static void ValidateBeside(OptionCheck check, double test, double share, string option) =>
        check.Require(share >= 0 && test + share < 1, share, "0 or more, and leave something to train on", option);
}
