/**
 * `assay trust check`: judges by the trust file where dependencies, bases and actions come from.
 */

import { existsSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { auditRequest } from '../../../../tasks/audit/audit-request.ts';
import { AssayError, errorMessage } from '../../../../core/base/errors.ts';
import { pluralize } from '../../../../core/base/pluralize.ts';
import type { Flag } from '../../../config/flag.ts';
import { EXIT_CODES } from '../../../../core/model/report/exit-codes.ts';
import { isGate } from '../../../../scan/policy/gate.ts';
import { fullPolicy } from '../../../../scan/pipeline/request.ts';
import type { runScan, RunRequest } from '../../../../scan/pipeline/run-scan.ts';
import type { Target } from '../../../../scan/pipeline/target.ts';
import { BASE_FLAGS } from '../../shell/options/base-flags.ts';
import { INPUT_FLAG } from '../../shell/options/target-flags.ts';
import type { ScanCommand, Session } from '../command.ts';
import { surroundings } from '../audit/surroundings.ts';
import { imageTargets } from '../scan/image-references.ts';
import { readPathArgument } from '../scan/path-argument.ts';
import { SCAN_FLAGS } from '../scan/flags.ts';
import { collectUses } from './collect-uses.ts';

/** `--init`: a trust file of what is in use. */
const INIT_FLAG: Flag = {
  name: 'init',
  group: 'Trust',
  help: 'write assay.trust.yaml, which allows every source in use, for you to shorten; never replaces a file',
};
const PATH = /^(?:\.{1,2}(?:\/|$)|\/|~\/)|\/$/u;
const USUAL_NAME = 'assay.trust.yaml';

export const trustCheck: ScanCommand = {
  usage: 'PATH|REF',
  description:
    'Judges where packages, images and actions come from by the trust file: lockfiles, manifests and configurations of a directory, or of an image. A PATH begins with ./, ../ or /; everything else is the name of an image. Untrusted sources, wrong or missing digests and names of your own from elsewhere end with exit code 7. The npm registry and the Python index of your own configuration are asked whether they have private names of a directory, too; --offline asks nothing. It does what assay audit --scanners origin does, and always has a gate: any other finding ends with exit code 1, unless --exit-code or --fail-on says otherwise.',
  flags: [INIT_FLAG, INPUT_FLAG, ...BASE_FLAGS, ...SCAN_FLAGS],
  examples: [
    { command: 'assay trust check . --init', purpose: 'write down what is in use' },
    {
      command: 'assay trust check . --trust origin/main:assay.trust.yaml',
      purpose: 'judge a change by the trust file of the main branch',
    },
    {
      command: 'assay trust check ghcr.io/acme/app:1.2',
      purpose: 'an image: its registry, its base and the lockfiles in it',
    },
  ],
  targets: (session) => [targetOf(session)],
  request: async (session, plain) => {
    const { judged, notes } = await withFacts(
      session,
      await requestOf(session, { ...plain, advisories: undefined }),
    );
    const { trustFile } = judged;
    const trust = {
      problems: [],
      held: [{ group: 'source' as const, message: heldText(trustFile?.trust.name) }],
      warnings: [...(trustFile === undefined ? [NO_TRUST_FILE] : []), ...notes],
    };
    const policy = fullPolicy(judged.policy);
    // It asks for a verdict in every case: the rest are findings, and what was not judged is
    // incomplete.
    const gate = isGate(policy) ? policy : { ...policy, exitCode: EXIT_CODES.findings };
    return { ...judged, policy: gate, judgesOrigins: true, trust };
  },
  before: (session, request, scan) =>
    session.flags.isOn('init') ? writeInitial(session, request, scan) : Promise.resolve(undefined),
};

const NO_TRUST_FILE =
  'there is no trust file, so that sources are not compared with any: assay trust check --init writes one';

const NOT_OF_IMAGES = 'no registry was asked about the names of packages in this image';

function heldText(name: string | undefined): string {
  return name === undefined
    ? 'no rule about sources has a finding'
    : `no source is in use that ${name} does not allow`;
}

/** @throws AssayError `USAGE` if it is not clear what is meant */
function targetOf(session: Session): Target {
  const { flags, io } = session;
  if (flags.isOn('input')) {
    const [target] = imageTargets(session);
    if (target !== undefined) return target;
  }
  const reference = readPathArgument(session);
  if (/^pkg:/iu.test(reference)) {
    throw new AssayError('USAGE', `"${reference}" is a package URL, which names no source`, {
      hint: 'Name a directory with the lockfile that has the package: assay trust check .',
    });
  }
  if (PATH.test(reference)) return { reference, kind: 'directory' };
  if (existsSync(resolve(io.cwd, reference))) {
    throw new AssayError('USAGE', `"${reference}" is a path here, and could be an image`, {
      hint: `Write ./${reference} for the path, or docker://${reference} for an image in a registry.`,
    });
  }
  return { reference, kind: 'image' };
}

async function requestOf(session: Session, plain: RunRequest): Promise<RunRequest> {
  const [target] = plain.targets;
  const scanners = ['origin'] as const;
  if (target?.kind !== 'directory') return { ...plain, scanners, readsPackages: false };
  const question = {
    ...(await surroundings(session)),
    ...{ sarif: [], searchesHistory: false, isStaged: false, scanners },
  };
  return auditRequest(plain, question, session.context);
}

/**
 * Adds what the registries of the user answer about names of a directory, and says what was not
 * asked.
 */
async function withFacts(
  { flags, io, context }: Session,
  request: RunRequest,
): Promise<{ readonly judged: RunRequest; readonly notes: readonly string[] }> {
  const { targets, detectorSettings, trustFile } = request;
  if (flags.isOn('init')) return { judged: request, notes: [] };
  if (targets[0]?.kind !== 'directory') return { judged: request, notes: [NOT_OF_IMAGES] };
  const [{ runScan }, { askRegistries }] = await Promise.all([
    import('../../../../scan/pipeline/run-scan.ts'),
    import('../../../../tasks/audit/origin/ask-registries.ts'),
  ]);
  const uses = await collectUses(request, runScan, context);
  const question = { trust: trustFile?.trust, env: io.env };
  const { facts, notes } = await askRegistries(uses, question, context);
  const origin = { ...detectorSettings?.origin, facts };
  return { judged: { ...request, detectorSettings: { ...detectorSettings, origin } }, notes };
}

async function writeInitial(
  session: Session,
  request: RunRequest,
  scan: typeof runScan,
): Promise<number> {
  const name = USUAL_NAME;
  const path = resolve(session.io.cwd, name);
  if (existsSync(path)) {
    throw new AssayError('USAGE', `"${name}" already exists`, {
      hint: 'Move it away first, and compare the two.',
    });
  }
  const uses = await collectUses(request, scan, session.context);
  if (uses.length === 0) {
    throw new AssayError('NOTHING_TO_SCAN', 'no file of this target names a source', {
      hint: 'docs/trusted-sources.md lists the files that are read.',
    });
  }
  const { initialTrustFile } = await import('../../../../tasks/audit/origin/init-trust-file.ts');
  const text = initialTrustFile(uses);
  try {
    writeFileSync(path, text, { flag: 'wx' });
  } catch (error) {
    throw new AssayError('USAGE', `cannot write "${name}": ${errorMessage(error)}`, {
      hint: 'Run the command in a directory that you may write to.',
      cause: error,
    });
  }
  const what = pluralize(uses.length, 'statement');
  await session.say(
    `wrote ${name} from ${what} about sources; read it and cut it down before use\n`,
  );
  return EXIT_CODES.pass;
}
