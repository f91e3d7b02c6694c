/** How much of what can be run is explained by packages whose content was verified. */

import { compareText } from '../base/compare.ts';
import type { Accountability, Explainer, UnexplainedFile } from '../model/package.ts';
import { thirdPartyVendor } from '../model/vendor.ts';
import type { FileOwners } from './file-owners.ts';
import { isRunnable, RUNNABLE_SUFFIXES } from './file-class.ts';
import type { IntegrityInput, Subject, Subjects } from './input.ts';
import type { Programs } from './programs.ts';
import { isInDatabaseWithoutDigests, databasesWithDigests } from './digest-recording.ts';

/** The biggest are named; the rest is counted. */
const MAX_UNEXPLAINED = 1000;

const EXPLAINERS: readonly Explainer[] = ['distribution', 'vendor', 'language'];

export interface AccountabilityInput {
  readonly owners: FileOwners;
  readonly programs: Pick<Programs, 'identified'>;
  /** Whether the content of a package is, of which one file is known to be right. */
  readonly isVerified: (subject: Subject) => boolean;
}

export function measureAccountability(
  { root }: IntegrityInput,
  { all }: Subjects,
  { owners, programs, isVerified }: AccountabilityInput,
): Accountability {
  const recording = databasesWithDigests(all);
  let executableCount = 0;
  let executableBytes = 0;
  let explainedCount = 0;
  let explainedBytes = 0;
  const byExplainer = new Map<Explainer, { count: number; bytes: number }>(
    EXPLAINERS.map((by) => [by, { count: 0, bytes: 0 }]),
  );
  const unexplained: UnexplainedFile[] = [];
  for (const file of root.runnable(RUNNABLE_SUFFIXES)) {
    if (!isRunnable(file)) continue;
    const { body, sizeBytes } = file;
    executableCount += 1;
    executableBytes += sizeBytes;
    const owner = owners.matched.get(body);
    if (owner !== undefined) {
      if (isVerified(owner)) {
        explainedCount += 1;
        explainedBytes += sizeBytes;
        const part = byExplainer.get(explainerOf(owner));
        if (part !== undefined) {
          part.count += 1;
          part.bytes += sizeBytes;
        }
      }
    } else if (
      !owners.mismatched.has(body) &&
      !isInDatabaseWithoutDigests(owners.named.get(body), recording)
    ) {
      const program = programs.identified.get(body);
      const location = { path: file.path, layer: file.layer };
      unexplained.push({ location, sizeBytes, ...(program !== undefined && { program }) });
    }
  }
  unexplained.sort(
    (a, b) => b.sizeBytes - a.sizeBytes || compareText(a.location.path, b.location.path),
  );
  return {
    executableCount,
    executableBytes,
    explainedCount,
    explainedBytes,
    explainedBy: [...byExplainer].flatMap(([by, part]) =>
      part.count === 0 ? [] : [{ by, ...part }],
    ),
    unexplained: unexplained.slice(0, MAX_UNEXPLAINED),
  };
}

/** Only positive marks make a package one of another vendor; see `docs/ownership.md`. */
function explainerOf({ pkg, isSystem }: Subject): Explainer {
  if (!isSystem) return 'language';
  return thirdPartyVendor(pkg) === undefined ? 'distribution' : 'vendor';
}
