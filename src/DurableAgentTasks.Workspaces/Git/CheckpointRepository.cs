using System.Security.Cryptography;
using System.Text;
using DurableAgentTasks.Workspaces.Preparation;

namespace DurableAgentTasks.Workspaces.Git;

/// <summary>
/// A git folder of our own, outside the workspace, with which a work tree is read and written: configuration, attributes, exclude
/// file and index are ours, so that nothing of the user's applies. Attributes are all undone: line ends, filters (LFS too),
/// keywords and encodings never change a byte between the disk and a checkpoint.
/// <para>In a repository the objects go to its own store and the refs beside its others, where they keep the objects from its garbage
/// collection. In a plain folder both are kept here.</para>
/// </summary>
internal sealed class CheckpointRepository
{
    private const int BusAttempts = 5;

    private readonly string _folder;
    private readonly string _hostFolder;

    private CheckpointRepository(string folder, WorkspaceOptions options, string root, Repository? repository, string objectFormat)
    {
        var executable = options.GitExecutable;
        (_folder, Root, Repository) = (folder, root, repository);
        Index = Path.Combine(folder, $"index-{Guid.NewGuid():n}");
        Executable = executable;
        Git = GitWith(Index);
        TreeGit = GitWith(Path.Combine(folder, "none"));
        RefGit = repository?.Git(executable) ?? Git;
        Algorithm = ObjectId.AlgorithmOf(objectFormat);
        _hostFolder = HostFolderRule.Of(root, options.HostFolder);
    }

    public string Executable { get; }

    /// <summary>The work tree.</summary>
    public string Root { get; }

    /// <summary>The user's; <see langword="null"/> in a plain folder.</summary>
    public Repository? Repository { get; }

    /// <summary>Reads and writes the work tree, with our index.</summary>
    public GitRunner Git { get; }

    /// <summary>Compares trees, for which git would read an index if there were one.</summary>
    public GitRunner TreeGit { get; }

    /// <summary>Reads and writes refs.</summary>
    public GitRunner RefGit { get; }

    /// <summary>That names the objects.</summary>
    public HashAlgorithmName Algorithm { get; }

    public string Objects => Repository?.Objects ?? Path.Combine(_folder, "objects");

    /// <summary>Whether the user's repository was cloned in part: what was not needed yet is not here, and git would fetch it.</summary>
    public bool IsPartial => Repository is not null && Directory.Exists(Packs) && Directory.EnumerateFiles(Packs, "*.promisor").Any();

    /// <summary>Where the folder <c>refs</c> lies.</summary>
    public string RefFolder => Repository?.CommonFolder ?? _folder;

    /// <summary>
    /// A cache of what is on the disk, kept between checkpoints. It has another name in every life of this process: git that an
    /// earlier life left behind cannot write to it, and its lock hinders nobody.
    /// </summary>
    public string Index { get; }

    public string StateFile => Path.Combine(_folder, "snapshots.json");

    /// <summary>Of <see cref="Snapshots.WalkedFolders"/>.</summary>
    public string WalkedFolders => Path.Combine(_folder, "folders");

    public string RestoreJournal => Path.Combine(_folder, "restore.json");

    public string Garbage => Path.Combine(_folder, "garbage");

    public string LockFile => Path.Combine(_folder, "lock");

    /// <summary>A file for an index that is not kept; one that a kill leaves goes when the repository is opened again.</summary>
    public string NewScratchIndex() => Path.Combine(_folder, $"index-{Guid.NewGuid():n}.tmp");

    private string Packs => Path.Combine(Objects, "pack");

    private string Exclude => Path.Combine(_folder, "info", "exclude");

    /// <summary>Opens the folder, making what is missing.</summary>
    /// <param name="folder">Of ours, outside the workspace.</param>
    /// <param name="options">The operator's.</param>
    /// <param name="root">The top of the work tree.</param>
    /// <param name="repository">The user's; <see langword="null"/> in a plain folder.</param>
    /// <param name="plainFormat">Of the objects in a plain folder; <see langword="null"/> is sha1.</param>
    public static CheckpointRepository Open(string folder, WorkspaceOptions options, string root, Repository? repository, string? plainFormat)
    {
        Directory.CreateDirectory(Path.Combine(folder, "info"));
        Directory.CreateDirectory(Path.Combine(folder, "objects"));
        Directory.CreateDirectory(Path.Combine(folder, "refs"));
        WriteIfOther(Path.Combine(folder, "HEAD"), "ref: refs/heads/none\n");
        var objectFormat = repository?.ObjectFormat ?? plainFormat ?? "sha1";
        WriteIfOther(Path.Combine(folder, "config"), Configuration(objectFormat, repository?.Shared));
        WriteIfOther(
            Path.Combine(folder, "info", "attributes"), "* -text !eol -ident -filter -working-tree-encoding !diff !merge\n");
        var opened = new CheckpointRepository(folder, options, root, repository, objectFormat);
        opened.TakeOverIndex();
        return opened;
    }

