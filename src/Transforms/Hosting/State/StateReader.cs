using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace HybridRec.MLNet.Hosting;

/// <summary>Makes a transformer from its saved state.</summary>
/// <param name="env">The environment to register with.</param>
/// <param name="version">Version of the state, at most the registered one.</param>
/// <param name="reader">What <see cref="RowTransformer.WriteState"/> wrote; must be read to its end.</param>
/// <param name="children">The sub-models, in the order they were saved.</param>
/// <returns>The transformer.</returns>
internal delegate ITransformer StateReader(IHostEnvironment env, int version, BinaryReader reader, IReadOnlyList<ITransformer> children);
