/**
 * Judges candidates of `--update`: each is scanned and compared with the pinned reference as its
 * baseline, by the gate of the run. A pinned reference that is gone has no findings to compare
 * with, so that all findings of its candidate are new.
 */

import type { Context } from '../../core/base/context.ts';
import { AssayError } from '../../core/base/errors.ts';
import { parsePlatform } from '../../core/model/artifact/platform.ts';
import { baselineOf, type Baseline } from '../../scan/policy/baseline.ts';
import type { PolicyOptions } from '../../scan/policy/options.ts';
import type { ScanRequest } from '../../scan/pipeline/request.ts';
import { runScan, type RunRequest } from '../../scan/pipeline/run-scan.ts';
import type { Target } from '../../scan/pipeline/target.ts';
import { digestOf, nameOf, withoutDigest } from './reference-value.ts';
import type { Candidate, JudgeCandidate } from './request.ts';

/** Options for scanning candidates. */
export interface JudgeOptions {
  /** Everything but the targets and the policy. */
  readonly request: Omit<RunRequest, 'targets' | 'policy'>;
  readonly policy: PolicyOptions;
  /** Base address of the repositories of actions, as in `https://github.com`. */
  readonly actionsUrl: string;
  /** `--layout`: images are in this OCI layout. */
  readonly layout?: string;
  /** Adds to targets where images are looked for. */
  readonly completeTargets: (targets: readonly Target[]) => Promise<ScanRequest['targets']>;
}

/** Returns the judge of a run. Its calls throw `AssayError` as {@link runScan} does. */
export function candidateJudge(options: JudgeOptions, context: Context): JudgeCandidate {
  return async (candidate) => {
    const { request, policy } = options;
    context.log.info(`scanning "${candidate.pinned}" before it replaces the pinned one`);
    const baseline = await readBaseline(candidate, options, context);
    const targets = await targetsOf(candidate.pinned, candidate, options);
    const scan = { ...request, targets, allowEmpty: true, policy: { ...policy, baseline } };
    return runScan(scan, context);
  };
}

async function readBaseline(
  candidate: Candidate,
  options: JudgeOptions,
  context: Context,
): Promise<Baseline> {
  const { current } = candidate;
  try {
    const targets = await targetsOf(current, candidate, options);
    const scan = { ...options.request, targets, allowEmpty: true, policy: {} };
    return baselineOf(await runScan(scan, context), current);
  } catch (error) {
    if (!(error instanceof AssayError) || error.code !== 'NOT_FOUND') throw error;
    context.log.warn(`"${current}" is gone, so that all findings of its successor count as new`);
    const judgedAt = new Date(context.now()).toISOString();
    return {
      name: current,
      reference: current,
      judgedAt,
      findings: [],
      packageKeys: new Set(),
      isFiltered: false,
    };
  }
}

async function targetsOf(
  value: string,
  candidate: Candidate,
  { completeTargets, actionsUrl, layout }: JudgeOptions,
): Promise<ScanRequest['targets']> {
  const { kind, platform } = candidate;
  if (kind === 'image' && layout !== undefined) {
    const reference = `${layout}@${digestOf(kind, value) ?? ''}`;
    return completeTargets([{ reference, archive: layout, kind: 'image', isPath: true }]);
  }
  if (kind === 'image') {
    // The digest alone: some stores of images refuse a tag beside it.
    const reference = `${nameOf(kind, value)}@${digestOf(kind, value) ?? ''}`;
    const targets = await completeTargets([{ reference, kind: 'image' }]);
    // A platform of a file can be one that only a build knows.
    const asked = platform === undefined ? undefined : parsePlatform(platform);
    return asked === undefined ? targets : targets.map((one) => ({ ...one, platforms: [asked] }));
  }
  const repository =
    kind === 'action'
      ? `${actionsUrl.replace(/\/+$/u, '')}/${nameOf(kind, value).split('/').slice(0, 2).join('/')}`
      : withoutDigest(kind, value);
  const name = digestOf(kind, value) ?? '';
  return completeTargets([
    { reference: repository, kind: 'repository', revision: { kind: 'commit', name } },
  ]);
}
