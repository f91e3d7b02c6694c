/** A lookup in the stored advisory base with the user's corrections applied, as scans read it. */

import { openLookup, type FeedRecord, type LookupBase } from '../store/lookup.ts';
import type { Context } from '../../core/base/context.ts';
import type { Advisory } from '../../core/model/advisory/advisory.ts';
import { applyOverrides, type Overrides } from './overrides.ts';

/** The base that is looked up, with corrections of the user. */
export interface LookupOptions {
  readonly folder: string;
  /** Corrections of the user that count. */
  readonly overrides: Overrides;
}

/**
 * Opens the stored base with the corrections applied. Each applied correction is logged once. A
 * user's own records (`--advisories`) belong to a run and are not included.
 * @throws AssayError `ADVISORY_DATA_UNVERIFIED`, `ACCESS_DENIED`
 */
export async function openCorrectedLookup(
  { folder, overrides }: LookupOptions,
  { log, now }: Context,
): Promise<LookupBase> {
  const base = await openLookup(folder, now());
  if (overrides.list.length === 0) return base;
  const said = new Set<string>();
  const note = (message: string): void => {
    if (said.has(message)) return;
    said.add(message);
    log.warn(message);
  };
  const correct = (advisory: Advisory): Advisory => applyOverrides(advisory, overrides, note);
  const { reader } = base;
  return {
    ...base,
    reader: {
      coverage: (need) => reader.coverage(need),
      facts: (id) => reader.facts(id),
      factsCoverage: () => reader.factsCoverage(),
      byPackage: (need, name) => [...reader.byPackage(need, name)].map(correct),
      byPackages: function* (need, names) {
        for (const records of reader.byPackages(need, names)) yield [...records].map(correct);
      },
      byId: (id) => {
        const advisory = reader.byId(id);
        return advisory === undefined ? undefined : correct(advisory);
      },
    },
    recordsOf: (id) =>
      base.recordsOf(id).map((record): FeedRecord => ({
        ...record,
        advisory: correct(record.advisory),
      })),
  };
}
