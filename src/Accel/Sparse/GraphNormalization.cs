namespace HybridRec.MLNet.Accel;

/// <summary>
/// The constant c_vu of the propagation rule h_v = sum over neighbors u of h_u / c_vu (eq. 1 of the paper),
/// with d_v the number of distinct neighbors of node v.
/// </summary>
public enum GraphNormalization
{
    /// <summary>c_vu = sqrt(d_v d_u), LightGCN's choice: the matrix is symmetric, so it is its own transpose.</summary>
    Symmetric,

    /// <summary>c_vu = d_v: every node takes the mean of its neighbors.</summary>
    Row,

    /// <summary>c_vu = 1: the plain sum of the neighbors.</summary>
    None,
}
