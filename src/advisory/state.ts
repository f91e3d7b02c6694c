/** Which sets of the stored base answer for needs, and a name for what they hold. */

import type { AdvisoryNeed } from '../model/advisory.ts';
import { readManifest, setsText, type StoredSet } from './store/manifest.ts';

/** Facts by id are of use for every need. */
export function isFor({ ecosystem, release }: StoredSet, needs: readonly AdvisoryNeed[]): boolean {
  if (ecosystem === undefined) return true;
  return needs.some((need) => need.ecosystem === ecosystem && need.release === release);
}

/**
 * The name of what the base in `folder` holds for needs, as a reader of it has it; only the manifest is read. Files of
 * sets are named by their digests, so that the same name means the same bytes.
 * @throws AssayError `ADVISORY_DATA_UNVERIFIED`, `ACCESS_DENIED`
 */
export function stateOfBase(folder: string, needs: readonly AdvisoryNeed[]): string {
  return setsText((readManifest(folder)?.sets ?? []).filter((set) => isFor(set, needs)));
}