    /// <summary>What the repository ignores beside its <c>.gitignore</c> files is ignored here too, and the host's own folder.</summary>
    /// <returns>Whether it has changed.</returns>
    public bool RefreshExclude()
    {
        var theirs = Repository is not null && File.Exists(Repository.Exclude) ? File.ReadAllText(Repository.Exclude, Encoding.Latin1) : "";
        return WriteIfOther(Exclude, _hostFolder.Length == 0 ? theirs : $"{theirs}\n{_hostFolder}\n");
    }

    /// <summary>The index is a cache: without it the next snapshot reads every file again.</summary>
    public void DropIndex()
    {
        ForgetFolders();
        File.Delete(Index);
    }

    /// <summary>The next scan walks everything: the index is changed by another than a scan.</summary>
    public void ForgetFolders() => File.Delete(WalkedFolders);

    /// <summary>Of git that was killed: none runs when this is called.</summary>
    public void DropIndexLock() => File.Delete($"{Index}.lock");

    /// <summary>
    /// Runs a command that writes our index, and changes nothing when it is run again. git looks then once more into files that have just
    /// changed, mapped into memory; one that gets shorter meanwhile kills it, and it is run again.
    /// </summary>
    /// <exception cref="GitException">It failed.</exception>
    public async Task<ReadOnlyMemory<byte>> WriteIndexAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken, ReadOnlyMemory<byte> input = default)
    {
        for (var attempt = 1; ; attempt++)
        {
            var (exit, output) = await Git.TryReadAsync(arguments, cancellationToken, input);
            if (exit.Code != GitExit.BusError || attempt == BusAttempts) exit.ThrowIfFailed();
            if (exit.Succeeded) return output;
            DropIndexLock();
        }
    }

    /// <summary>The tree of what our index holds, which is written.</summary>
    /// <exception cref="GitException">It failed.</exception>
    public async Task<string> WriteTreeAsync(CancellationToken cancellationToken) =>
        Encoding.ASCII.GetString((await WriteIndexAsync(["write-tree"], cancellationToken)).Span).TrimEnd('\n');

    /// <summary>Reads and writes with another index.</summary>
    public GitRunner GitWith(string index) => new(Executable, Root, GitEnvironment.Create(
        new("GIT_DIR", _folder),
        new("GIT_WORK_TREE", Root),
        new("GIT_INDEX_FILE", index),
        new("GIT_OBJECT_DIRECTORY", Objects)));

    /// <summary>The newest of the earlier lives is ours now, the others and their locks go.</summary>
    private void TakeOverIndex()
    {
        var left = new DirectoryInfo(_folder).GetFiles("index-*").OrderByDescending(file => file.LastWriteTimeUtc).ToList();
        left.Find(file => file.Extension.Length == 0)?.MoveTo(Index);
        foreach (var file in left.Where(file => file.FullName != Index)) file.Delete();
    }

    private static string Configuration(string objectFormat, string? shared) => $"""
        [core]
        	repositoryFormatVersion = {(objectFormat == "sha1" ? 0 : 1)}
        	bare = false
        	fileMode = {(OperatingSystem.IsWindows() ? "false" : "true")}
        	symlinks = {(OperatingSystem.IsWindows() ? "false" : "true")}
        	autoCrlf = false
        	ignoreCase = {(OperatingSystem.IsLinux() ? "false" : "true")}
        	protectNTFS = {(OperatingSystem.IsWindows() ? "true" : "false")}
        	sparseCheckout = false
        	logAllRefUpdates = false
        	sharedRepository = {shared ?? "umask"}
        [index]
        	version = 4
        [checkout]
        	workers = 0
        {(objectFormat == "sha1" ? "" : $"[extensions]\n\tobjectFormat = {objectFormat}\n")}
        """;

    private static bool WriteIfOther(string file, string content)
    {
        if (File.Exists(file) && File.ReadAllText(file, Encoding.Latin1) == content) return false;
        AtomicFile.Write(file, Encoding.Latin1.GetBytes(content));
        return true;
    }
}
