namespace HybridRec.MLNet.Training;

/// <summary>Marks an option that does not change what comes of a fit: threads, files, progress, names of output columns.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class NotInFingerprintAttribute : Attribute;
