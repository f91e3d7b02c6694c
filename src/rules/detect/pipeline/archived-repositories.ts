/**
 * Repositories of actions and of hooks of pre-commit that are archived, in lower case. As of
 * 2026-12-03; `docs/pipelines.md` says how the list is renewed. Source: their pages on GitHub.
 */
export const ARCHIVED: ReadonlySet<string> = new Set([
  '8398a7/action-slack',
  ...['audit-check', 'cargo', 'clippy-check', 'components-nightly', 'grcov', 'install'].map(
    (name) => `actions-rs/${name}`,
  ),
  ...['tarpaulin', 'toolchain'].map((name) => `actions-rs/${name}`),
  'actions/create-release',
  'actions/setup-elixir',
  'actions/setup-haskell',
  'actions/setup-ruby',
  'actions/upload-release-asset',
  'artichoke/setup-rust',
  ...['appservice-actions', 'container-scan', 'get-keyvault-secrets', 'k8s-actions'].map(
    (name) => `azure/${name}`,
  ),
  'cedrickring/golang-action',
  'cirrus-actions/rebase',
  'crazy-max/ghaction-docker-buildx',
  'crazy-max/ghaction-hugo',
  'gradle/gradle-build-action',
  'grafana/k6-action',
  'jakejarvis/lighthouse-action',
  'marvinpinto/action-automatic-releases',
  'paambaati/codeclimate-action',
  'pre-commit/mirrors-autopep8',
  'pre-commit/mirrors-prettier',
  'repo-sync/pull-request',
  'semgrep/semgrep-action',
  'sonarsource/sonarcloud-github-action',
  'technote-space/get-diff-action',
  'tibdex/github-app-token',
  'whelk-io/maven-settings-xml-action',
]);
