/** Shared code of all scanning commands: options in, one scan, reports out. */

import { AssayError } from '../../../../core/base/errors.ts';
import { wantsAttestedVex } from '../../../config/exception-files.ts';
import { EXIT_CODES, runExitCode } from '../../../../core/model/report/exit-codes.ts';
import {
  runScan,
  withOpenAdvisories,
  type RunRequest,
} from '../../../../scan/pipeline/run-scan.ts';
import type { Target } from '../../../../scan/pipeline/target.ts';
import { checkWritable, showsVerdict, type Output } from '../../print/outputs.ts';
import { planReports, writeReports } from '../../print/report-output.ts';
import { tableFlagsGiven } from '../../print/table-view.ts';
import { TABLE_FLAGS } from '../../shell/options/report-flags.ts';
import { logSecretsNotScanned, looksForSecretsAsTrivy } from '../../print/trivy-notices.ts';
import {
  looksForFindings,
  readScanOptions,
  readTargets,
  runRequest,
} from '../../shell/options/scan-options.ts';
import { openScanTrust } from '../../shell/options/trust-options.ts';
import type { ScanCommand, Session } from '../command.ts';
import { runWithoutScan, SKIPPING_FLAGS } from './scan-skipping.ts';

/**
 * Scans the targets of a command and writes the reports.
 *
 * @returns the exit code of the verdict.
 * @throws AssayError as `scan()` does, and `USAGE` before anything is scanned.
 */
export async function scanTargets(
  session: Session,
  command: Pick<ScanCommand, 'targets' | 'request' | 'before'>,
  scan: typeof runScan = runScan,
): Promise<number> {
  const { flags, context } = session;
  const targets = await command.targets(session);
  if (flags.hasAny(SKIPPING_FLAGS)) {
    const endedWith = await runWithoutScan(session, targets);
    if (endedWith !== undefined) return endedWith;
  }
  const outputs = await planReports(session);
  const mayBeImages = targets.some(({ kind }) => kind === undefined || kind === 'image');
  const looksAtOrigins = flags.list('scanners').some((name) => name.toLowerCase() === 'origin');
  const trustFile = mayBeImages || looksAtOrigins ? await openScanTrust(session) : undefined;
  const options = await readScanOptions(session, targets, trustFile);
  await checkWritable(outputs, session.io.cwd);
  sayTableless(session, outputs, looksForFindings(options));

  const plain = runRequest(session, options);
  const asked = (await command.request?.(session, plain)) ?? plain;
  const looking = await withSecrets(session, asked, { targets, outputs });
  const endedBefore = await command.before?.(session, looking, scan);
  if (endedBefore !== undefined) return endedBefore;
  const compared = await withBaseline(session, targets, { request: looking, scan });
  const report = await scan(await withAttestedVex(session, compared), context);
  if (flags.isOn('download-db-only')) return EXIT_CODES.pass;
  const looksForSecrets = compared.scanners?.includes('secret') === true;
  if (compared.readsPackages !== false && !looksForSecrets) logSecretsNotScanned(session, targets);
  await writeReports(session, report, outputs);
  if (flags.text('ledger') !== undefined) {
    const { recordScan } = await import('../../shell/options/ledger-options.ts');
    await recordScan(session, report);
  }
  if (!showsVerdict(outputs, flags)) {
    const { printVerdict } = await import('../../print/verdict-output.ts');
    await printVerdict(session, report, outputs);
  }
  return runExitCode(report);
}

/** Warns about flags of tables where no table of findings is written. */
function sayTableless(session: Session, outputs: readonly Output[], hasFindings: boolean): void {
  const { flags, context } = session;
  const given = [
    ...(flags.isOn('dependency-tree') ? ['dependency-tree'] : []),
    ...(flags.hasAny(TABLE_FLAGS) ? tableFlagsGiven(session) : []),
  ];
  const hasTable = outputs.some(({ format }) => format === 'table');
  for (const name of given) {
    if (!hasTable) context.log.warn(`--${name} has no effect: only tables show it`);
    else if (!hasFindings && name !== 'width') {
      context.log.warn(`--${name} has no effect: --scanners packages looks for no findings`);
    }
  }
}

/**
 * A run that comes from trivy looks for secrets too. The settings about them are read if they are
 * looked for.
 */
async function withSecrets(
  session: Session,
  request: RunRequest,
  {
    targets,
    outputs,
  }: { readonly targets: readonly Target[]; readonly outputs: readonly Output[] },
): Promise<RunRequest> {
  const isAsked =
    request.scanners !== undefined || !looksForSecretsAsTrivy(session, targets, outputs);
  const scanned = isAsked ? request : { ...request, scanners: ['secret'] as const };
  if (scanned.scanners?.includes('secret') !== true) return scanned;
  const { withSecretSettings } = await import('../../shell/options/secret-options.ts');
  return withSecretSettings(session, scanned);
}

/**
 * Adds the question about attested VEX documents if it is asked. A baseline is scanned without it.
 */
async function withAttestedVex(session: Session, request: RunRequest): Promise<RunRequest> {
  if (request.advisories === undefined || !wantsAttestedVex(session)) return request;
  const { attestedVexQuestion } = await import('../sign/attested-vex.ts');
  return { ...request, attestedVex: attestedVexQuestion(session, { hasIdentity: true }) };
}

/** The baseline is read or scanned first: where there is none, the target need not be scanned. */
async function withBaseline(
  session: Session,
  targets: readonly Target[],
  { request, scan }: { readonly request: RunRequest; readonly scan: typeof runScan },
): Promise<RunRequest> {
  if (session.flags.text('baseline') === undefined) return request;
  if (request.advisories === undefined && request.scanners === undefined) {
    throw new AssayError(
      'USAGE',
      '--baseline compares findings, and --scanners packages has none',
      {
        hint: 'Leave out one of the two; assay diff compares packages.',
      },
    );
  }
  const { readBaseline } = await import('../../../../tasks/compare/read-baseline.ts');
  const run = {
    ...session,
    scan,
    completeTargets: (named: readonly Target[]) => readTargets(session, named),
  };
  const shared = await withOpenAdvisories(request, session.context);
  // What other analyzers found in the target says nothing about the baseline.
  const own = { ...shared, joined: undefined };
  const baseline = await readBaseline(run, targets, own);
  return { ...shared, policy: { ...request.policy, ...(baseline && { baseline }) } };
}
