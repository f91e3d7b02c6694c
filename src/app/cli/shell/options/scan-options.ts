/** From flags to what a scan is asked. */

import { AssayError } from '../../../../core/base/errors.ts';
import { EXIT_CODES } from '../../../../core/model/report/exit-codes.ts';
import { isGate } from '../../../../scan/policy/gate.ts';
import type { ScanRequest } from '../../../../scan/pipeline/request.ts';
import type { RunRequest } from '../../../../scan/pipeline/run-scan.ts';
import { readAdvisoryOptions } from './advisory-options.ts';
import { layerCacheFolder } from '../../../../core/base/cache-directory.ts';
import { openRecordStore } from '../../../../core/base/record-store.ts';
import type { GateRequest } from '../../../../scan/pipeline/reports/gate-reports.ts';
import type { FlagValues, Session } from '../../commands/command.ts';
import {
  EXCEPTION_FLAGS,
  NO_EXCEPTIONS,
  readExceptionFiles,
  USUAL_EXCEPTION_FILES,
  type ExceptionOptions,
  type Exceptions,
  type ExceptionUse,
} from '../../../config/exception-files.ts';
import { implicitComments } from '../../../config/implicit-config.ts';
import { presentFiles } from '../../../config/load.ts';
import { NO_POLICY, type PolicyOptions } from '../../../../scan/policy/options.ts';
import type { Overrides } from '../../../../advisories/base/overrides.ts';
import { BASE_FLAGS } from './base-flags.ts';
import { readBaseQuestion } from './base-options.ts';
import { POLICY_FLAGS } from './gate-flags.ts';
import { readPlatforms, readScanChoices, type ScanChoices } from './scan-choices.ts';
import { REGISTRY_FLAGS } from './registry-flags.ts';
import { readRegistryOptions } from './registry-options.ts';
import { openScanTrust } from './trust-options.ts';
import { readDuration } from '../../../config/values.ts';
import type { Target } from '../../../../scan/pipeline/target.ts';

/** The advisory base is not part of it: the caller opens it where `--scanners` wants one. */
export type ScanOptions = Omit<RunRequest, 'advisories' | 'cache'> & {
  readonly wantsAdvisories: boolean;
  /** Corrections that advisories are read with. */
  readonly overrides?: Overrides;
};

/** Flags that change what a scan looks for. */
const CHOICE_FLAGS = [
  { name: 'scanners' },
  { name: 'pkg-types' },
  { name: 'include-dev-deps' },
  { name: 'distro' },
  { name: 'allow-empty' },
  { name: 'vuln-severity-source' },
  { name: 'file-patterns' },
  { name: 'removed-pkgs' },
  { name: 'parallel' },
  { name: 'detection-priority' },
  { name: 'verify' },
  { name: 'lazy' },
] as const;
/** The choices of a scan without any of these flags. */
const USUAL_CHOICES: ScanChoices = {
  wantsAdvisories: true,
  packageTypes: ['os', 'library'],
  includeDevDependencies: false,
  allowEmpty: false,
  severitySources: [],
  verify: 'full',
};

/**
 * Reads the options of a scan with its gate and exceptions. `trustFile` judges the sources of
 * images.
 *
 * @throws AssayError `USAGE` for a bad value, `CONFIG_INVALID` for an ignore file that cannot be
 * read.
 */
export async function readScanOptions(
  session: Session,
  targets: readonly Target[],
  trustFile?: ScanRequest['trustFile'],
): Promise<ScanOptions> {
  const plain = await readChosen(session, targets);
  // Where nothing is found no entry is of use, and none may be called stale.
  const scansImages = targets.every(({ kind }) => kind === undefined || kind === 'image');
  const exceptions = looksForFindings(plain)
    ? await exceptionsOf(session, { scansImages })
    : NO_EXCEPTIONS;
  const { options, overrides } = exceptions;
  const policy = await policyOf(session, options);
  const judgesBases = trustFile?.trust.baseImages !== undefined;
  const mayNeedBases = judgesBases || session.flags.hasAny([...BASE_FLAGS, ...POLICY_FLAGS]);
  const needs = { policy, judgesBases };
  const asked = mayNeedBases ? await readBaseQuestion(session, needs, readTargets) : undefined;
  return {
    ...plain,
    policy,
    ...asked,
    ...(overrides && { overrides }),
    ...(trustFile && { trustFile }),
  };
}

/** Returns whether a scan can have findings. A scan that only lists packages has none. */
export function looksForFindings({
  wantsAdvisories,
  scanners = [],
}: Pick<ScanOptions, 'wantsAdvisories' | 'scanners'>): boolean {
  return wantsAdvisories || scanners.length > 0;
}

