/**
 * `--baseline`: what was there before, from a report, an image, a bill of materials, a folder or a
 * git revision.
 */

import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

import type { Context } from '../../core/base/context.ts';
import { AssayError } from '../../core/base/errors.ts';
import type { Io } from '../../core/base/io.ts';
import type { Report } from '../../core/model/report/report.ts';
import { asPath, parseTarget } from '../../clients/oci/parse-target.ts';
import { baselineOf, type Baseline } from '../../scan/policy/baseline.ts';
import type { ScanRequest } from '../../scan/pipeline/index.ts';
import type { RunRequest } from '../../scan/pipeline/run-scan.ts';
import { readSoundReport } from '../../scan/pipeline/reports/sound-report.ts';
import { fileOperand, isFileOperand } from './operand.ts';
import { isStoredReport } from '../../scan/pipeline/reports/stored-report.ts';
import type { Target } from '../../scan/pipeline/target.ts';

/** The parts of a run that reading a baseline needs. */
interface Run {
  /** Returns the last value given for a flag; `undefined` where the flag is absent. */
  readonly flags: { text(name: string): string | undefined };
  readonly io: Pick<Io, 'cwd'>;
  readonly context: Context;
}

/** A run in which baselines can be scanned. */
export interface ScanningRun extends Run {
  /** Scans a target. */
  readonly scan: (request: RunRequest, context: Context) => Promise<Report>;
  /**
   * Adds to targets where images are looked for and which part of them is meant. @throws AssayError
   * `USAGE`
   */
  readonly completeTargets: (targets: readonly Target[]) => Promise<ScanRequest['targets']>;
}

/** The scan of a baseline that is not a report: like the target's, and without a gate. */
type BaselineScan = Omit<RunRequest, 'targets'>;

/**
 * Returns the baseline that the flag names; `undefined` without the flag. What is not a report is
 * scanned as the targets are, and matched with the data of now.
 *
 * @throws AssayError as `scan()` and reading reports do
 */
export async function readBaseline(
  session: ScanningRun,
  targets: readonly Target[],
  scan: BaselineScan,
): Promise<Baseline | undefined> {
  const name = session.flags.text('baseline');
  if (name === undefined) return undefined;
  if (isFileOperand(name) && (await isStoredReport(session, name)))
    return fromReport(session, name);
  session.context.log.info(`scanning the baseline "${name}"`);
  const candidates = baselineTargets(session, name, targets);
  const report = await scanFirst(session, name, await session.completeTargets(candidates), scan);
  return told(session, baselineOf(report, name), report);
}

/** Scans the first existing one of a branch and a tag of this name. */
async function scanFirst(
  run: ScanningRun,
  name: string,
  candidates: ScanRequest['targets'],
  scan: BaselineScan,
): Promise<Report> {
  const { context, io } = run;
  let missing: AssayError | undefined;
  for (const target of candidates) {
    try {
      // Before the first lockfile there was nothing; a file that holds nothing is the wrong one.
      const allowEmpty = scan.allowEmpty === true || target.revision !== undefined;
      return await run.scan({ ...scan, targets: [target], allowEmpty, policy: {} }, context);
    } catch (error) {
      if (!(error instanceof AssayError) || error.code !== 'NOT_FOUND') throw error;
      missing ??= error;
    }
  }
  const isOne = candidates.length === 1;
  const message = isOne && missing !== undefined ? missing.message : `there is no "${name}"`;
  throw new AssayError('NOT_FOUND', `--baseline: ${message}`, {
    hint: existsSync(resolve(io.cwd, name))
      ? `To compare with the file or folder of that name, write ${asPath(name)}`
      : 'Name a JSON report, an image by its digest, an SBOM, a folder as ./DIR, or a branch, tag or commit.',
    cause: missing,
  });
}

/**
 * Returns a baseline that must be a report, because nothing is scanned. @throws AssayError `USAGE`
 * for anything else.
 */
export async function readReportBaseline(session: Run): Promise<Baseline | undefined> {
  const name = session.flags.text('baseline');
  if (name === undefined) return undefined;
  if (existsSync(resolve(session.io.cwd, name)) && !(await isStoredReport(session, name))) {
    throw new AssayError('USAGE', `--baseline: "${name}" is not a JSON report of assay`, {
      hint: 'Nothing is scanned here, so the baseline is a report too: write one with -o json=base.json.',
    });
  }
  return fromReport(session, name);
}

