using System.CommandLine;
using HybridRec.MLNet.Experiments;

var root = new RootCommand("Measurements of HybridRec.MLNet: quality against published records, speed against the machine's own limits.")
{
    PropagateCommand.Create(),
    QualityCommand.Create(),
};
return root.Parse(args).Invoke();
