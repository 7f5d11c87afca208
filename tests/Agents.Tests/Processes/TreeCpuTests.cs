using DurableAgentTasks.Agents.Processes;

namespace DurableAgentTasks.Agents.Tests.Processes;

/// <summary>Pid 1 is the wrapper, and processes are written as pid, parent, own seconds, seconds of the children it waited for.</summary>
public sealed class TreeCpuTests
{
    [Fact]
    public void The_wrappers_own_time_does_not_count() => Check(3, [(1, 0, 5, 0), (2, 1, 3, 0)]);

    [Fact]
    public void A_child_that_was_waited_for_counts_once() =>
        Check(7, [(1, 0, 0, 0), (2, 1, 1, 0), (3, 2, 5, 0)], [(1, 0, 0, 0), (2, 1, 1, 6)]);

    [Fact]
    public void A_child_that_nobody_waited_for_stays() =>
        Check(6, [(1, 0, 0, 0), (2, 1, 1, 0), (3, 2, 5, 0)], [(1, 0, 0, 0), (2, 1, 1, 0)]);

    [Fact]
    public void An_orphan_that_is_gone_stays() =>
        Check(9, [(1, 0, 0, 0), (2, 1, 1, 0), (3, 0, 5, 3)], [(1, 0, 0, 0), (2, 1, 1, 0)], [(1, 0, 0, 0), (2, 1, 1, 0)]);

    [Fact]
    public void A_whole_branch_that_was_waited_for_counts_once() =>
        Check(9, [(1, 0, 0, 0), (2, 1, 1, 0), (3, 2, 2, 0), (4, 3, 4, 2)], [(1, 0, 0, 0), (2, 1, 1, 8)]);

    [Fact]
    public void What_was_waited_for_before_does_not_pay_for_one_that_was_not() =>
        Check(16, [(1, 0, 0, 0), (2, 1, 1, 10), (3, 2, 5, 0)], [(1, 0, 0, 0), (2, 1, 1, 10)]);

    [Fact]
    public void The_command_that_its_wrapper_waited_for_counts_once() =>
        Check(5, [(1, 0, 0, 0), (2, 1, 4, 0)], [(1, 0, 0, 5)], []);

    [Fact]
    public void A_pid_that_is_used_again_is_another_process() =>
        Check(6, [(1, 0, 0, 0), (2, 0, 4, 0)], [(1, 0, 0, 0), (2, 1000, 2, 0)]);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void It_never_goes_down_and_never_exceeds_what_was_used(int seed)
    {
        var random = new Random(seed);
        var tree = new SimulatedTree(random);
        var cpu = new TreeCpu();
        var last = TimeSpan.Zero;
        for (var sample = 0; sample < 500; sample++)
        {
            for (var steps = random.Next(8); steps > 0; steps--) tree.Step();
            var now = cpu.Add(tree.Living, process => process.Id.Pid == 1);
            Assert.InRange(now, last, tree.Used);
            last = now;
        }

        // What nobody waited for and no sample saw is lost; that is little.
        Assert.InRange(last, tree.Used * 0.8, tree.Used);
    }

    private static void Check(int seconds, params (int Pid, int Parent, int Own, int Reaped)[][] samples)
    {
        var cpu = new TreeCpu();
        var total = TimeSpan.Zero;
        foreach (var sample in samples)
            total = cpu.Add(sample.Select(p => Entry(p.Pid, p.Parent, p.Parent, TimeSpan.FromSeconds(p.Own), TimeSpan.FromSeconds(p.Reaped))), process => process.Id.Pid == 1);

        Assert.Equal(TimeSpan.FromSeconds(seconds), total);
    }

    private static ProcessEntry Entry(int pid, int parent, long startTime, TimeSpan own, TimeSpan reaped) =>
        new(new ProcessIdentity(pid, startTime), parent, pid, "p", Tag: null) { Use = new ProcessUse(own, reaped, 0) };

    /// <summary>As the kernel does it: a parent that waits gets the time of the child and of those the child waited for.</summary>
    private sealed class SimulatedTree(Random random)
    {
        private readonly Dictionary<int, (int Parent, TimeSpan Own, TimeSpan Reaped)> _processes = new() { [1] = (0, default, default), [2] = (1, default, default) };
        private int _lastPid = 2;

        public TimeSpan Used { get; private set; }

        public IEnumerable<ProcessEntry> Living => _processes.Select(p => Entry(p.Key, p.Value.Parent, p.Key, p.Value.Own, p.Value.Reaped));

        public void Step()
        {
            var pids = _processes.Keys.Where(pid => pid != 1).ToList();
            if (pids.Count == 0) pids.Add(1);
            var pid = pids[random.Next(pids.Count)];
            var process = _processes[pid];
            switch (random.Next(5))
            {
                case 0:
                    _processes[++_lastPid] = (pid, default, default);
                    break;
                case 1 when pid > 2:
                    End(pid, process, waitedFor: random.Next(4) > 0);
                    break;
                case > 1 when pid > 1:
                    var time = TimeSpan.FromMilliseconds(10 * random.Next(20));
                    Used += time;
                    _processes[pid] = process with { Own = process.Own + time };
                    break;
            }
        }

        private void End(int pid, (int Parent, TimeSpan Own, TimeSpan Reaped) process, bool waitedFor)
        {
            _processes.Remove(pid);
            foreach (var child in _processes.Where(p => p.Value.Parent == pid).ToList()) _processes[child.Key] = child.Value with { Parent = 0 };
            if (waitedFor && _processes.TryGetValue(process.Parent, out var parent))
                _processes[process.Parent] = parent with { Reaped = parent.Reaped + process.Own + process.Reaped };
        }
    }
}
