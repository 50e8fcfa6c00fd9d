using HybridRec.MLNet.Accel;

namespace HybridRec.MLNet.Conformance;

/// <summary>A row of the conformance table of backends: a matrix and a table to aggregate.</summary>
/// <param name="Adjacency">With the scales of the table folded in.</param>
/// <param name="Table">What is gathered.</param>
public sealed record BackendCase(Int16Adjacency Adjacency, Int8Table Table);