async function fromReport(session: Run, name: string): Promise<Baseline> {
  const report = await readSoundReport(session, name, `the baseline "${name}"`);
  const hasPackages = report.results.some(({ inventory }) => inventory.packages.length > 0);
  if (report.coverage.length === 0 && hasPackages) {
    throw new AssayError(
      'ADVISORY_DATA_MISSING',
      `in the baseline "${name}" no advisories were asked, so everything would be new`,
      { hint: 'Scan it without --scanners packages.' },
    );
  }
  return told(session, baselineOf(report, name), report);
}

/** Logs the warnings about the baseline, and returns it. */
function told(session: Run, baseline: Baseline, report: Report): Baseline {
  const gaps = report.results.flatMap(({ diagnostics }) => diagnostics.filter(({ gap }) => gap));
  const [first] = gaps;
  if (first !== undefined) {
    const more = gaps.length > 1 ? ` (and ${gaps.length - 1} more)` : '';
    session.context.log.warn(
      `the baseline "${baseline.name}" has gaps; what they hide counts as new: ${first.message}${more}`,
    );
  }
  return baseline;
}

const PINNED = /@sha256:[0-9a-f]{64}$/u;
const COMMIT = /^(?:HEAD|[0-9a-f]{4,64})(?:~\d{1,6})?$/u;

/**
 * A path is a file or folder; any other word is a revision where a repository is scanned, and an
 * image where not.
 */
function baselineTargets(
  session: Run,
  name: string,
  targets: readonly Target[],
): readonly Target[] {
  if (isFileOperand(name)) {
    const isImage = targets.every(({ kind }) => kind === 'image');
    return isImage && !isDocument(name)
      ? [{ reference: name, kind: 'image' }]
      : [fileOperand(name)];
  }
  const [target] = targets;
  const isImageForm = parseTarget(name).kind !== 'name';
  if (!isImageForm && target !== undefined && isTree(session, target, name)) {
    return revisionTargets(session, name, target);
  }
  if (!isImageForm && !PINNED.test(name)) {
    session.context.log.warn(
      `the baseline "${name}" has no digest, and a tag may move; assay digest ${name} prints it`,
    );
  }
  return [{ reference: name, kind: 'image' }];
}

/**
 * Returns whether revisions of the target can be asked for. A target of no given kind is a tree if
 * it is a directory of a repository and no image (an OCI layout, or what skopeo writes for `dir:`),
 * and the baseline has no tag or digest, which no revision can have (git-check-ref-format(1)).
 */
function isTree(session: Run, { kind, reference }: Target, baseline: string): boolean {
  if (kind !== undefined) return kind === 'directory' || kind === 'repository';
  const folder = resolve(session.io.cwd, reference);
  const has = (name: string): boolean => existsSync(join(folder, name));
  const isImage = has('oci-layout') || (has('manifest.json') && has('version'));
  return !baseline.includes(':') && existsSync(folder) && !isImage && isInRepository(folder);
}

/** An SBOM stands for the image that it describes. */
function isDocument(name: string): boolean {
  return /\.(?:json|spdx|xml)$/iu.test(name);
}

function revisionTargets(session: Run, name: string, target: Target): readonly Target[] {
  const { reference } = target;
  const folder = resolve(session.io.cwd, reference);
  if (existsSync(folder) && !isInRepository(folder)) {
    throw new AssayError('NOT_FOUND', `--baseline: there is no "${name}"`, {
      hint: `A git revision needs a folder of a repository as target, and "${reference}" is none.`,
    });
  }
  const kinds = COMMIT.test(name)
    ? (['commit', 'branch', 'tag'] as const)
    : (['branch', 'tag'] as const);
  return kinds
    .filter((kind) => kind === 'commit' || !name.includes('~'))
    .map((kind) => ({ reference, kind: 'repository', revision: { kind, name } }));
}

function isInRepository(folder: string): boolean {
  if (existsSync(join(folder, '.git'))) return true;
  const above = dirname(folder);
  return above !== folder && isInRepository(above);
}
