using System.Buffers.Binary;
using System.Text;

namespace HybridRec.MLNet.Text;

/// <summary>
/// SentencePiece's compiled character map (nmt_nfkc and the like): a double-array trie over UTF-8 and a pool of replacements. The longest
/// matching prefix is replaced, what matches nothing is copied. Needs no Unicode tables of the runtime.
/// </summary>
internal sealed class PrecompiledNormalizer : INormalizer
{
    private readonly uint[] _trie;
    private readonly byte[] _pool;

    /// <param name="map">Little-endian: size of the trie in bytes, the trie, then zero-terminated UTF-8 replacements.</param>
    public PrecompiledNormalizer(ReadOnlySpan<byte> map)
    {
        uint size = map.Length < 4 ? uint.MaxValue : BinaryPrimitives.ReadUInt32LittleEndian(map);
        if (size > map.Length - 4 || size % 4 != 0 || size == 0)
            throw new InvalidDataException(
                $"precompiled_charsmap is damaged: its trie claims {size} bytes of {map.Length}. Fetch the tokenizer file again.");
        _trie = new uint[size / 4];
        for (int i = 0; i < _trie.Length; i++)
            _trie[i] = BinaryPrimitives.ReadUInt32LittleEndian(map.Slice(4 + i * 4, 4));
        _pool = map[(4 + (int)size)..].ToArray();
    }

    public string Normalize(string text)
    {
        byte[] source = Encoding.UTF8.GetBytes(text);
        var result = new List<byte>(source.Length + 16);
        int at = 0;
        while (at < source.Length)
        {
            (int length, int offset) = LongestPrefix(source.AsSpan(at));
            if (length > 0)
            {
                for (int i = offset; i < _pool.Length && _pool[i] != 0; i++)
                    result.Add(_pool[i]);
                at += length;
                continue;
            }
            int next = at + 1;
            while (next < source.Length && (source[next] & 0xC0) == 0x80)
                next++;
            for (; at < next; at++)
                result.Add(source[at]);
        }
        return Encoding.UTF8.GetString(result.ToArray());
    }

    /// <summary>Darts-clone's commonPrefixSearch: a unit holds label, offset and leaf bits.</summary>
    private (int Length, int Offset) LongestPrefix(ReadOnlySpan<byte> key)
    {
        (int Length, int Offset) best = (0, 0);
        uint position = 0;
        uint unit = _trie[0];
        position ^= Offset(unit);
        for (int i = 0; i < key.Length; i++)
        {
            position ^= key[i];
            if (position >= _trie.Length)
                break;
            unit = _trie[position];
            if ((unit & (1u << 31 | 0xFF)) != key[i])
                break;
            position ^= Offset(unit);
            if ((unit >> 8 & 1) == 1 && position < _trie.Length)
                best = (i + 1, (int)(_trie[position] & int.MaxValue));
        }
        return best;
    }

    private static uint Offset(uint unit) => unit >> 10 << (int)((unit & (1u << 9)) >> 6);
}
