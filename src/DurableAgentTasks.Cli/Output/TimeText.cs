namespace DurableAgentTasks.Cli.Output;

internal static class TimeText
{
    /// <summary>As short as it can be said: <c>45s</c>, <c>12m</c>, <c>3h20m</c>, <c>5d</c>.</summary>
    public static string Short(TimeSpan time) => time switch
    {
        { TotalSeconds: < 1 } => "0s",
        { TotalMinutes: < 1 } => $"{time.Seconds}s",
        { TotalHours: < 1 } => time.Seconds == 0 || time.Minutes >= 10 ? $"{time.Minutes}m" : $"{time.Minutes}m{time.Seconds}s",
        { TotalDays: < 1 } => time.Minutes == 0 ? $"{time.Hours}h" : $"{time.Hours}h{time.Minutes}m",
        _ => $"{(int)time.TotalDays}d",
    };
}
