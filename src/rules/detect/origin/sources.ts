/** Looks for sources of packages, images and actions in lockfiles, manifests and configurations. */

import { detectEncoding } from '../../../core/base/text-encoding.ts';
import type { FileDetector } from '../detector.ts';
import { judgeNames, prepareNames } from './imitated-names.ts';
import { judgeSources } from './judge.ts';
import { IMITATED_NAME, PUBLIC_TWIN } from './name-rules.ts';
import { judgeTwins } from './registry-facts.ts';
import { originReaderOf } from './readers/list.ts';
import { LOCKFILES } from './readers/names.ts';
import { SOURCE_RULES } from './rules.ts';
import type { OriginSettings } from './settings.ts';
import { upwards } from './text.ts';
import type { SourceUse } from './use.ts';

/** The detector. */
export const sources: FileDetector = {
  rules: [...SOURCE_RULES, PUBLIC_TWIN, IMITATED_NAME],
  prepare: prepareNames,
  detect({ path, bytes, settings }, note) {
    const read = originReaderOf(path);
    if (read === undefined) return [];
    const origin = settings?.origin ?? {};
    const text = decode(bytes);
    const gap = (message: string): void => note?.({ kind: 'gap', gap: 'unread', message });
    const reading = (other: string): string | undefined => {
      const found = origin.read?.(other);
      return found === undefined ? undefined : decode(found);
    };
    const needsSources = origin.trust !== undefined;
    const uses = read({
      ...{ path, bytes, text, read: reading },
      // Without a trust file no address is judged, so that a calculated one hides nothing.
      gap: (message) => {
        if (needsSources) gap(message);
      },
    });
    origin.collect?.(path, uses);
    const judged = withLocks(path, uses, origin.read);
    const { drafts, gaps } = judgeSources(path, judged, origin);
    const twins = judgeTwins(path, judged, origin);
    for (const message of [...gaps, ...twins.gaps]) gap(message);
    return [...drafts, ...twins.drafts, ...judgeNames(path, judged, origin)];
  },
};

/** Marks requests that a lockfile answers: it names their sources, and is judged by itself. */
function withLocks(
  path: string,
  uses: readonly SourceUse[],
  read: OriginSettings['read'],
): readonly SourceUse[] {
  const locked = new Map<string, boolean>();
  const hasLock = (ecosystem: string): boolean =>
    (LOCKFILES.get(ecosystem) ?? []).some((name) =>
      upwards(path, name).some((one) => read?.(one) !== undefined),
    );
  return uses.map((use) => {
    if (use.kind !== 'package' || use.isRequest !== true) return use;
    const known = locked.get(use.ecosystem) ?? hasLock(use.ecosystem);
    locked.set(use.ecosystem, known);
    return known ? { ...use, isAnsweredByLock: true } : use;
  });
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder(detectEncoding(bytes)).decode(bytes);
}
