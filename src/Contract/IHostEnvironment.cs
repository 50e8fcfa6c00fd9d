namespace Microsoft.ML.Runtime;

public interface IHostEnvironment;
