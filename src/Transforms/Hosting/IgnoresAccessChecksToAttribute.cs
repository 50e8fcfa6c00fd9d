namespace System.Runtime.CompilerServices;

/// <summary>
/// Known to the runtime by name: lets this assembly call internal members of another. Used for the persistence seam only.
/// </summary>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
internal sealed class IgnoresAccessChecksToAttribute(string assemblyName) : Attribute
{
    public string AssemblyName => assemblyName;
}
