/** From flags to what a scan is asked. */

import { SEVERITY_SOURCES } from '../../../advisory/severity-sources.ts';
import type { DetectionPriority } from '../../../base/context.ts';
import { AssayError } from '../../../base/errors.ts';
import type { Platform } from '../../../model/artifact.ts';
import { parsePlatform } from '../../../model/platform.ts';
import type { Distro } from '../../../model/package.ts';
import { EXIT_CODES } from '../../../model/exit-codes.ts';
import { isGate } from '../../../policy/gate.ts';
import type { ScanRequest, VerifyDepth } from '../../../scan/request.ts';
import type { RunRequest } from '../../../scan/run-scan.ts';
import { readAdvisoryOptions } from './advisory-options.ts';
import { openLayerCache } from './layer-cache-folder.ts';
import type { GateRequest } from '../../../scan/gate-reports.ts';
import type { FlagValues, Session } from '../../commands/command.ts';
import { NO_EXCEPTIONS, readExceptionFiles } from '../../../config/exception-files.ts';
import type { Overrides } from '../../../advisory-db/overrides.ts';
import { readBaseQuestion } from './base-options.ts';
import { readPolicy } from './policy-options.ts';
import { REGISTRY_FLAGS } from './registry-flags.ts';
import { readRegistryOptions } from './registry-options.ts';
import { badValue, readChoices, readParallel } from '../../../config/values.ts';
import { readDuration } from '../../../config/values.ts';
import type { Target } from '../../../scan/target.ts';

/** The advisory base is not part of it: the caller opens it where `--scanners` wants one. */
export type ScanOptions = Omit<RunRequest, 'advisories' | 'cache'> & {
  readonly wantsAdvisories: boolean;
  /** Corrections that advisories are read with. */
  readonly overrides?: Overrides;
};

/**
 * Reads the options of a scan with its gate and exceptions.
 *
 * @throws AssayError `USAGE` for a bad value, `CONFIG_INVALID` for an ignore file that cannot be read.
 */
export async function readScanOptions(
  session: Session,
  targets: readonly Target[],
): Promise<ScanOptions> {
  const plain = await readUngatedOptions(session, targets);
  // Where nothing is matched no entry is of use, and none may be called stale.
  const exceptions = plain.wantsAdvisories ? await readExceptionFiles(session) : NO_EXCEPTIONS;
  const { options, overrides } = exceptions;
  const policy = readPolicy(session, options);
  const bases = await readBaseQuestion(session, policy, readTargets);
  return { ...plain, policy, ...(bases && { bases }), ...(overrides && { overrides }) };
}

/** What a scan is asked without gate and exceptions. @throws AssayError `USAGE` for a bad value */
export async function readUngatedOptions(
  session: Session,
  targets: readonly Target[],
): Promise<ScanOptions> {
  const { flags } = session;
  const distro = readDistro(flags.text('distro'));
  return {
    targets: await readTargets(session, targets),
    wantsAdvisories: wantsAdvisories(session),
    packageTypes: readPackageTypes(flags),
    includeDevDependencies: flags.isOn('include-dev-deps'),
    ...(distro === undefined ? {} : { distro }),
    allowEmpty: flags.isOn('allow-empty'),
    severitySources: readSeveritySources(flags),
    ...readMore(flags),
    ...readLayersAtOnce(flags),
    ...readDetectionPriority(flags),
    verify: readVerify(flags) ?? (flags.isOn('lazy') ? 'none' : 'full'),
  };
}

/** What a scan is asked, by its options: with the cache of this machine, and where its advisory data comes from. */
export function runRequest(session: Session, options: ScanOptions): RunRequest {
  const { wantsAdvisories: hasAdvisories, overrides, ...asked } = options;
  const request = { ...asked, cache: openLayerCache(session) };
  if (!hasAdvisories) return request;
  const advisories = readAdvisoryOptions(session, options.policy?.failOn ?? []);
  return { ...request, advisories: { ...advisories, ...(overrides && { overrides }) } };
}

/**
 * What `assay gate` is asked of stored reports; where nothing asks for a gate, anything that the filters leave fails.
 *
 * @throws AssayError as {@link readScanOptions}
 */
export async function readGateOptions(session: Session): Promise<GateRequest> {
  const { flags } = session;
  const { options } = await readExceptionFiles(session);
  const policy = readPolicy(session, options);
  const maxAge = flags.text('db-max-age');
  return {
    policy: isGate(policy)
      ? policy
      : { ...policy, exitCode: policy.exitCode ?? EXIT_CODES.findings },
    ...(maxAge === undefined ? {} : { maxAgeMs: readDuration('db-max-age', maxAge) }),
    allowEmpty: flags.isOn('allow-empty'),
  };
}

/** The targets with all that says where they are and which part of them is meant. @throws AssayError `USAGE` */
export async function readTargets(
  session: Pick<Session, 'flags' | 'io'>,
  targets: readonly Target[],
): Promise<ScanRequest['targets']> {
  const registry = session.flags.hasAny(REGISTRY_FLAGS)
    ? await readRegistryOptions(session)
    : { env: session.io.env, isInsecure: false };
  return targets.map((target) => ({ ...fullTarget(target, session), registry }));
}

