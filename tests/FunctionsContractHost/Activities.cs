using System.Text.Json;
using DurableAgentTasks.Contracts.Durable;
using Microsoft.Azure.Functions.Worker;

namespace DurableAgentTasks.FunctionsContractHost;

/// <summary>The activities; those that the tests watch and hold run where the tests are.</summary>
public sealed class Activities(TestProcess tests)
{
    [Function("ContractEcho")]
    public static Task<string> Echo([ActivityTrigger] JsonElement input) => ContractActivities.EchoAsync(input.GetString()!);

    [Function("ContractTwice")]
    public static Task<int> Twice([ActivityTrigger] JsonElement input) => ContractActivities.TwiceAsync(input.GetInt32());

    [Function("ContractFail")]
    public static Task<string> Fail([ActivityTrigger] JsonElement input) => ContractActivities.FailAsync(input.GetString()!);

    [Function("ContractNote")]
    public Task<string> Note([ActivityTrigger] JsonElement input) => tests.SendAsync("note", input.GetString()!);

    [Function("ContractHold")]
    public Task<string> Hold([ActivityTrigger] JsonElement input) => tests.SendAsync("hold", input.GetString()!);
}
