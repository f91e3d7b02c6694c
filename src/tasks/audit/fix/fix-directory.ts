/** Fixes the findings of a report in the directory that it is about. */

import { lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { systemCode } from '../../../core/base/system-code.ts';
import type { DetectorSettings } from '../../../rules/detect/detector-settings.ts';
import { maskedDiff } from '../../../rules/detect/secret/masked-diff.ts';
import { writeAll } from '../../fix/write-all.ts';
import type { Report } from '../../../core/model/report/report.ts';
import type { RuleScanner } from '../../../core/model/rule/rule-scanner.ts';
import type { FixLevel } from './fix-level.ts';
import { lookAgainWith } from './look-again.ts';
import { planFixes, type FilePlan } from './plan-fixes.ts';

/** What is fixed. */
export interface FixRequest {
  /** Absolute. */
  readonly root: string;
  readonly scanners: readonly RuleScanner[];
  readonly settings: DetectorSettings | undefined;
  readonly level: FixLevel;
}

/** The files of a plan with what they change. */
export interface DirectoryFix {
  readonly plans: readonly FilePlan[];
  /** One unified diff of all files, without secrets; empty where nothing changes. */
  readonly diff: string;
  /** Paths of files whose part of the diff would show secrets, and has `***` in their place. */
  readonly maskedPaths: readonly string[];
  /** Findings with edits that only the level `all` makes; 0 at that level. */
  readonly unsafeCount: number;
}

/** Plans the edits for the findings of a report that count. No file is written. */
export async function planDirectory(
  report: Pick<Report, 'results'>,
  { root, scanners, settings, level }: FixRequest,
): Promise<DirectoryFix> {
  const rules = report.results.flatMap(({ findings, suppressed }) => {
    const ids = new Set(suppressed.map(({ findingId }) => findingId));
    return findings.flatMap((one) =>
      one.kind === 'rule' ? [{ finding: one, isSetAside: ids.has(one.id) }] : [],
    );
  });
  const counted = rules.filter(({ isSetAside }) => !isSetAside).map(({ finding }) => finding);
  const unsafe = level === 'all' ? [] : counted.filter(({ fix }) => fix?.isUnsafe === true);
  const plans = await planFixes({
    level,
    findings: counted,
    setAside: rules.filter(({ isSetAside }) => isSetAside).map(({ finding }) => finding),
    read: (path) => readIfFile(join(root, path)),
    lookAgain: lookAgainWith(scanners, settings),
  });
  const diffs = plans.map(({ path: absolute, ...plan }) => {
    const path = absolute.replace(/^\//u, '');
    return { path, ...maskedDiff({ path, ...plan }, settings?.secrets) };
  });
  return {
    plans,
    diff: diffs.map(({ text }) => text).join(''),
    maskedPaths: diffs.flatMap(({ path, isMasked }) => (isMasked ? [path] : [])),
    unsafeCount: unsafe.length,
  };
}

function readIfFile(path: string): Uint8Array | undefined {
  try {
    return lstatSync(path).isFile() ? readFileSync(path) : undefined;
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return undefined;
  }
}

/**
 * Writes the files of a plan, all or none.
 *
 * @throws AssayError `USAGE` if a file cannot be written, or was changed meanwhile
 */
export function writeDirectory(plans: readonly FilePlan[], root: string): void {
  const changed = plans.filter(({ old, fresh }) => old !== fresh);
  writeAll(
    root,
    changed.map(({ path, old, fresh }) => ({ path: path.replace(/^\//u, ''), old, fresh })),
  );
}
