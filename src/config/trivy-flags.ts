/**
 * Flags of trivy that have no counterpart in Assay. A flag that only tunes what Assay does not do is accepted with one
 * notice. A flag that asks for work that Assay does not do is refused, because the run would look as if it had done it.
 *
 * Source: trivy's documentation, "CLI Reference", versions 0.29 to 0.70.
 */

import type { Flag } from './flag.ts';

const NO_JAVA_DATABASE = 'there is no database of Java archives by itself';
const NO_CHECKS = 'no scanner of misconfiguration runs';
const NO_LICENSES = 'no scanner of licences runs';
const NO_SERVER = 'it belongs to --server';
const NO_CLOUD = 'there is no cloud service';
const NO_REDIS = 'results of scans lie in --cache-dir';
const NO_SBOM_SOURCES = "packages are read from the target itself, not from others' SBOMs";

const CONVERT_NAMES: readonly string[] = [
  ...['template', 'ignore-policy', 'compliance', 'report', 'output-plugin-arg'],
  ...['disable-telemetry', 'skip-version-check', 'log-format', 'generate-default-config'],
];

/**
 * Flags of trivy that Assay has no counterpart for. Each is accepted with a notice or refused with
 * a way out.
 */
export const TRIVY_FLAGS: readonly Flag[] = [
  {
    name: 'clear-cache',
    group: 'General',
    help: 'remove the results of earlier scans, and scan nothing',
  },
  {
    name: 'download-java-db-only',
    group: 'Advisory data',
    help: 'fetch nothing and scan nothing, as advisories of Java packages are part of the advisory data',
  },
  {
    name: 'download-checks-bundle-only',
    group: 'Advisory data',
    help: 'fetch nothing and scan nothing, as there is no bundle of checks',
  },
  unused('offline-scan', 'a scan sends no names of packages'),
  unused('disable-telemetry', 'Assay sends no telemetry'),
  unused('skip-version-check', 'Assay does not look for newer versions of itself'),
  unused('skip-vex-repo-update', 'there are no VEX repositories; --vex names documents'),
  unused('ignore-policy', 'Rego is not run; --policy and --fail-on decide', { value: 'FILE' }),
  unused('skip-java-db-update', NO_JAVA_DATABASE),
  unused('java-db-repository', NO_JAVA_DATABASE, { value: 'LIST' }),
  unused('db-repository', "it names trivy's database; --mirror names where Assay's data lies", {
    value: 'LIST',
  }),
  unused('cache-backend', NO_REDIS, { value: 'NAME' }),
  unused('cache-ttl', NO_REDIS, { value: 'DURATION' }),
  ...['redis-ca', 'redis-cert', 'redis-key'].map((name) =>
    unused(name, NO_REDIS, { value: 'FILE' }),
  ),
  unused('redis-tls', NO_REDIS),
  unused('log-format', 'the log is text', { value: 'NAME' }),
  unused('slow', '--parallel sets how many layers are read at the same time'),
  unused('token', NO_SERVER, { value: 'SECRET' }),
  unused('token-header', NO_SERVER, { value: 'NAME' }),
  unused('custom-headers', NO_SERVER, { value: 'SECRET' }),
  unused('cloud-token', NO_CLOUD, { value: 'SECRET' }),
  ...['cloud-api-url', 'cloud-trivy-server-url'].map((name) =>
    unused(name, NO_CLOUD, { value: 'URL' }),
  ),
  ...['cloud-upload-results', 'cloud-server-scanning', 'cloud-download-secret-config'].map((name) =>
    unused(name, NO_CLOUD),
  ),
  unused('ignored-licenses', NO_LICENSES, { value: 'LIST' }),
  unused('license-full', NO_LICENSES),
  unused('license-confidence-level', NO_LICENSES, { value: 'N' }),
  unused('secret-config', 'no scanner of secrets runs', { value: 'FILE' }),
  unused('pkg-relationships', 'all are scanned; --include-dev-deps adds development dependencies', {
    value: 'LIST',
  }),
  unused('sbom-sources', NO_SBOM_SOURCES, { value: 'LIST' }),
  unused('rekor-url', NO_SBOM_SOURCES, { value: 'URL' }),
  unused('module-dir', 'there are no modules', { value: 'DIR' }),
  unused('output-plugin-arg', 'there are no output plugins', { value: 'TEXT' }),
  unused('report', 'it belongs to --compliance', { value: 'NAME' }),
  unused('skip-check-update', NO_CHECKS, { aliases: ['skip-policy-update'] }),
  unused('checks-bundle-repository', NO_CHECKS, {
    value: 'NAME',
    aliases: ['policy-bundle-repository'],
  }),
  unused('check-namespaces', NO_CHECKS, { value: 'LIST', aliases: ['policy-namespaces'] }),
  unused('config-check', NO_CHECKS, { value: 'LIST', aliases: ['config-policy'] }),
  ...['config-data', 'config-file-schemas', 'misconfig-scanners', 'raw-config-scanners'].map(
    (name) => unused(name, NO_CHECKS, { value: 'LIST' }),
  ),
  ...['helm-api-versions', 'helm-set', 'helm-set-file', 'helm-set-string', 'helm-values'].map(
    (name) => unused(name, NO_CHECKS, { value: 'LIST' }),
  ),
  ...['ansible-extra-vars', 'ansible-inventory', 'ansible-playbook'].map((name) =>
    unused(name, NO_CHECKS, { value: 'LIST' }),
  ),
  ...['tf-vars', 'cf-params', 'render-cause'].map((name) =>
    unused(name, NO_CHECKS, { value: 'LIST' }),
  ),
  ...['helm-kube-version', 'rego-error-limit'].map((name) =>
    unused(name, NO_CHECKS, { value: 'TEXT' }),
  ),
  ...['include-deprecated-checks', 'include-non-failures', 'tf-exclude-downloaded-modules'].map(
    (name) => unused(name, NO_CHECKS),
  ),
  unused('trace-rego', NO_CHECKS, { aliases: ['trace'] }),
  {
    name: 'template',
    short: 't',
    value: 'TEMPLATE',
    group: 'Report',
    help: 'with -f template: @FILE, or the text itself, in Liquid; @contrib/junit.tpl and @contrib/gitlab.tpl mean the formats of these names',
  },
  refused('later', 'server', 'Scan here: leave it out.', { value: 'URL' }),
  refused(
    'later',
    'image-config-scanners',
    'Secrets and misconfiguration in the configuration of an image are not looked for. Leave it out.',
    { value: 'LIST' },
  ),
  refused(
    'never',
    'compliance',
    'No compliance report is written. Leave it out; --policy NAME asks for a gate of assay.yaml.',
    { value: 'NAME' },
  ),
  refused('never', 'enable-modules', 'No module is run. Leave it out.', { value: 'LIST' }),
  refused(
    'never',
    'generate-default-config',
    'No file is written. docs/configuration-keys.md lists all keys, and assay doctor prints the settings in effect.',
  ),
  refused('never', 'reset', 'To remove everything that is cached: assay clean --all'),
];

/** Flags of trivy's `convert` that have no counterpart in `assay convert`. */
export const CONVERT_TRIVY_FLAGS: readonly Flag[] = [
  ...TRIVY_FLAGS.filter(({ name }) => CONVERT_NAMES.includes(name)),
  unused('scanners', 'a stored report holds what its scan has looked for', { value: 'LIST' }),
];

type Form = Pick<Flag, 'value' | 'aliases'>;

function unused(name: string, why: string, form: Form = {}): Flag {
  return { name, ...form, group: 'General', effect: 'none', why, help: 'accepted; has no effect' };
}

function refused(effect: 'later' | 'never', name: string, why: string, form: Form = {}): Flag {
  const help = effect === 'later' ? 'not there yet' : 'not in Assay';
  return { name, ...form, group: 'General', effect, why, help };
}
