/**
 * Records of packages of languages that a layer removed or rewrote without the files in their
 * directories.
 */

import type { RecordOnlyChange } from '../../../core/model/package/package-occurrence.ts';
import type { ArtifactCheck, CheckInput } from '../check.ts';
import type { ClaimLocation } from '../input.ts';
import { packageLabel } from '../package-label.ts';
import {
  contradictVersion,
  giveVersion,
  type ArtifactStatement,
  type Statement,
} from '../statement.ts';

/** A hostile image can change any number of records. */
const MAX_CHANGES = 100;

/**
 * Contradicts packages whose record was rewritten alone, and reports records that were removed
 * alone.
 */
export const recordOnlyChanges: ArtifactCheck = {
  id: 'record-only-changes',
  needs: ['record-only changes'],
  ofArtifact: (input) =>
    (input.lone ?? []).slice(0, MAX_CHANGES).flatMap((change) => contradictChange(change, input)),
};

function contradictChange(
  { path, folder, changedIn, before, now }: RecordOnlyChange,
  { subjects }: CheckInput,
): readonly Statement[] {
  const at = { path, layer: changedIn };
  if (now === undefined) return [hidden(before, folder, at)];
  const by = 'the layers below: only the record changed, and no file beside it';
  return subjects.all
    .filter(
      ({ pkg, entries }) =>
        pkg.name === now.name && entries.some(({ location }) => location.path === path),
    )
    .flatMap((subject) =>
      before.name === now.name
        ? giveVersion(subject, { found: before.version, by, at })
        : [contradictVersion(subject, { found: packageLabel(before), by, at })],
    );
}

/**
 * Finds packages beyond the lists of files, which find most of such packages and more of their
 * files.
 */
function hidden(
  before: RecordOnlyChange['before'],
  folder: string,
  at: ClaimLocation,
): ArtifactStatement {
  return {
    kind: 'artifact',
    isFallback: true,
    contradiction: {
      kind: 'hidden',
      claimed: `no package "${before.name}" is installed`,
      found: `files of ${packageLabel(before)} in ${folder}, whose record alone was removed`,
      location: at,
      isSevere: true,
    },
  };
}
