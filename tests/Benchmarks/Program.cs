using BenchmarkDotNet.Running;
using DurableAgentTasks.Benchmarks.Engine;
using DurableAgentTasks.Benchmarks.Output;
using DurableAgentTasks.Benchmarks.Workspaces;

// dotnet run -c Release --project tests/Benchmarks -- [engine | instances | output | snapshots | micro [BenchmarkDotNet's options]]
switch (args.FirstOrDefault())
{
    case "engine" or null:
        await EngineScenarios.RunAsync();
        break;
    case "instances":
        await InstanceScenario.RunAsync();
        break;
    case "snapshots":
        await SnapshotScenario.RunAsync();
        break;
    case RecoveryScenario.Child:
        await RecoveryScenario.RunChildAsync(args[1], args[2]);
        break;
    case "output":
        await OutputScenario.RunAsync();
        break;
    case KilledSupervisor.Child:
        await KilledSupervisor.RunChildAsync(args[1], args[2], args[3]);
        break;
    case "micro":
        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args[1..]);
        break;
    default:
        Console.Error.WriteLine("Say engine, instances, output, snapshots or micro.");
        return 2;
}

return 0;
