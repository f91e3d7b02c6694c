/** A lockfile or manifest that is not read, for people. */
export interface UnreadLockfile {
  /** The tool that writes it. */
  readonly tool: string;
  /** How to get one that is read; absent where there is no such way. */
  readonly cure?: string;
  /** Text of a file that names a dependency. Absent: every such file does. */
  readonly requests?: RegExp;
}

/**
 * Files that name dependencies and that no cataloger reads yet. A cataloger that comes to read one takes its name away here.
 * Source: the documentation of each tool: Bun, "Lockfile"; Bower, "bower.json specification"; rules_jvm_external, "Pinning
 * artifacts"; Elm, "docs/elm.json"; Carthage, "Artifacts"; Zig, "build.zig.zon".
 */
export const UNREAD_LOCKFILES: ReadonlyMap<string, UnreadLockfile> = new Map([
  [
    'bun.lockb',
    {
      tool: 'Bun',
      cure: 'bun install --save-text-lockfile --frozen-lockfile --lockfile-only writes bun.lock, which is read',
    },
  ],
  [
    'bower.json',
    {
      tool: 'Bower',
      cure: 'package.json with its lockfile is read',
      requests: /"dependencies"\s{0,50}:\s{0,50}\{\s{0,50}"/,
    },
  ],
  [
    'maven_install.json',
    { tool: 'Bazel', cure: 'scan the archives that the build has left', requests: /"artifacts"/ },
  ],
  ['elm.json', { tool: 'Elm', requests: /"direct"\s{0,50}:\s{0,50}\{\s{0,50}"/ }],
  ['Cartfile.resolved', { tool: 'Carthage', requests: /^(?:github|git|binary) /m }],
  [
    'build.zig.zon',
    { tool: 'Zig', requests: /\.dependencies\s{0,50}=\s{0,50}\.\{\s{0,50}\.[\w@]/ },
  ],
]);
