/**
 * Flags of trivy that have no counterpart in Assay. A flag that only tunes what Assay does not do
 * is accepted with one notice. A flag that asks for work that Assay does not do is refused, because
 * the run would look as if it had done it.
 *
 * Source: trivy's documentation, "CLI Reference", versions 0.29 to 0.70.
 */

import type { Flag } from './flag.ts';

const UNUSED = { group: 'General', effect: 'none', help: 'accepted; has no effect' } as const;
const LATER = { group: 'General', effect: 'later', help: 'not there yet' } as const;
const NEVER = { group: 'General', effect: 'never', help: 'not in Assay' } as const;

const NO_JAVA_DATABASE = 'there is no database of Java archives by itself';
const NO_CHECKS = "the rules about misconfiguration are Assay's own, without settings of trivy";
const NO_LICENSES = 'no scanner of licences runs';
const NO_SERVER = 'it belongs to --server';
const NO_CLOUD = 'there is no cloud service';
const NO_REDIS = 'results of scans lie in --cache-dir';
const NO_SBOM_SOURCES = "packages are read from the target itself, not from others' SBOMs";

/**
 * Flags of trivy that Assay has no counterpart for. Each is accepted with a notice or refused with
 * a way out.
 */
export const TRIVY_FLAGS: readonly Flag[] = [
  {
    name: 'clear-cache',
    group: 'General',
    help: 'remove cached scan results, and scan nothing',
  },
  {
    name: 'download-java-db-only',
    group: 'Advisory data',
    help: 'do nothing: advisories of Java packages are part of the advisory data',
  },
  {
    name: 'download-checks-bundle-only',
    group: 'Advisory data',
    help: 'do nothing: there is no separate bundle of checks',
  },
  { ...UNUSED, name: 'offline-scan', why: 'a scan sends no names of packages' },
  { ...UNUSED, name: 'disable-telemetry', why: 'Assay sends no telemetry' },
  {
    ...UNUSED,
    name: 'skip-version-check',
    why: 'Assay does not look for newer versions of itself',
  },
  {
    ...UNUSED,
    name: 'skip-vex-repo-update',
    why: 'there are no VEX repositories; --vex names documents',
  },
  {
    ...UNUSED,
    name: 'ignore-policy',
    value: 'FILE',
    why: 'Rego is not run; --policy and --fail-on decide',
  },
  { ...UNUSED, name: 'skip-java-db-update', why: NO_JAVA_DATABASE },
  { ...UNUSED, name: 'java-db-repository', value: 'LIST', why: NO_JAVA_DATABASE },
  {
    ...UNUSED,
    name: 'db-repository',
    value: 'LIST',
    why: "it names trivy's database; --mirror names where Assay's data lies",
  },
  { ...UNUSED, name: 'cache-backend', value: 'NAME', why: NO_REDIS },
  { ...UNUSED, name: 'cache-ttl', value: 'DURATION', why: NO_REDIS },
  { ...UNUSED, name: 'redis-ca', value: 'FILE', why: NO_REDIS },
  { ...UNUSED, name: 'redis-cert', value: 'FILE', why: NO_REDIS },
  { ...UNUSED, name: 'redis-key', value: 'FILE', why: NO_REDIS },
  { ...UNUSED, name: 'redis-tls', why: NO_REDIS },
  { ...UNUSED, name: 'log-format', value: 'NAME', why: 'the log is text' },
  { ...UNUSED, name: 'slow', why: '--parallel sets how many layers are read at the same time' },
  { ...UNUSED, name: 'token', value: 'SECRET', why: NO_SERVER },
  { ...UNUSED, name: 'token-header', value: 'NAME', why: NO_SERVER },
  { ...UNUSED, name: 'custom-headers', value: 'SECRET', why: NO_SERVER },
  { ...UNUSED, name: 'cloud-token', value: 'SECRET', why: NO_CLOUD },
  { ...UNUSED, name: 'cloud-api-url', value: 'URL', why: NO_CLOUD },
  { ...UNUSED, name: 'cloud-trivy-server-url', value: 'URL', why: NO_CLOUD },
  { ...UNUSED, name: 'cloud-upload-results', why: NO_CLOUD },
  { ...UNUSED, name: 'cloud-server-scanning', why: NO_CLOUD },
  { ...UNUSED, name: 'cloud-download-secret-config', why: NO_CLOUD },
  { ...UNUSED, name: 'ignored-licenses', value: 'LIST', why: NO_LICENSES },
  { ...UNUSED, name: 'license-full', why: NO_LICENSES },
  { ...UNUSED, name: 'license-confidence-level', value: 'N', why: NO_LICENSES },
  {
    ...UNUSED,
    name: 'pkg-relationships',
    value: 'LIST',
    why: 'all are scanned; --include-dev-deps adds development dependencies',
  },
  { ...UNUSED, name: 'sbom-sources', value: 'LIST', why: NO_SBOM_SOURCES },
  { ...UNUSED, name: 'rekor-url', value: 'URL', why: NO_SBOM_SOURCES },
  { ...UNUSED, name: 'module-dir', value: 'DIR', why: 'there are no modules' },
  { ...UNUSED, name: 'output-plugin-arg', value: 'TEXT', why: 'there are no output plugins' },
  { ...UNUSED, name: 'report', value: 'NAME', why: 'it belongs to --compliance' },
  { ...UNUSED, name: 'skip-check-update', aliases: ['skip-policy-update'], why: NO_CHECKS },
  {
    ...UNUSED,
    name: 'checks-bundle-repository',
    value: 'NAME',
    aliases: ['policy-bundle-repository'],
    why: NO_CHECKS,
  },
  {
    ...UNUSED,
    name: 'check-namespaces',
    value: 'LIST',
    aliases: ['policy-namespaces'],
    why: NO_CHECKS,
  },
  { ...UNUSED, name: 'config-check', value: 'LIST', aliases: ['config-policy'], why: NO_CHECKS },
  { ...UNUSED, name: 'config-data', value: 'LIST', why: NO_CHECKS },
  { ...UNUSED, name: 'config-file-schemas', value: 'LIST', why: NO_CHECKS },
  { ...UNUSED, name: 'misconfig-scanners', value: 'LIST', why: NO_CHECKS },
  { ...UNUSED, name: 'raw-config-scanners', value: 'LIST', why: NO_CHECKS },
  { ...UNUSED, name: 'helm-api-versions', value: 'LIST', why: NO_CHECKS },
  { ...UNUSED, name: 'helm-set', value: 'LIST', why: NO_CHECKS },
  { ...UNUSED, name: 'helm-set-file', value: 'LIST', why: NO_CHECKS },
  { ...UNUSED, name: 'helm-set-string', value: 'LIST', why: NO_CHECKS },
  { ...UNUSED, name: 'helm-values', value: 'LIST', why: NO_CHECKS },
  { ...UNUSED, name: 'ansible-extra-vars', value: 'LIST', why: NO_CHECKS },
  { ...UNUSED, name: 'ansible-inventory', value: 'LIST', why: NO_CHECKS },
  { ...UNUSED, name: 'ansible-playbook', value: 'LIST', why: NO_CHECKS },
  { ...UNUSED, name: 'tf-vars', value: 'LIST', why: NO_CHECKS },
  { ...UNUSED, name: 'cf-params', value: 'LIST', why: NO_CHECKS },
  { ...UNUSED, name: 'render-cause', value: 'LIST', why: NO_CHECKS },
  { ...UNUSED, name: 'helm-kube-version', value: 'TEXT', why: NO_CHECKS },
  { ...UNUSED, name: 'rego-error-limit', value: 'TEXT', why: NO_CHECKS },
  { ...UNUSED, name: 'include-deprecated-checks', why: NO_CHECKS },
  { ...UNUSED, name: 'include-non-failures', why: NO_CHECKS },
  { ...UNUSED, name: 'tf-exclude-downloaded-modules', why: NO_CHECKS },
  { ...UNUSED, name: 'trace-rego', aliases: ['trace'], why: NO_CHECKS },
  {
    name: 'secret-config',
    value: 'FILE',
    group: 'Target',
    help: 'read secret rules and exceptions from this assay-secrets.yaml, trivy-secret.yaml or .gitleaks.toml; repeatable (default: these files, unless -c is given)',
  },
  {
    name: 'template',
    short: 't',
    value: 'TEMPLATE',
    group: 'Report',
    help: 'render -f template by this Liquid template: @FILE, the text itself, or @contrib/NAME.tpl',
  },
  { ...LATER, name: 'server', value: 'URL', why: 'Scan here: leave it out.' },
  {
    ...LATER,
    name: 'image-config-scanners',
    value: 'LIST',
    why: 'Leave it out: --scanners misconfig looks at the configuration of an image.',
  },
  {
    ...NEVER,
    name: 'compliance',
    value: 'NAME',
    why: 'No compliance report is written. Leave it out; --policy NAME asks for a gate of assay.yaml.',
  },
  { ...NEVER, name: 'enable-modules', value: 'LIST', why: 'No module is run. Leave it out.' },
  {
    ...NEVER,
    name: 'generate-default-config',
    why: 'No file is written. docs/configuration-keys.md lists all keys, and assay doctor prints the settings in effect.',
  },
  { ...NEVER, name: 'reset', why: 'To remove everything that is cached: assay clean --all' },
];