function fullTarget(
  target: Target,
  { flags, io }: Pick<Session, 'flags' | 'io'>,
): ScanRequest['targets'][number] {
  if (target.reference === '') {
    throw new AssayError('USAGE', 'the target is empty', {
      hint: 'Perhaps a variable of the shell is not set.',
    });
  }
  return {
    ...target,
    platforms: readPlatforms(flags),
    imageSources: flags.list('image-src'),
    skipDirs: [...(target.skipDirs ?? []), ...flags.list('skip-dirs')],
    skipFiles: flags.list('skip-files'),
    env: environmentOf(flags, io.env),
    ...(flags.isOn('lazy') && { isLazy: true }),
  };
}

/** The environment with the daemons that flags name, which replace those of its variables. */
function environmentOf(flags: FlagValues, env: Session['io']['env']): Session['io']['env'] {
  const docker = flags.text('docker-host');
  const podman = flags.text('podman-host');
  if (docker === undefined && podman === undefined) return env;
  return {
    ...env,
    ...(docker !== undefined && { DOCKER_HOST: docker }),
    ...(podman !== undefined && { CONTAINER_HOST: podman }),
  };
}

function readPlatforms(flags: FlagValues): readonly Platform[] | 'all' {
  const texts = flags.list('platform');
  if (texts.includes('all')) return 'all';
  return texts.map((text) => {
    const platform = parsePlatform(text);
    if (platform !== undefined) return platform;
    const example = /^[a-z0-9_]+$/u.test(text) ? `linux/${text}` : 'linux/amd64';
    throw badValue('platform', text, `Write it as ${example}, or all.`);
  });
}

/** What trivy scans besides, and Assay will. */
const PLANNED_SCANNERS = new Set(['secret', 'misconfig', 'config', 'license', 'rbac']);

function wantsAdvisories({ flags }: Session): boolean {
  const names = flags.list('scanners').map((name) => name.toLowerCase());
  if (names.length === 0) return true;
  const planned = names.filter((name) => PLANNED_SCANNERS.has(name));
  const bad = names.find(
    (name) => !PLANNED_SCANNERS.has(name) && name !== 'vuln' && name !== 'packages',
  );
  if (bad !== undefined) throw badValue('scanners', bad, 'Possible values: vuln, packages.');
  // A gate that was asked to look for secrets must not pass because they were not looked for.
  if (planned.length > 0) {
    throw new AssayError('USAGE', `--scanners ${planned.join(',')} is not there yet`, {
      hint: 'Possible values: vuln, packages. For vulnerabilities alone: --scanners vuln',
    });
  }
  return names.includes('vuln');
}

/** What is looked for beyond the usual. */
function readMore(flags: FlagValues): Pick<ScanRequest, 'filePatterns' | 'includeRemoved'> {
  // A pattern may hold a comma.
  const filePatterns = flags.all('file-patterns');
  return {
    ...(filePatterns.length > 0 && { filePatterns }),
    ...(flags.isOn('removed-pkgs') && { includeRemoved: true }),
  };
}

const PACKAGE_TYPES: ReadonlyMap<string, 'os' | 'library'> = new Map([
  ['os', 'os'],
  ['library', 'library'],
]);

function readPackageTypes(flags: FlagValues): readonly ('os' | 'library')[] {
  const types = readChoices('pkg-types', flags.list('pkg-types'), PACKAGE_TYPES);
  return types.length === 0 ? ['os', 'library'] : [...new Set(types)];
}

function readLayersAtOnce(flags: FlagValues): Pick<ScanRequest, 'layersAtOnce'> {
  const text = flags.text('parallel');
  const layersAtOnce = text === undefined ? undefined : readParallel('parallel', text);
  return layersAtOnce === undefined ? {} : { layersAtOnce };
}

const VERIFY_DEPTHS: ReadonlyMap<string, VerifyDepth> = new Map([
  ['full', 'full'],
  ['manifests', 'manifests'],
  ['none', 'none'],
]);

const PRIORITIES: ReadonlyMap<string, DetectionPriority> = new Map([
  ['precise', 'precise'],
  ['comprehensive', 'comprehensive'],
]);

function readDetectionPriority(flags: FlagValues): Pick<ScanRequest, 'detectionPriority'> {
  const text = flags.text('detection-priority');
  if (text === undefined) return {};
  const [detectionPriority] = readChoices('detection-priority', [text], PRIORITIES);
  return detectionPriority === undefined ? {} : { detectionPriority };
}

function readVerify(flags: FlagValues): VerifyDepth | undefined {
  const text = flags.text('verify');
  return text === undefined ? undefined : readChoices('verify', [text], VERIFY_DEPTHS)[0];
}

const DISTRO = /^(?<id>[a-z][a-z0-9._-]*)[/:](?<versionId>[A-Za-z0-9._-]+)$/u;

function readDistro(text: string | undefined): Distro | undefined {
  if (text === undefined) return undefined;
  const parts = DISTRO.exec(text)?.groups;
  if (parts === undefined) throw badValue('distro', text, 'Write it as debian/12 or alpine/3.19.');
  return { id: parts['id'] ?? '', versionId: parts['versionId'] ?? '' };
}

const SOURCE_CHOICES: ReadonlyMap<string, string> = new Map(
  ['auto', ...SEVERITY_SOURCES].map((source) => [source, source]),
);

/** `auto` is the default order, which follows in any case. */
function readSeveritySources(flags: FlagValues): readonly string[] {
  const name = 'vuln-severity-source';
  return readChoices(name, flags.list(name), SOURCE_CHOICES).filter((source) => source !== 'auto');
}
