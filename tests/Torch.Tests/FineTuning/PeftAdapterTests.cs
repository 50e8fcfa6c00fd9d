using System.Text;
using System.Text.Json;
using CsCheck;
using HybridRec.MLNet.Files;
using HybridRec.MLNet.Torch;
using Microsoft.ML;

namespace HybridRec.MLNet.Tests.Torch;

public sealed class PeftAdapterTests
{
    // As PEFT 0.15 writes it.
    private const string Written =
        """
        {"alpha_pattern":{},"auto_mapping":null,"base_model_name_or_path":"x","bias":"none","corda_config":null,"eva_config":null,"exclude_modules":null,"fan_in_fan_out":false,"inference_mode":true,
         "init_lora_weights":true,"layer_replication":null,"layers_pattern":null,"layers_to_transform":null,"loftq_config":{},"lora_alpha":16,"lora_bias":false,"lora_dropout":0.1,"megatron_config":null,
         "megatron_core":"megatron.core","modules_to_save":null,"peft_type":"LORA","r":8,"rank_pattern":{},"revision":null,"target_modules":["query","value"],"task_type":"FEATURE_EXTRACTION",
         "trainable_token_indices":null,"use_dora":false,"use_rslora":true}
        """;

    private static readonly string[] s_tokens =
    [
        "", "{", "}", "null", "true", "-1", "1e999", "\"\\ud800\"", "[[[[", "\"r\":", ",", "99999999999"
    ];

    [Fact]
    public void Write_TunedAdapter_IsReadBackAndMergedToTheTunedEncoder()
    {
        using var folder = TinyBert.Folder();
        using var target = new TemporaryFolder();
        using var encoder = TorchEncoder.FromFolder(folder.Path);
        var ml = new MLContext();
        using var model = LoraTuningTests.Fit(ml, encoder, new LoraTuning
        {
            Method = new LoraMethod { Rank = 4, RankStabilized = true, AdapterPath = target.File("a") },
            ValidationFraction = 0,
            Training = new() { Epochs = 1, BatchSize = 8, LearningRate = 0.01 }
        });
        using TorchEncoder tuned = TorchEncoder.Of(model), merged = encoder.WithAdapter(target.File("a"));
        Assert.Equal(Vectors.Encode(tuned, "a b c", "z"), Vectors.Encode(merged, "a b c", "z"));
        Assert.NotEqual(Vectors.Encode(encoder, "a b c", "z"), Vectors.Encode(merged, "a b c", "z"));
        using (var file = SafeTensorsFile.Open(target.File("a/adapter_model.safetensors")))
        {
            Assert.Equal([4, 12], file.Shape("base_model.model.encoder.layer.1.attention.self.value.lora_A.weight"));
            Assert.Equal([12, 4], file.Shape("base_model.model.encoder.layer.0.attention.self.query.lora_B.weight"));
            Assert.Equal(8, file.Tensors.Count);
        }
        using var config = JsonDocument.Parse(File.ReadAllBytes(target.File("a/adapter_config.json")));
        Assert.Equal(
            "query,value", string.Join(',', config.RootElement.GetProperty("target_modules").EnumerateArray().Select(m => m.GetString())));
        Assert.True(config.RootElement.GetProperty("use_rslora").GetBoolean());

        // One that begins from it and learns nothing is it.
        using var more = LoraTuningTests.Fit(ml, encoder, new LoraTuning
        {
            Method = new LoraMethod { InitialAdapterPath = target.File("a"), AdapterPath = target.File("b") },
            Training = new() { Epochs = 1, LearningRate = 1e-30, BatchSize = 8 },
            Optimizer = new() { WeightDecay = 0 }
        });
        using TorchEncoder continued = TorchEncoder.Of(more), again = encoder.WithAdapter(target.File("b"));
        for (int i = 0; i < 2; i++)
        {
            Vectors.Close(Vectors.Encode(tuned, "a b c", "z")[i], Vectors.Encode(continued, "a b c", "z")[i]);
            Vectors.Close(Vectors.Encode(tuned, "a b c", "z")[i], Vectors.Encode(again, "a b c", "z")[i]);
        }
    }

