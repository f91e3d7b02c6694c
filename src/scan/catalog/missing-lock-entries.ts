/**
 * Requests in a lockfile that have no entry. Tools write both together, so an entry was removed: an
 * installation would have more packages than the list.
 */

import type { CatalogBuilder } from './catalog-builder.ts';

const MAX_QUOTED = 80;

/**
 * Reports the requests of a lockfile that it does not pin; one gap, whatever their number. A file
 * that was not read completely gets no report.
 *
 * @param names In the order of the file; a name may come several times.
 * @param isCertain False if the request may be for the project itself, and no file beside shows it:
 * a note.
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
