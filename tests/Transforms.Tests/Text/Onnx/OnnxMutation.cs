using CsCheck;

namespace HybridRec.MLNet.Tests.Text;

/// <summary>What happens to the bytes of a file: some are replaced, a piece is cut out or doubled, the end is lost.</summary>
internal sealed record OnnxMutation((int At, byte Value)[] Edits, int Kind, int At, int Length)
{
    public static readonly Gen<OnnxMutation> Gen = CsCheck.Gen.Select(
        CsCheck.Gen.Select(CsCheck.Gen.Int[0, int.MaxValue - 1], CsCheck.Gen.Byte).Array[0, 8], CsCheck.Gen.Int[0, 4],
        CsCheck.Gen.Int[0, int.MaxValue - 1], CsCheck.Gen.Int[0, 64],
        (edits, kind, at, length) => new OnnxMutation(edits, kind, at, length));

    public byte[] Apply(byte[] original)
    {
        byte[] bytes = [.. original];
        foreach (var (at, value) in Edits)
            bytes[at % bytes.Length] = value;
        int start = At % bytes.Length, end = Math.Min(bytes.Length, start + Length);
        return Kind switch
        {
            0 => bytes[..start],
            1 => [.. bytes[..start], .. bytes[end..]],
            2 => [.. bytes[..end], .. bytes[start..]],
            _ => bytes,
        };
    }
}
