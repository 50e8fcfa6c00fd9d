using System.Globalization;
using System.Text;
using HybridRec.MLNet.Text;

namespace HybridRec.MLNet.Tests.Text;

public sealed class AccentFoldingTests
{
    [Theory]
    [InlineData("Amélie", "Amelie")]
    [InlineData("Ame\u0301lie", "Amelie")]
    [InlineData("Ångström, naïve ÇA", "Angstrom, naive CA")]
    [InlineData("\u212B", "A")]
    [InlineData("й", "и")]
    [InlineData("한", "\u1112\u1161\u11AB")]
    [InlineData("Łódź", "Łodz")]
    [InlineData("\ud83d\ude00 ok", "\ud83d\ude00 ok")]
    [InlineData("", "")]
    public void Fold_Known_GivesBaseLetters(string text, string expected) => Assert.Equal(expected, AccentFolding.Fold(text));

    [Fact]
    public void Fold_LoneSurrogate_BecomesTheReplacementCharacter() =>
        Assert.Equal("lone \ufffd end", AccentFolding.Fold("lone " + (char)0xD83D + " end")); // string.Normalize would throw

    [Fact]
    public void Fold_EveryCharacter_EqualsRuntimeDecompositionWithoutMarks()
    {
        // The whole point of the table is to be right without ICU; where ICU is present it must agree with it.
        if ("é".Normalize(NormalizationForm.FormD).Length == 1)
            Assert.Skip("This process runs with InvariantGlobalization: the runtime has nothing to compare with.");
        var wrong = new List<string>();
        for (int code = 0; code <= 0x10FFFF; code++)
        {
            if (!Rune.IsValid(code) || (code & 0xFFFE) == 0xFFFE || code is >= 0xFDD0 and <= 0xFDEF)
                continue; // surrogates and noncharacters, which string.Normalize refuses
            string text = new Rune(code).ToString();
            if (Rune.GetUnicodeCategory(new Rune(code)) == UnicodeCategory.OtherNotAssigned)
                continue; // ICU may know newer characters
            string expected = string.Concat(text.Normalize(NormalizationForm.FormD).EnumerateRunes()
                .Where(r => Rune.GetUnicodeCategory(r) != UnicodeCategory.NonSpacingMark).Select(r => r.ToString()));
            if (AccentFolding.Fold(text) != expected)
                wrong.Add(code.ToString("X4", CultureInfo.InvariantCulture));
        }
        Assert.Empty(wrong);
    }
}
