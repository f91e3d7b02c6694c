/**
 * Repositories of actions that are archived, in lower case. Source: their pages on GitHub.
 */
export const ARCHIVED: ReadonlySet<string> = new Set([
  ...['audit-check', 'cargo', 'clippy-check', 'components-nightly', 'grcov', 'install'].map(
    (name) => `actions-rs/${name}`,
  ),
  ...['tarpaulin', 'toolchain'].map((name) => `actions-rs/${name}`),
  'actions/create-release',
  'actions/setup-elixir',
  'actions/setup-haskell',
  'actions/setup-ruby',
  'actions/upload-release-asset',
]);