    [Fact]
    public void Write_ModulesToSave_AreInTheAdapterAndComeBackWithIt()
    {
        using var folder = TinyBert.Folder();
        using var target = new TemporaryFolder();
        using var encoder = TorchEncoder.FromFolder(folder.Path);
        var ml = new MLContext();
        var options = new LoraTuning
        {
            Method = new LoraMethod
            {
                Rank = 4,
                ModulesToSave = ["word_embeddings", "embeddings.LayerNorm"],
                AdapterPath = target.File("a")
            },
            ValidationFraction = 0,
            Training = new() { Epochs = 1, BatchSize = 8, LearningRate = 0.01 }
        };
        using var model = LoraTuningTests.Fit(ml, encoder, options);
        using TorchEncoder tuned = TorchEncoder.Of(model), merged = encoder.WithAdapter(target.File("a"));
        Assert.Equal(Vectors.Encode(tuned, "a b c", "z"), Vectors.Encode(merged, "a b c", "z"));
        using (var file = SafeTensorsFile.Open(target.File("a/adapter_model.safetensors")))
        {
            Assert.Equal(TinyBert.Hidden, file.Shape("base_model.model.embeddings.word_embeddings.weight")[1]);
            Assert.Equal(8 + 3, file.Tensors.Count); // A and B of query and value in two layers, the table, weight and bias of the norm
        }
        using (var config = JsonDocument.Parse(File.ReadAllBytes(target.File("a/adapter_config.json"))))
            Assert.Equal(
                "word_embeddings,embeddings.LayerNorm",
                string.Join(',', config.RootElement.GetProperty("modules_to_save").EnumerateArray().Select(m => m.GetString())));

        // The table is no longer the model's, and one that begins from it and learns nothing is it.
        float[] before = TensorTransfer.ToArray(encoder.Encoder.Model.Model.Weights["embeddings.word_embeddings.weight"]),
            after = TensorTransfer.ToArray(tuned.Encoder.Model.Model.Weights["embeddings.word_embeddings.weight"]);
        Assert.Contains(before.Zip(after), p => Math.Abs(p.First - p.Second) > 1e-3);
        using var more = LoraTuningTests.Fit(ml, encoder, new LoraTuning
        {
            Method = new LoraMethod { InitialAdapterPath = target.File("a"), AdapterPath = target.File("b") },
            Training = new() { Epochs = 1, LearningRate = 1e-30, BatchSize = 8 },
            Optimizer = new() { WeightDecay = 0 }
        });
        using TorchEncoder again = encoder.WithAdapter(target.File("b"));
        Vectors.Close(Vectors.Encode(tuned, "a b c")[0], Vectors.Encode(again, "a b c")[0]);
    }

