using DurableAgentTasks.Benchmarks.Engine;

namespace DurableAgentTasks.Benchmarks.Output;

/// <summary>
/// How a command's output reaches its supervisor: through a file that is followed, or through a pipe. Each round takes every route once,
/// beside <c>cat FILE | tee OUT > /dev/null</c>, so that what else the machine does strikes all alike.
/// </summary>
internal static class OutputScenario
{
    private const int Rounds = 7;
    private const long Bytes = 1L << 30;

    public static async Task RunAsync()
    {
        using var folder = new TemporaryFolder();
        var input = Path.Combine(folder.Path, "input");
        StreamJson.Write(input, Bytes);
        Console.WriteLine($"{Environment.ProcessorCount} cores, {Environment.OSVersion}, .NET {Environment.Version}; {Bytes >> 20} MiB of stream-json written by cat, {Rounds} rounds, medians");
        Console.WriteLine();
        await MeasureAsync(input, folder.Path);
        Console.WriteLine();
        await KilledSupervisor.RunAsync(folder.Path);
        Console.WriteLine();
        await WatchScenario.RunAsync(Directory.CreateDirectory(Path.Combine(folder.Path, "watch")).FullName);
    }

    private static async Task MeasureAsync(string input, string folder)
    {
        (string Name, Func<string, string, Task> Route)[] routes =
        [
            ("cat | tee OUT > /dev/null", OutputRoutes.TeeAsync),
            ("file, followed by OutputTail", OutputRoutes.FileAsync),
            ("pipe, drained and dropped", OutputRoutes.PipeAsync),
            ("pipe, drained into a file", OutputRoutes.PipeToFileAsync),
        ];
        var costs = routes.Select(_ => new List<Cost>()).ToArray();
        for (var round = -1; round < Rounds; round++)
        {
            for (var i = 0; i < routes.Length; i++)
            {
                using var place = new TemporaryFolder();
                var cost = await Cost.OfAsync(() => routes[i].Route(input, place.Path));
                if (round >= 0) costs[i].Add(cost);
            }
        }

        Console.WriteLine($"{"",-32} {"MB/s",10} {"of tee",8} {"CPU s/GB",10} {"of tee",8} {"supervisor's s/GB",19}");
        for (var i = 0; i < routes.Length; i++)
        {
            var beside = costs[i].Zip(costs[0]).ToList();
            Console.WriteLine(
                $"{routes[i].Name,-32} {Median(costs[i], cost => Bytes / 1e6 / cost.Wall.TotalSeconds),10:N0}"
                + $" {Median(beside, pair => pair.Second.Wall / pair.First.Wall),7:F2}x"
                + $" {Median(costs[i], cost => cost.Cpu.TotalSeconds / (Bytes / 1e9)),10:F3}"
                + $" {Median(beside, pair => pair.First.Cpu / pair.Second.Cpu),7:F2}x"
                + $" {Median(costs[i], cost => cost.OwnCpu.TotalSeconds / (Bytes / 1e9)),19:F3}");
        }
    }

    private static double Median<T>(IEnumerable<T> values, Func<T, double> of) => Measure.Median([.. values.Select(of).Order()]);
}
