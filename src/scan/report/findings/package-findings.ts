/** The findings of each package, in the order of the report, as four bytes for each finding. */

import type { Finding } from '../../../core/model/finding/finding.ts';

/** Numbers of findings by package. Findings about files are in no list of a package. */
export interface PackageFindingNumbers {
  /** Yields the positions in the list of findings. */
  of(packageId: string): Generator<number>;
}

/** Links each finding to the next one of its package. */
export function findingsByPackage(findings: readonly Finding[]): PackageFindingNumbers {
  const first = new Map<string, number>();
  const next = new Int32Array(findings.length).fill(-1);
  for (let index = findings.length - 1; index >= 0; index -= 1) {
    const finding = findings[index];
    const id = finding === undefined || finding.kind === 'rule' ? undefined : finding.packageId;
    if (id === undefined) continue;
    next[index] = first.get(id) ?? -1;
    first.set(id, index);
  }
  return {
    *of(packageId: string): Generator<number> {
      for (let index = first.get(packageId) ?? -1; index >= 0; index = next[index] ?? -1)
        yield index;
    },
  };
}