    [Theory]
    [InlineData("[\"classifier\"]", "'classifier'")]
    [InlineData("[\"word_embeddings\"]", "base_model.model.embeddings.word_embeddings.weight")]
    public void Read_ModulesToSaveThatAreNotThere_AreNamed(string modules, string expected)
    {
        using var folder = TinyBert.Folder();
        using var adapter = new TemporaryFolder().With(
            "adapter_config.json", Written.Replace("\"modules_to_save\":null", "\"modules_to_save\":" + modules, StringComparison.Ordinal));
        using var encoder = TorchEncoder.FromFolder(folder.Path);
        SafeTensorsWriter.Write(adapter.File("adapter_model.safetensors"), [
            TensorData.Of("base_model.model.encoder.layer.0.attention.self.query.lora_A.weight", [8, 12], new float[96]),
            TensorData.Of("base_model.model.encoder.layer.0.attention.self.query.lora_B.weight", [12, 8], new float[96])]);
        var error = Assert.ThrowsAny<SystemException>(() => encoder.WithAdapter(adapter.Path));
        Assert.True(error is InvalidDataException or NotSupportedException, error.ToString());
        Assert.Contains("modules_to_save", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("encoder.layer.0.attention.self.query", "lora_A.weight", "lora_B.weight")]
    [InlineData("embeddings.LayerNorm", "weight", "bias")]
    public void Read_TensorThatIsThereTwice_IsNamed(string module, string first, string second)
    {
        using var folder = TinyBert.Folder();
        using var adapter = new TemporaryFolder().With("adapter_config.json", Written.Replace(
            "\"modules_to_save\":null", "\"modules_to_save\":[\"embeddings.LayerNorm\"]",
            StringComparison.Ordinal).Replace("\"r\":8", "\"r\":1", StringComparison.Ordinal));
        using var encoder = TorchEncoder.FromFolder(folder.Path);
        long[] a = first == "weight" ? [12] : [1, 12], b = first == "weight" ? [12] : [12, 1];
        SafeTensorsWriter.Write(adapter.File("adapter_model.safetensors"), ((string[])["", "bert."]).SelectMany(prefix => (TensorData[])
            [
                TensorData.Of($"base_model.model.{prefix}{module}.{first}", a, new float[12]),
                TensorData.Of($"base_model.model.{prefix}{module}.{second}", b, new float[12])]));
        Assert.Contains(
            "twice", Assert.Throws<InvalidDataException>(() => encoder.WithAdapter(adapter.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_NamesOfAModelWithAHead_AreFound()
    {
        using var folder = StoriesModel.Folder();
        using var adapter = new TemporaryFolder().With(
            "adapter_config.json", Written.Replace("\"r\":8", "\"r\":1", StringComparison.Ordinal));
        using var encoder = TorchEncoder.FromFolder(folder.Path, new EncoderOptions { Pooling = PoolingMode.LastToken });
        SafeTensorsWriter.Write(adapter.File("adapter_model.safetensors"), [
            TensorData.Of("base_model.model.model.layers.2.self_attn.k_proj.lora_A.weight", [1, 64], [.. Enumerable.Repeat(0.1f, 64)]),
            TensorData.Of("base_model.model.model.layers.2.self_attn.k_proj.lora_B.weight", [32, 1], [.. Enumerable.Repeat(0.1f, 32)])]);
        using var merged = encoder.WithAdapter(adapter.Path);
        Assert.NotEqual(Vectors.Encode(encoder, "The dog ran."), Vectors.Encode(merged, "The dog ran."));
    }

    [Fact]
    public void Parse_ConfigurationOfPeft_IsRead()
    {
        var config = PeftConfig.Parse(Encoding.UTF8.GetBytes(Written), "f");
        Assert.Equal((8, 16.0, 0.1, true), (config.Rank, config.Alpha, config.Dropout, config.RankStabilized));
        Assert.Equal(16 / Math.Sqrt(8), config.Scale);
    }

    [Theory]
    [InlineData("\"use_dora\":false", "\"use_dora\":true", "use_dora")]
    [InlineData("\"peft_type\":\"LORA\"", "\"peft_type\":\"ADALORA\"", "ADALORA")]
    [InlineData("\"bias\":\"none\"", "\"bias\":\"lora_only\"", "bias = lora_only")]
    [InlineData("\"fan_in_fan_out\":false", "\"fan_in_fan_out\":true", "fan_in_fan_out")]
    [InlineData("\"rank_pattern\":{}", "\"rank_pattern\":{\"query\":4}", "rank_pattern")]
    [InlineData("\"init_lora_weights\":true", "\"init_lora_weights\":\"pissa\"", "pissa")]
    [InlineData("\"lora_bias\":false", "\"lora_bias\":true", "lora_bias")]
    [InlineData("\"revision\":null", "\"some_new_variant\":{\"on\":1}", "some_new_variant")]
    public void Parse_Variant_IsRefusedByName(string from, string to, string expected)
    {
        Assert.Contains(from, Written, StringComparison.Ordinal);
        Assert.Contains(expected, Assert.Throws<NotSupportedException>(() =>
            PeftConfig.Parse(Encoding.UTF8.GetBytes(Written.Replace(from, to, StringComparison.Ordinal)), "f")).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("base_model.model.encoder.layer.0.attention.self.query.lora_A.weight", "lora_B")]
    [InlineData("base_model.model.encoder.layer.7.attention.self.query.lora_A.weight", "encoder.layer.7")]
    [InlineData("base_model.model.encoder.layer.0.attention.self.query.lora_magnitude_vector", "lora_magnitude_vector")]
    [InlineData("base_model.model.encoder.layer.0.attention.self.query.lora_B.weight", "lora_B")]
    public void Read_TensorsThatDoNotFit_AreNamed(string tensor, string expected)
    {
        using var folder = TinyBert.Folder();
        using var adapter = new TemporaryFolder().With("adapter_config.json", Written);
        using var encoder = TorchEncoder.FromFolder(folder.Path);
        SafeTensorsWriter.Write(adapter.File("adapter_model.safetensors"), [TensorData.Of(tensor, [8, 12], new float[96])]);
        var error = Assert.ThrowsAny<SystemException>(() => encoder.WithAdapter(adapter.Path));
        Assert.True(error is InvalidDataException or NotSupportedException, error.ToString());
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_MutatedConfigurations_AreReadOrRefused()
    {
        byte[] good = Encoding.UTF8.GetBytes(Written);
        Gen.Select(Gen.Int[0, good.Length - 1], Gen.Int[0, 40], Gen.Int[0, s_tokens.Length - 1]).Array[1, 3].Sample(edits =>
        {
            byte[] bytes = good;
            foreach (var (at, length, token) in edits)
                bytes =
                [
                    .. bytes[..Math.Min(at, bytes.Length)], .. Encoding.UTF8.GetBytes(s_tokens[token]),
                    .. bytes[Math.Min(bytes.Length, at + length)..]
                ];
            try
            {
                var config = PeftConfig.Parse(bytes, "fuzzed");
                Assert.InRange(config.Rank, 1, 65_536);
                Assert.True(double.IsFinite(config.Scale));
            }
            catch (Exception e) when (e is InvalidDataException or NotSupportedException)
            {
                Assert.Contains("'fuzzed'", e.Message, StringComparison.Ordinal);
            }
        }, iter: 30_000);
    }
}
