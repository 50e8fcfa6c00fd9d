namespace HybridRec.MLNet.Accel;

/// <summary>
/// The generator of backends that sample, small enough for hardware: xorshift with the shifts 13, 17, 5 (Marsaglia 2003), begun at
/// <c>fmix32(seed XOR node * 0x9E3779B9)</c> (the finalizer of MurmurHash3), or at 0x9E3779B9 where that is 0. A request has a stream of
/// its own, so the order of requests does not matter. A mutable struct: pass it by reference.
/// </summary>
internal struct XorShift32
{
    private const uint Golden = 0x9E3779B9;

    private uint _state;

    /// <summary>The stream of a node.</summary>
    public XorShift32(uint seed, int node)
    {
        uint mixed = Mix(seed ^ ((uint)node * Golden));
        _state = mixed == 0 ? Golden : mixed;
    }

    /// <summary>32 random bits, never all 0.</summary>
    public uint NextBits()
    {
        _state ^= _state << 13;
        _state ^= _state >> 17;
        _state ^= _state << 5;
        return _state;
    }

    /// <summary>
    /// A number below a bound by multiply and shift (Lemire 2019), without rejection: no number is more likely than
    /// another by more than bound / 2^32.
    /// </summary>
    public uint Next(uint bound) => (uint)(((ulong)NextBits() * bound) >> 32);

    private static uint Mix(uint h)
    {
        h ^= h >> 16;
        h *= 0x85EBCA6B;
        h ^= h >> 13;
        h *= 0xC2B2AE35;
        return h ^ (h >> 16);
    }
}