/** Returns the exceptions of a run. They are read only if there are any. */
async function exceptionsOf(session: Session, use: ExceptionUse): Promise<Exceptions> {
  const { flags, config, io } = session;
  const isNamed = config !== undefined || flags.hasAny(EXCEPTION_FLAGS);
  if (isNamed || presentFiles(io.cwd, USUAL_EXCEPTION_FILES).length > 0) {
    return readExceptionFiles(session, use);
  }
  return { options: { ignore: [], ignoreProblems: [], vex: [] } };
}

/**
 * Returns the gate of a run. The code that reads it is loaded only if a flag bears on the verdict.
 */
async function policyOf(session: Session, exceptions: ExceptionOptions): Promise<PolicyOptions> {
  if (!session.flags.hasAny(POLICY_FLAGS)) {
    const comments = implicitComments(session.flags);
    return { ...NO_POLICY, ...exceptions, ...comments, command: session.typed };
  }
  const { readPolicy } = await import('./policy-options.ts');
  return readPolicy(session, exceptions);
}

/**
 * Reads what a command about packages looks for, without gate and exceptions.
 *
 * @throws AssayError `USAGE` for a bad value, and for scanners of rules, whose findings such a
 * command does not use
 */
export async function readUngatedOptions(
  session: Session,
  targets: readonly Target[],
): Promise<ScanOptions> {
  const options = await readChosen(session, targets);
  const { scanners } = options;
  if (scanners === undefined) return options;
  throw new AssayError(
    'USAGE',
    `this command is about packages: --scanners ${scanners.join(',')}`,
    {
      hint: 'Possible values: vuln, packages. Findings of rules: assay image REF --scanners misconfig',
    },
  );
}

/** Reads what a scan looks for. */
async function readChosen(session: Session, targets: readonly Target[]): Promise<ScanOptions> {
  const { flags } = session;
  const choices = flags.hasAny(CHOICE_FLAGS) ? readScanChoices(flags) : USUAL_CHOICES;
  return { targets: await readTargets(session, targets), ...choices };
}

/**
 * Returns the request of a scan from its options: with the cache of this machine, and the source of
 * its advisory data.
 */
export function runRequest(session: Session, options: ScanOptions): RunRequest {
  const { wantsAdvisories: hasAdvisories, overrides, ...asked } = options;
  const request = {
    ...asked,
    cache: openRecordStore(layerCacheFolder(session), { log: session.context.log }),
  };
  if (!hasAdvisories) return request;
  const advisories = readAdvisoryOptions(session, options.policy?.failOn ?? []);
  return { ...request, advisories: { ...advisories, ...(overrides && { overrides }) } };
}

/**
 * Reads the options of `assay gate` on stored reports; without a gate, any finding that the filters
 * leave fails.
 *
 * @throws AssayError as {@link readScanOptions}
 */
export async function readGateOptions(session: Session): Promise<GateRequest> {
  const { flags } = session;
  const { options } = await readExceptionFiles(session);
  const policy = await policyOf(session, options);
  const maxAge = flags.text('db-max-age');
  const trustFile = await openScanTrust(session);
  return {
    ...(trustFile && { trustFile }),
    policy: isGate(policy)
      ? policy
      : { ...policy, exitCode: policy.exitCode ?? EXIT_CODES.findings },
    ...(maxAge === undefined ? {} : { maxAgeMs: readDuration('db-max-age', maxAge) }),
    allowEmpty: flags.isOn('allow-empty'),
  };
}

/**
 * Returns the targets with all that says where they are and which part of them is meant. @throws
 * AssayError `USAGE`
 */
export async function readTargets(
  session: Pick<Session, 'flags' | 'io'>,
  targets: readonly Target[],
): Promise<ScanRequest['targets']> {
  const registry = session.flags.hasAny(REGISTRY_FLAGS)
    ? await readRegistryOptions(session)
    : { env: session.io.env, isInsecure: false };
  const platforms = session.flags.isOn('platform') ? readPlatforms(session.flags) : [];
  return targets.map((target) => ({ ...fullTarget(target, session), platforms, registry }));
}

function fullTarget(
  target: Target,
  { flags, io }: Pick<Session, 'flags' | 'io'>,
): Omit<ScanRequest['targets'][number], 'platforms'> {
  if (target.reference === '') {
    throw new AssayError('USAGE', 'the target is empty', {
      hint: 'Perhaps a variable of the shell is not set.',
    });
  }
  return {
    ...target,
    imageSources: flags.list('image-src'),
    skipDirs: [...(target.skipDirs ?? []), ...flags.list('skip-dirs')],
    skipFiles: flags.list('skip-files'),
    env: environmentOf(flags, io.env),
    ...(flags.isOn('lazy') && { isLazy: true }),
  };
}

/**
 * Returns the environment with the daemons that flags name, which replace those of its variables.
 */
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
