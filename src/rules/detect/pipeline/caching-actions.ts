/**
 * Actions that restore caches, by name in lower case.
 *
 * Source: the descriptions of their inputs in the README files of these actions.
 */

/**
 * The inputs that decide whether an action restores a cache. Values are in lower case; absent ones
 * mean any but `false`.
 */
export interface CacheSwitch {
  /** Inputs that switch the cache on. */
  readonly on: readonly (readonly [input: string, values?: readonly string[]])[];
  /** Inputs that switch it off. */
  readonly off: readonly (readonly [input: string, values?: readonly string[]])[];
  /** Whether it is on where no input decides. */
  readonly isDefault: boolean;
  /** An input without which nothing is cached. */
  readonly needs?: string;
  /** The first major version that caches by default; absent: all do. */
  readonly since?: number;
}

const ALWAYS: CacheSwitch = { on: [], off: [], isDefault: true };
const onBy = (...inputs: readonly string[]): CacheSwitch => ({
  on: inputs.map((input) => [input] as const),
  off: [],
  isDefault: false,
});
const offBy = (input: string): CacheSwitch => ({ on: [[input]], off: [], isDefault: true });
const onUnless = (input: string): CacheSwitch => ({ on: [], off: [[input]], isDefault: true });

/** The actions with their switches. */
export const CACHING_ACTIONS: ReadonlyMap<string, CacheSwitch> = new Map([
  ['actions/cache', onUnless('lookup-only')],
  ['actions/cache/restore', onUnless('lookup-only')],
  ['actions/setup-dotnet', onBy('cache')],
  ['actions/setup-go', { ...offBy('cache'), since: 4 }],
  ['actions/setup-java', onBy('cache')],
  [
    'actions/setup-node',
    { on: [['cache'], ['package-manager-cache']], off: [], isDefault: true, since: 5 },
  ],
  ['actions/setup-python', onBy('cache')],
  ['actions-rust-lang/setup-rust-toolchain', offBy('cache')],
  ['astral-sh/setup-uv', { ...offBy('enable-cache'), since: 5 }],
  ['awalsh128/cache-apt-pkgs-action', ALWAYS],
  ['baptiste0928/cargo-install', ALWAYS],
  ['bazel-contrib/setup-bazel', onBy('bazelisk-cache', 'disk-cache', 'repository-cache')],
  ['dagger/dagger-for-github', ALWAYS],
  ['determinatesystems/magic-nix-cache-action', offBy('use-gha-cache')],
  ['docker/setup-buildx-action', { ...offBy('cache-binary'), needs: 'version' }],
  ['gradle/actions/setup-gradle', onUnless('cache-disabled')],
  ['graalvm/setup-graalvm', onBy('cache')],
  ['hynek/setup-cached-uv', ALWAYS],
  ['jdx/mise-action', offBy('cache')],
  ['mozilla-actions/sccache-action', ALWAYS],
  ['mlugg/setup-zig', offBy('use-cache')],
  ['nix-community/cache-nix-action', ALWAYS],
  ['oven-sh/setup-bun', onUnless('no-cache')],
  ['pnpm/action-setup', onBy('cache')],
  ['prefix-dev/setup-pixi', offBy('cache')],
  ['pyo3/maturin-action', onBy('sccache')],
  [
    'ramsey/composer-install',
    { on: [], off: [['ignore-cache', ['yes', 'true', '1']]], isDefault: true },
  ],
  ['ruby/setup-ruby', onBy('bundler-cache')],
  ['swatinem/rust-cache', onUnless('lookup-only')],
  ['volta-cli/action', onBy('cache')],
]);
