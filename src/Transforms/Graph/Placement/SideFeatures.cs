namespace HybridRec.MLNet.Graph;

/// <summary>Features of the nodes of both sides.</summary>
/// <param name="Users">Those of users; null for none.</param>
/// <param name="Items">Those of items; null for none.</param>
internal sealed record SideFeatures(NodeFeatureTable? Users, NodeFeatureTable? Items);
