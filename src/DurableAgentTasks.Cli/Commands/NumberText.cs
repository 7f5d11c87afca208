using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;

namespace DurableAgentTasks.Cli.Commands;

/// <summary>Whole numbers with their limits: the framework's own message names a type of .NET.</summary>
internal static class NumberText
{
    /// <param name="option">Its name, for the message.</param>
    /// <param name="min">The smallest.</param>
    /// <param name="max">The greatest; the type's own greatest is no limit.</param>
    public static Func<ArgumentResult, T?> Parser<T>(string option, T min, T max)
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T> => argument =>
    {
        var text = argument.Tokens.Single().Value;
        if (T.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max) return number;
        var range = max == T.MaxValue ? $", {min} or above" : $" from {min} to {max}";
        argument.AddError($"{option} \"{text}\" is no such number: write a whole number{range}.");
        return null;
    };
}
