/**
 * The keys of `assay.yaml` and `trivy.yaml`. Each flag has one by its own name; where trivy's file
 * has another place for it, that is a key too, so that a `trivy.yaml` can be renamed.
 *
 * Source of trivy's places: its documentation, "Config file", of several versions.
 */

import type { Flag } from './flag.ts';

/** Places of flags in trivy's file, and a few of ours in the same manner, by flag. */
const PLACES: Readonly<Record<string, readonly string[]>> = {
  'cache-dir': ['cache.dir'],
  'cache-backend': ['cache.backend'],
  'clear-cache': ['cache.clear'],
  'skip-db-update': ['db.skip-update'],
  'no-progress': ['db.no-progress'],
  'db-repository': ['db.repository'],
  'java-db-repository': ['db.java-repository'],
  'skip-java-db-update': ['db.java-skip-update'],
  'download-db-only': ['db.download-only'],
  mirror: ['db.mirror'],
  'db-max-age': ['db.max-age'],
  username: ['registry.username'],
  password: ['registry.password'],
  'password-stdin': ['registry.password-stdin'],
  'registry-token': ['registry.token', 'registry.registry-token'],
  input: ['image.input'],
  'removed-pkgs': ['image.removed-pkgs'],
  platform: ['image.platform'],
  'image-src': ['image.source'],
  'docker-host': ['image.docker.host'],
  'podman-host': ['image.podman.host'],
  'image-config-scanners': ['image.image-config-scanners'],
  'max-image-size': ['image.max-size'],
  'pkg-types': ['pkg.types', 'vulnerability.type'],
  'include-dev-deps': ['pkg.include-dev-deps'],
  'pkg-relationships': ['pkg.relationships'],
  'ignore-unfixed': ['vulnerability.ignore-unfixed'],
  'ignore-status': ['vulnerability.ignore-status'],
  'vuln-severity-source': ['vulnerability.severity-source'],
  vex: ['vulnerability.vex'],
  'show-suppressed': ['scan.show-suppressed'],
  'file-patterns': ['scan.file-patterns'],
  'skip-dirs': ['scan.skip-dirs'],
  'skip-files': ['scan.skip-files'],
  'offline-scan': ['scan.offline', 'scan.offline-scan'],
  scanners: ['scan.scanners', 'scan.security-checks'],
  parallel: ['scan.parallel'],
  memory: ['scan.memory', 'limits.memoryBytes'],
  'max-file-size': ['limits.fileBytes'],
  'max-files': ['limits.files'],
  'max-packages': ['limits.packages'],
  'max-findings': ['limits.findings'],
  'detection-priority': ['scan.detection-priority'],
  distro: ['scan.distro'],
  'secret-config': ['secret.config'],
  compliance: ['scan.compliance'],
  'disable-telemetry': ['scan.disable-telemetry'],
  'skip-version-check': ['scan.skip-version-check'],
  slow: ['scan.slow'],
  'enable-modules': ['module.enable-modules'],
  'module-dir': ['module.dir'],
  'ignored-licenses': ['license.ignored'],
  'license-full': ['license.full'],
  branch: ['repository.branch'],
  commit: ['repository.commit'],
  tag: ['repository.tag'],
  server: ['server.addr'],
  token: ['server.token'],
  'token-header': ['server.token-header'],
};

/** Keys of trivy's file that nothing here answers to; what lies below one of them is the same. */
export const KEYS_WITHOUT_EFFECT: readonly string[] = [
  ...['ansible', 'cache.ttl', 'cache.redis', 'clean', 'cloud', 'db.download-java-only', 'db.light'],
  ...['kubernetes', 'license.confidenceLevel', 'license.forbidden', 'license.notice'],
  ...['license.permissive', 'license.reciprocal', 'license.restricted', 'license.unencumbered'],
  ...['misconfiguration', 'registry.mirrors', 'rego', 'scan.rekor-url', 'scan.sbom-sources'],
  ...['server.custom-headers', 'server.listen', 'version', 'vulnerability.skip-vex-repo-update'],
];

/** Returns the keys of a flag; the first is the one to write. */
export function configKeysOf({ name, aliases = [] }: Flag): readonly string[] {
  return [name, ...aliases, ...(PLACES[name] ?? [])];
}

/**
 * Flags that no file can set: `config` names the file, `input` the target, and the others end the
 * run before anything is scanned. A file that sets one of them could turn a gate into a pass
 * without a scan, or scan something else.
 */
export const NOT_IN_FILES: ReadonlySet<string> = new Set([
  ...['config', 'input', 'clear-cache', 'download-db-only', 'download-java-db-only'],
  'download-checks-bundle-only',
  ...['generate-default-config', 'reset'],
]);

/**
 * Flags that only a file named with `--config` can set: whatever is found, they let a gate end with
 * 0, move the clock by which it judges, or leave out commits. A file that lies in the working
 * directory may belong to what is scanned.
 */
export const NOT_IN_IMPLICIT_FILES: ReadonlySet<string> = new Set([
  'dry-run',
  'allow-empty',
  'as-of',
  'since-tag',
]);

/** Maps the place of a key, with dots, to its flag. */
export function flagsByKey(flags: readonly Flag[]): ReadonlyMap<string, Flag> {
  return new Map(
    flags
      .filter(({ name, isTypedOnly }) => !NOT_IN_FILES.has(name) && isTypedOnly !== true)
      .flatMap((flag) => configKeysOf(flag).map((place) => [place, flag] as const)),
  );
}

/** Flags that a policy may set: what is shown, what fails, what is let pass. */
export const POLICY_FLAGS: readonly string[] = [
  ...['severity', 'only', 'show-suppressed', 'exit-code', 'exit-on-eol', 'min-evidence'],
  ...['fail-on-tamper', 'fail-on-stale-ignore', 'allow-incomplete', 'ignore-unfixed'],
  ...['ignore-status', 'ignorefile', 'vex', 'baseline', 'db-max-age'],
];

const LISTS = new Set([
  'LIST',
  'GLOB',
  'PATH',
  'OUT',
  'CONDITIONS',
  'KIND,...',
  'OS/ARCH',
  'TYPE:PATTERN',
]);
const REPEATED = new Set(['ignorefile', 'input', 'vex', 'output', 'advisories']);

/** Returns whether a flag takes several values. */
export function takesList({ name, value }: Flag): boolean {
  return REPEATED.has(name) || LISTS.has(value ?? '');
}
