/**
 * What a lockfile asks for and does not hold. The tools that write lockfiles write both together, so an entry was taken out: what
 * would be installed is more than what is listed.
 */

import type { CatalogBuilder } from './catalog-builder.ts';

const MAX_QUOTED = 80;

/**
 * Says which packages a lockfile asks for and does not pin; one gap, whatever their number. Of a file that was not read
 * as a whole it says nothing.
 *
 * @param names In the order of the file; a name may come several times.
 * @param isCertain False where the project itself may be what is asked for, and nothing beside the file tells: a note.
 */
export function reportMissingLockEntries(
  names: Iterable<string>,
  result: CatalogBuilder,
  isCertain = true,
): void {
  if (result.isCut) return;
  const unpinned = new Set(names);
  const [first] = unpinned;
  if (first === undefined) return;
  const more = unpinned.size > 1 ? ` and ${unpinned.size - 1} more` : '';
  const name = JSON.stringify(first.slice(0, MAX_QUOTED));
  const message = `asks for ${name}${more}, which it does not pin`;
  if (isCertain) result.gap('unreadable', message);
  // What could not be read is the likelier answer.
  else if (!result.hasGap) result.note(`${message}; the project itself may be meant`);
}
