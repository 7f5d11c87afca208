using System.Text.RegularExpressions;
using DurableAgentTasks.Core.Checkpoints;
using DurableAgentTasks.Workspaces.Git;

namespace DurableAgentTasks.Workspaces.Snapshots;

/// <summary>
/// Brings our index to what is on the disk and makes a tree of it. What has not changed since is not read again:
/// <list type="number">
/// <item>git lists where the disk differs from the index; folders that have not changed are not walked for it, see <see cref="WalkedFolders"/>.</item>
/// <item>If ignore rules may have changed, what they put in and out is added to that.</item>
/// <item>Each path is looked at: it goes in, goes out, or is left out with a reason.</item>
/// <item>What goes out is taken from the index, and what goes in is read into it.</item>
/// <item>A file that stands where a folder was, or the other way round, shows what is below it only now: once more from 1.</item>
/// <item>The tree is written.</item>
/// </list>
/// Killed anywhere, it leaves an index that the next scan finds to differ from the disk, and objects nobody refers to.
/// </summary>
internal sealed partial class WorkTreeScan(CheckpointRepository repository, WorkspaceOptions options)
{
    private const int Attempts = 3;
    private const int Passes = 5;

    private readonly SizeQuota _quota = new(repository, options.MaxNewBytes);
    private readonly List<LeftOutFile> _leftOut = [];
    private readonly List<GitPath> _added = [];
    private WalkedFolders _walked = null!;
    private WorkTreeListing _listing = null!;
    private IReadOnlyList<GitPath> _disowned = [];

    /// <param name="knownIgnoreStamp">Of the scan before; <see langword="null"/> looks at all rules anew.</param>
    /// <param name="cancellationToken">Ends the scan; the next one goes on from there.</param>
    public async Task<ScannedTree> RunAsync(string? knownIgnoreStamp, CancellationToken cancellationToken)
    {
        repository.DropIndexLock();
        var excludesOther = repository.RefreshExclude();
        var stamp = IgnoreRules.Stamp(repository);
        var rulesMayDiffer = excludesOther || stamp != knownIgnoreStamp || !File.Exists(repository.Index);

        // git takes a nested repository without its .git for unchanged, and looks at nothing in it.
        _disowned = [.. SnapshotState.Read(repository.StateFile).NestedPaths().Where(path => NestedRepositories.IsDisowned(repository, path))];

        // The folders are looked at while git looks at the files.
        var changing = WorkTreeListing.ReadChangedAsync(repository, cancellationToken);
        _walked = WalkedFolders.Look(repository, options.FolderClockTick);
        if (rulesMayDiffer) _walked.WalkEverything();

        // Somebody who swaps files and folders faster than we look is not waited for: what we have is as true as any.
        for (var pass = 1; await PassAsync(rulesMayDiffer, changing, cancellationToken) && pass < Passes; pass++)
        {
            _walked.WalkEverything();
            _disowned = [];
            changing = WorkTreeListing.ReadChangedAsync(repository, cancellationToken);
        }

        // .NET cannot look into a folder whose name is no UTF-8, nor make it again.
        var nameless = _listing.Folders.Where(folder => !folder.IsUtf8 && !_listing.Candidates.Any(path => path.IsWithin(folder)));
        _leftOut.AddRange(nameless.Select(folder => new LeftOutFile(folder.WithoutSlash().ToString(), "It is an empty folder, and its name is not UTF-8.")));

        // 6.
        var tree = await repository.WriteTreeAsync(cancellationToken);
        await KeepWalkedAsync(tree, cancellationToken);
        return new ScannedTree(tree, [.. _leftOut.OrderBy(file => file.Path, StringComparer.Ordinal)], await EmptyFoldersAsync(cancellationToken), stamp);
    }

    private async Task KeepWalkedAsync(string tree, CancellationToken cancellationToken)
    {
        // A path that is no text is shown in quotes, and cannot be an argument: everything is walked as long as one is left out.
        if (_leftOut.Exists(file => file.Path.StartsWith('"'))) repository.ForgetFolders();
        else await _walked.KeepAsync(tree, _added, _listing.Folders.Concat(_leftOut.Select(file => GitPath.Of(file.Path))), cancellationToken);
    }

    /// <returns>Whether another pass is needed.</returns>
    private async Task<bool> PassAsync(bool rulesMayDiffer, Task<ReadOnlyMemory<byte>> changing, CancellationToken cancellationToken)
    {
        // 1. What reads files into the index has it ready when they are known.
        await using var adding = Adding(cancellationToken).Start();
        _leftOut.Clear();
        _listing = await WorkTreeListing.ReadAsync(repository, changing, _walked.Places, cancellationToken);
        if (_walked.Places is not null && _listing.Candidates.Any(IgnoreRules.IsRule))
        {
            _walked.WalkEverything();
            _listing = await WorkTreeListing.ReadAsync(repository, changing, places: null, cancellationToken);
        }

        _leftOut.AddRange(_listing.Unreadable);
        var candidates = _listing.Candidates.Concat(_disowned).ToHashSet();

        // 2.
        var goOut = new HashSet<GitPath>();
        if (rulesMayDiffer || candidates.Any(IgnoreRules.IsRule))
        {
            var (mustBeIn, mustBeOut) = await IgnoreRules.ReadAsync(repository, cancellationToken);
            candidates.UnionWith(mustBeIn);
            candidates.ExceptWith(mustBeOut);
            goOut.UnionWith(mustBeOut);
        }

        // 3.
        var goIn = new HashSet<GitPath>();
        var changedKind = await SortAsync(candidates, goIn, goOut, cancellationToken);

        // 4. In this order: while a .gitignore is not in, the next scan knows that the rules may differ.
        GitPath[] added = [.. goIn.Order()];
        if (goOut.Count == 0)
        {
            await AddAsync(adding, added, cancellationToken);
        }
        else
        {
            // It has the lock of the index.
            await adding.DisposeAsync();
            await RemoveAsync(goOut, cancellationToken);
            await AddAsync(added, cancellationToken);
        }

        _added.AddRange(added);

        // 5.
        return changedKind;
    }

