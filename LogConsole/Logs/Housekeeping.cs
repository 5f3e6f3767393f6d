namespace LogConsole.Logs;

internal sealed class Housekeeping : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.CompletedTask;
}
