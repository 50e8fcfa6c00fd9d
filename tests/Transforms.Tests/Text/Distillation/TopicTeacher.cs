using Microsoft.Extensions.AI;

namespace HybridRec.MLNet.Tests.Text;

/// <summary>
/// A teacher whose words have hidden meanings z_w and hidden importances a_w: a text is sum of a_w z_w, a word alone is z_w with noise.
/// What a word alone looks like says nothing of its importance, so only texts can teach it.
/// </summary>
internal sealed class TopicTeacher : IEmbeddingGenerator<string, Embedding<float>>
{
    public const int Width = 24, Words = 120;

    private readonly Dictionary<string, (float[] Alone, float[] InText)> _words = [];

    public TopicTeacher(int seed)
    {
        var random = new Random(seed);
        float Normal() => (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        float[][] topics = [.. Enumerable.Range(0, 6).Select(_ => Enumerable.Range(0, Width).Select(_ => Normal()).ToArray())];
        for (int w = 0; w < Words; w++)
        {
            float importance = (w / 6) % 3 == 0 ? 3 : 0.1f; // of each topic's words a third
            float[] meaning = [.. topics[w % topics.Length].Select(v => v + (0.5f * Normal()))];
            _words[Word(w)] = ([.. meaning.Select(v => v + (0.8f * Normal()))], [.. meaning.Select(v => importance * v)]);
        }
    }

    public int Calls { get; private set; }

    public static string Vocabulary => string.Concat(((string[])[
        "[PAD]", "[UNK]", "[CLS]", "[SEP]"]).Concat(Enumerable.Range(0, Words).Select(Word)).Select(t => t + "\n"));

    public static string[] Texts(int seed, int count)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            int topic = random.Next(6);
            return string.Join(' ', Enumerable.Range(0, 4 + random.Next(8))
                .Select(_ => Word(random.Next(4) == 0 ? random.Next(Words) : (6 * random.Next(Words / 6)) + topic)));
        })];
    }

    public float[] Vector(string text)
    {
        string[] words = text.Split(' ');
        float[] sum = new float[Width];
        foreach (string word in words)
            if (_words.TryGetValue(word, out var vectors))
                for (int c = 0; c < Width; c++)
                    sum[c] += words.Length == 1 ? vectors.Alone[c] : vectors.InText[c];
        return sum;
    }

    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Calls++;
        return Task.FromResult(new GeneratedEmbeddings<Embedding<float>>(values.Select(t => new Embedding<float>(Vector(t)))));
    }

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceType == typeof(EmbeddingGeneratorMetadata) ? new EmbeddingGeneratorMetadata("topics", null, "topics", Width) : null;

    public void Dispose()
    {
    }

    private static string Word(int w) => "w" + new string([(char)('a' + (w / 26)), (char)('a' + (w % 26))]);
}
