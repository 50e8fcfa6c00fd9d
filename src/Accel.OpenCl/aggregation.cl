// Aggregation and sampling, one work item for each row or node. The numbers are those of the C# references: see Int8AggregationReference, BlockFloat and NeighborSamplingReference.

#define NARROW 508 // entries whose sums fit into 32 bits

// Sums of the columns [j, j + 64) or [j, j + 32) of a row, into 64 bits.
#define SUMS(NAME, PARTS)                                                                                                              \
    static void NAME(__global const int *columns, __global const short *weights, __global const char *x, int stride, int first,       \
                     int end, __global long *sums)                                                                                    \
    {                                                                                                                                  \
        long16 wide[PARTS];                                                                                                            \
        for (int p = 0; p < PARTS; p++)                                                                                                \
            wide[p] = (long16)(0);                                                                                                     \
        for (int from = first; from < end; from += NARROW)                                                                             \
        {                                                                                                                              \
            int to = min(end, from + NARROW);                                                                                          \
            int16 narrow[PARTS];                                                                                                       \
            for (int p = 0; p < PARTS; p++)                                                                                            \
                narrow[p] = (int16)(0);                                                                                                \
            for (int e = from; e < to; e++)                                                                                            \
            {                                                                                                                          \
                __global const char *row = x + (size_t)columns[e] * stride;                                                            \
                int w = weights[e];                                                                                                    \
                for (int p = 0; p < PARTS; p++)                                                                                        \
                    narrow[p] += convert_int16(vload16(p, row)) * w;                                                                   \
            }                                                                                                                          \
            for (int p = 0; p < PARTS; p++)                                                                                            \
                wide[p] += convert_long16(narrow[p]);                                                                                  \
        }                                                                                                                              \
        for (int p = 0; p < PARTS; p++)                                                                                                \
            vstore16(wide[p], p, sums);                                                                                                \
    }

SUMS(sums64, 4)
SUMS(sums32, 2)

static void sums_of_row(__global const int *columns, __global const short *weights, __global const char *x, int stride, int first, int end,
                        __global long *sums)
{
    int j = 0;
    for (; j + 64 <= stride; j += 64)
        sums64(columns, weights, x + j, stride, first, end, sums + j);
    for (; j < stride; j += 32)
        sums32(columns, weights, x + j, stride, first, end, sums + j);
}

// Rows [first_row, first_row + global size): numbers of 8 bits and the shift of each row.
__kernel void aggregate_int8(__global const int *offsets, __global const int *columns, __global const short *weights, __global const char *x,
                             __global char *y, __global uchar *shifts, __global long *scratch, int stride, int first_row)
{
    size_t item = get_global_id(0), row = item + first_row;
    __global long *sums = scratch + item * stride;
    sums_of_row(columns, weights, x, stride, offsets[row], offsets[row + 1], sums);
    long magnitudes = 0;
    for (int j = 0; j < stride; j++)
        magnitudes |= sums[j] ^ (sums[j] >> 63);
    int shift = max(0, 64 - (int)clz(magnitudes) - 7);
    long round_up = (1L << shift) >> 1;
    __global char *bytes = y + row * stride;
    for (int j = 0; j < stride; j++)
        bytes[j] = (char)clamp((sums[j] + round_up) >> shift, -128L, 127L);
    shifts[row] = (uchar)shift;
}

// The sums themselves, in 32 bits, rows of the given dimension.
__kernel void aggregate_raw(__global const int *offsets, __global const int *columns, __global const short *weights, __global const char *x,
                            __global int *y, __global long *scratch, int stride, int dimension, int first_row)
{
    size_t item = get_global_id(0), row = item + first_row;
    __global long *sums = scratch + item * stride;
    sums_of_row(columns, weights, x, stride, offsets[row], offsets[row + 1], sums);
    for (int j = 0; j < dimension; j++)
        y[row * dimension + j] = (int)clamp(sums[j], -2147483648L, 2147483647L);
}

// In Single: terms are added in the order of columns by fused multiply-adds, as on the CPU.
__kernel void aggregate_single(__global const int *offsets, __global const int *columns, __global const float *weights, __global const float *x,
                               __global float *y, int dimension, int first_row)
{
    size_t row = get_global_id(0) + first_row;
    int first = offsets[row], end = offsets[row + 1], j = 0;
    for (; j + 64 <= dimension; j += 64)
    {
        float16 a = (float16)(0), b = a, c = a, d = a;
        for (int e = first; e < end; e++)
        {
            __global const float *from = x + (size_t)columns[e] * dimension + j;
            float16 w = (float16)(weights[e]);
            a = fma(w, vload16(0, from), a);
            b = fma(w, vload16(1, from), b);
            c = fma(w, vload16(2, from), c);
            d = fma(w, vload16(3, from), d);
        }
        __global float *to = y + row * dimension + j;
        vstore16(a, 0, to);
        vstore16(b, 1, to);
        vstore16(c, 2, to);
        vstore16(d, 3, to);
    }
    for (; j + 16 <= dimension; j += 16)
    {
        float16 a = (float16)(0);
        for (int e = first; e < end; e++)
            a = fma((float16)(weights[e]), vload16(0, x + (size_t)columns[e] * dimension + j), a);
        vstore16(a, 0, y + row * dimension + j);
    }
    for (; j < dimension; j++)
    {
        float a = 0;
        for (int e = first; e < end; e++)
            a = fma(weights[e], x[(size_t)columns[e] * dimension + j], a);
        y[row * dimension + j] = a;
    }
}

static uint next_bits(uint *state)
{
    uint x = *state;
    x ^= x << 13;
    x ^= x >> 17;
    x ^= x << 5;
    return *state = x;
}

static uint next_below(uint *state, uint bound) { return mul_hi(next_bits(state), bound); }

static uint seeded(uint seed, uint node)
{
    uint h = seed ^ (node * 0x9E3779B9u);
    h = (h ^ (h >> 16)) * 0x85EBCA6Bu;
    h = (h ^ (h >> 13)) * 0xC2B2AE35u;
    h ^= h >> 16;
    return h == 0 ? 0x9E3779B9u : h;
}

// Neighbors of nodes; by importance where it is not 0, else thresholds and aliases are not read.
__kernel void sample_neighbors(__global const int *offsets, __global const int *columns, __global const uint *thresholds,
                                __global const int *aliases, __global const int *nodes, __global int *neighbors, __global int *counts,
                                int fanout, uint seed, int importance)
{
    size_t item = get_global_id(0);
    int node = nodes[item], first = offsets[node], degree = offsets[node + 1] - first;
    __global int *drawn = neighbors + item * fanout;
    int count = importance && degree > 0 ? fanout : min(degree, fanout);
    uint state = seeded(seed, (uint)node);
    for (int i = 0; i < count; i++)
    {
        if (importance)
        {
            int position = (int)next_below(&state, (uint)degree);
            drawn[i] = next_bits(&state) < thresholds[first + position] ? position : aliases[first + position];
            continue;
        }
        int last = degree - count + i, position = last;
        if (degree > count)
        {
            position = (int)next_below(&state, (uint)last + 1);
            for (int t = 0; t < i; t++)
            {
                if (drawn[t] == position)
                {
                    position = last;
                    break;
                }
            }
        }
        drawn[i] = position;
    }
    for (int i = 0; i < count; i++)
        drawn[i] = columns[first + drawn[i]];
    for (int i = count; i < fanout; i++)
        drawn[i] = -1;
    counts[item] = count;
}