    private async Task<bool> SortAsync(HashSet<GitPath> candidates, HashSet<GitPath> goIn, HashSet<GitPath> goOut, CancellationToken cancellationToken)
    {
        var files = new List<SizedFile>();
        var probe = new PathProbe(repository.Root);
        var changedKind = false;
        foreach (var path in candidates)
        {
            var probed = probe.Look(path);
            var reason = probed switch
            {
                { Kind: PathKind.Unreadable } => $"It cannot be read: {probed.Error}",
                { Kind: PathKind.File } when probed.Length > options.MaxFileBytes => $"It is larger than {options.MaxFileBytes:N0} bytes: {probed.Length:N0}.",
                { Kind: PathKind.Folder } when _listing.Nested.Contains(path) && await NestedHeadAsync(path, cancellationToken) is null =>
                    "It is a repository without a commit.",
                _ => null,
            };
            if (reason is not null) _leftOut.Add(new LeftOutFile(path.ToString(), reason));
            var isOut = reason is not null || probed.Kind == PathKind.Missing;

            // In the index it is a file (or a repository that has moved on), but on the disk a folder now.
            if (probed.Kind == PathKind.Folder && !_listing.Nested.Contains(path))
                changedKind |= isOut = await NestedHeadAsync(path, cancellationToken) is null;
            if (isOut) goOut.Add(path);
            else goIn.Add(path);
            if (!isOut && probed.Kind == PathKind.File) files.Add(new SizedFile(path, probed.Length));
        }

        foreach (var (path, length) in await _quota.TakeAsync(files, cancellationToken))
        {
            _leftOut.Add(new LeftOutFile(path.ToString(), $"There is no room for its {length:N0} bytes: at most {options.MaxNewBytes:N0} bytes that are new go into one checkpoint."));
            goIn.Remove(path);
            goOut.Add(path);
        }

        return changedKind;
    }

    private async Task<string?> NestedHeadAsync(GitPath path, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(repository.Root, path.ToPlainString());
        return path.IsUtf8 && Path.Exists(Path.Combine(folder, ".git"))
            ? await new GitRunner(repository.Executable, folder, GitEnvironment.Create()).TryReadLineAsync(["rev-parse", "--verify", "--quiet", "HEAD"], cancellationToken)
            : null;
    }

    private async Task RemoveAsync(IReadOnlyCollection<GitPath> paths, CancellationToken cancellationToken)
    {
        if (paths.Count > 0)
            await repository.WriteIndexAsync(["update-index", "--force-remove", "-z", "--stdin"], cancellationToken, NulList.Join(paths));
    }

    /// <summary>git takes all or none; so a file that cannot be read is found by halving. It changes while it is read, most often: it gets more attempts.</summary>
    private async Task AddAsync(IReadOnlyList<GitPath> paths, CancellationToken cancellationToken, int attempt = 1)
    {
        await using var adding = Adding(cancellationToken).Start();
        await AddAsync(adding, paths, cancellationToken, attempt);
    }

    private WaitingGit Adding(CancellationToken cancellationToken) =>
        new(repository.Git, ["update-index", "--add", "--remove", "--replace", "-z", "--stdin"], cancellationToken);

    private async Task AddAsync(WaitingGit adding, IReadOnlyList<GitPath> paths, CancellationToken cancellationToken, int attempt = 1)
    {
        if (paths.Count == 0) return;
        var (exit, _) = await adding.GiveAsync(NulList.Join(paths));
        if (exit.Succeeded) return;

        // A full disk is not the fault of the file: it must fail, and not leave out everything.
        if (exit.Code != GitExit.BusError && !FaultOfTheFile().IsMatch(exit.Error)) exit.ThrowIfFailed();
        repository.DropIndexLock();
        if (paths.Count > 1)
        {
            await AddAsync([.. paths.Take(paths.Count / 2)], cancellationToken);
            await AddAsync([.. paths.Skip(paths.Count / 2)], cancellationToken);
        }
        else if (attempt < Attempts)
        {
            await AddAsync(paths, cancellationToken, attempt + 1);
        }
        else
        {
            _leftOut.Add(new LeftOutFile(paths[0].ToString(), $"It cannot be read: {exit.Error.Trim()}"));
            await RemoveAsync(paths, cancellationToken);
        }
    }

    private async Task<IReadOnlyList<string>> EmptyFoldersAsync(CancellationToken cancellationToken)
    {
        var empty = _listing.Folders.SelectMany(folder => EmptyFolders.In(repository.Root, folder)).Order(StringComparer.Ordinal).ToList();
        if (empty.Count == 0) return empty;
        var (_, ignored) = await repository.Git.TryReadAsync(["check-ignore", "-z", "--stdin"], cancellationToken, NulList.Join(empty.Select(GitPath.Of)));
        return [.. empty.Except(NulList.Paths(ignored).Select(path => path.ToPlainString()))];
    }

    [GeneratedRegex(
        """
        ^error:\ (open\("|short\ read\ while\ indexing|read\ error\ while\ indexing|readlink\("|.*:\ is\ a\ directory\ -\ add|.*is\ beyond\ a\ symbolic\ link|Invalid\ path\ ')
        """,
        RegexOptions.Multiline | RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex FaultOfTheFile();
}
