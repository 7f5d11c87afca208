using System.Reflection;
using Azure.Core.Serialization;
using DurableAgentTasks.Contracts.Durable;
using DurableAgentTasks.Core.Json;
using DurableAgentTasks.Functions.Durable;
using DurableAgentTasks.FunctionsContractHost;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

var functions = typeof(Orchestrations).GetMethods().Select(method => method.GetCustomAttribute<FunctionAttribute>()?.Name).ToHashSet();
if (ContractProgram.Orchestrations.Keys.Except(functions).ToList() is { Count: > 0 } missing)
    throw new InvalidOperationException($"{nameof(Orchestrations)} has no function for {string.Join(", ", missing)}.");

await Restart.StayDownAsync();
var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();
builder.Services.Configure<WorkerOptions>(worker => worker.Serializer = new JsonObjectSerializer(TaskJson.Options));
builder.Services.AddSingleton(new DurableFunctionsTaskClient(TimeProvider.System));
builder.Services.AddSingleton<TestProcess>();
builder.Services.AddSingleton<ILoggerProvider, TestLog>();
await using var app = (IAsyncDisposable)builder.Build();
await ((IHost)app).RunAsync();
