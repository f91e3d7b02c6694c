/** The detectors of single files, for a second look at a content that was not written yet. */

import type { DetectorSettings } from '../../../rules/detect/detector-settings.ts';
import type { FileDetector } from '../../../rules/detect/detector.ts';
import { detectorsOf } from '../../../rules/detect/list.ts';
import type { RuleDraft } from '../../../core/model/rule/rule-finding.ts';
import type { RuleScanner } from '../../../core/model/rule/rule-scanner.ts';
import type { LookAgain } from './plan-fixes.ts';

/**
 * Returns what looks at one file of a directory. Detectors pass over files that they do not know by
 * their path.
 */
export function lookAgainWith(
  scanners: readonly RuleScanner[],
  settings: DetectorSettings | undefined,
): LookAgain {
  let loaded: Promise<readonly FileDetector[]> | undefined;
  const rows = detectorsOf(scanners, 'directory').filter((row) => row.kind === 'file');
  return async (path, bytes) => {
    loaded ??= Promise.all(rows.map((row) => row.load()));
    const file = { path, bytes, ...(settings && { settings }) };
    const drafts: RuleDraft[] = [];
    for (const detector of await loaded) {
      await detector.prepare?.(path);
      drafts.push(...detector.detect(file));
    }
    return drafts;
  };
}
