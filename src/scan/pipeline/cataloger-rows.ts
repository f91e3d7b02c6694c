/**
 * The rows of the catalogers as a scan uses them: by id, and as selectors for layers that are read
 * in parts.
 */

import { indexBy } from '../../core/base/maps.ts';
import type { CatalogerRow } from '../catalog/cataloger.ts';
import { CATALOGERS } from '../catalog/list.ts';
import { compileSelectors, type SelectorTable } from '../collect/selector.ts';

/** All catalogers by id. */
export const CATALOGER_ROWS: ReadonlyMap<string, CatalogerRow> = indexBy(CATALOGERS, 'id');

/**
 * Returns selectors for layers that are read by their table of contents. Rows that read programs
 * are left out, because a part of each program would have to be fetched to decide whether it is
 * wanted. Rows that only add to the evidence of packages are left out too: Debian's changelogs are
 * a tenth of its images.
 */
export function lazySelectors(rows: readonly CatalogerRow[]): SelectorTable {
  const finders = rows.filter(
    ({ readsPrograms, isSupplement, isClaim }) =>
      readsPrograms !== true && (isSupplement !== true || isClaim === true),
  );
  return { ...compileSelectors(finders), headBytes: 0 };
}
