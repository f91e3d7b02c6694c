/** The entries of layers that detectors of images look at. */

import type { DetectorRow } from '../../../rules/detect/detector.ts';
import type { EntryCriteria } from '../../../core/model/layer/entry-notes.ts';

/** Returns the criteria of all rows together; `undefined` if none has any. */
export function unionOfCriteria(rows: readonly DetectorRow[]): EntryCriteria | undefined {
  const all = rows.flatMap((row) => (row.kind === 'image' && row.entries ? [row.entries] : []));
  if (all.length === 0) return undefined;
  return {
    fileModes: all.reduce((bits, { fileModes }) => bits | fileModes, 0),
    directoryModes: all.reduce((bits, { directoryModes }) => bits | directoryModes, 0),
    countedDirectories: [...new Set(all.flatMap((one) => one.countedDirectories))],
  };
}
