using System.Globalization;
using BenchmarkDotNet.Running;
using DurableAgentTasks.Benchmarks.Agents;
using DurableAgentTasks.Benchmarks.Engine;
using DurableAgentTasks.Benchmarks.Output;
using DurableAgentTasks.Benchmarks.Workspaces;

// dotnet run -c Release --project tests/Benchmarks -- [engine | instances | output | ingest [GB] [rounds] | stages [GB] | sessions | tasks |
//                                                         latency | pause | snapshots | micro [BenchmarkDotNet's options]]
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
    case "ingest":
        await IngestScenario.RunAsync(gigabytes: Argument(1, 10), rounds: (int)Argument(2, 1));
        break;
    case "stages":
        await IngestStages.RunAsync(gigabytes: Argument(1, 1));
        break;
    case "sessions":
        await SessionScenario.RunAsync();
        break;
    case "tasks":
        await TasksScenario.RunAsync();
        break;
    case "latency":
        await FirstEventScenario.RunAsync();
        await EventLatencyScenario.RunAsync();
        break;
    case "pause":
        await PauseScenario.RunAsync();
        break;
    case "micro":
        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args[1..]);
        break;
    default:
        Console.Error.WriteLine("Say engine, instances, output, ingest, stages, sessions, tasks, latency, pause, snapshots or micro.");
        return 2;
}

return 0;

double Argument(int at, double otherwise) => args.Length > at ? double.Parse(args[at], CultureInfo.InvariantCulture) : otherwise;
