namespace HybridRec.MLNet.ClosedForms;

/// <summary>A form with nothing open, and how good it is on held-back positives.</summary>
/// <param name="Form">The form.</param>
/// <param name="Ndcg">NDCG@20, ties against it.</param>
internal readonly record struct TriedForm(ClosedFormSettings Form, double Ndcg);
