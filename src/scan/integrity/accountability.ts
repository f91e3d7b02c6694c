/** Accountability: the share of executables that verified packages explain. */

import { compareText } from '../../core/base/compare.ts';
import type {
  Accountability,
  Explainer,
  UnexplainedFile,
} from '../../core/model/package/package.ts';
import { thirdPartyVendor } from '../../core/model/distro/vendor.ts';
import type { CheckInput } from './check.ts';
import { isRunnable, RUNNABLE_SUFFIXES } from './file-class.ts';
import type { Subject } from './input.ts';
import { isInDatabaseWithoutDigests, databasesWithDigests } from './programs.ts';

/** The largest files are listed; all others are counted. */
const MAX_UNEXPLAINED = 1000;

const EXPLAINERS: readonly Explainer[] = ['distribution', 'vendor', 'language'];

/** Measures how many of the executables, and how many of their bytes, verified packages explain. */
export function measureAccountability(
  { root, subjects, contents, programs }: CheckInput,
  isVerified: (subject: Subject) => boolean,
): Accountability {
  const { owners } = contents;
  const recording = databasesWithDigests(subjects.all, contents.countsOf);
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

/** A package is a vendor's only if it has the marks of one; see `docs/ownership.md`. */
function explainerOf({ pkg, isSystem }: Subject): Explainer {
  if (!isSystem) return 'language';
  return thirdPartyVendor(pkg) === undefined ? 'distribution' : 'vendor';
}
