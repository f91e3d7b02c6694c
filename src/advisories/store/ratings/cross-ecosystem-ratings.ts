/**
 * Ratings that records of other ecosystems and releases give a vulnerability, as the errata of
 * another distribution do.
 */

import { appendTo } from '../../../core/base/maps.ts';
import type { Advisory, Rating } from '../../../core/model/advisory/advisory.ts';
import { idKey } from '../set-file.ts';
import { isEcosystemSet, type EcosystemSet, type OpenSet } from '../open-set.ts';
import { packageRecords } from '../package-records.ts';

type Rated = Pick<Advisory, 'ratings' | 'affected' | 'withdrawnAt'>;

/**
 * Returns the ratings of `ids` in the sets, by id as it was given. In statements about single
 * packages only scores count: words there rate the builds of the record's own publisher.
 */
export function ratingsIn(
  sets: readonly OpenSet[],
  ids: readonly string[],
): ReadonlyMap<string, readonly Rating[]> {
  const ratings = new Map<string, Rating[]>();
  const add = (id: string, record: Rated): void => {
    if (record.withdrawnAt !== undefined) return;
    for (const rating of ratingsOf(record)) appendTo(ratings, id, rating);
  };
  for (const open of sets.filter(isEcosystemSet)) {
    if (open.file.form === 'records') addPublished(open.file.advisoriesOfIds(ids), ids, add);
    else addEntries(open, ids, add);
  }
  return ratings;
}

function addPublished(
  advisories: readonly Advisory[],
  ids: readonly string[],
  add: (id: string, record: Rated) => void,
): void {
  const wanted = new Map(ids.map((id) => [idKey(id), id]));
  for (const advisory of advisories) {
    for (const name of new Set([advisory.id, ...advisory.aliases])) {
      const id = wanted.get(idKey(name));
      if (id !== undefined) add(id, advisory);
    }
  }
}

/** An erratum has the same rating under each package that it names, so one of them is read. */
function addEntries(
  open: EcosystemSet,
  ids: readonly string[],
  add: (id: string, record: Rated) => void,
): void {
  for (const id of ids) {
    for (const { id: own, names } of open.file.recordsOf(id)) {
      const [name = ''] = names;
      const record = packageRecords(open, name).find((one) => one.id === own);
      if (record !== undefined) add(id, record.facts(open.set.dataAt));
    }
  }
}

function ratingsOf({ ratings, affected }: Rated): readonly Rating[] {
  const ofPackages = affected
    .flatMap((entry) => entry.ratings)
    .filter(({ vector, score }) => (vector ?? score) !== undefined);
  return [...ratings, ...ofPackages].filter(({ severity }) => severity !== 'unknown');
}
