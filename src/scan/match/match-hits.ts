/** The matching records of each package, one record at a time, before records are merged. */

import { appendTo } from '../../core/base/maps.ts';
import type {
  Advisory,
  AdvisoryReader,
  Affected,
  Coverage,
} from '../../core/model/advisory/advisory.ts';
import type { Diagnostic } from '../../core/model/finding/finding.ts';
import { ECOSYSTEMS } from '../../core/model/package/ecosystem.ts';
import type { Inventory, Package } from '../../core/model/package/package.ts';
import { cvesOf } from './aliases.ts';
import { thirdPartyPackages, noAdvisoryData, shippedWithoutData } from './gaps.ts';
import { evaluateAdvisory } from './evaluate-advisory.ts';
import type { Lookup, LookupVersion } from './matcher.ts';
import { PackageOwners } from './shipped-packages.ts';
import type { PackageLookup, NeedLookups, Lookups } from './lookups.ts';

/** One record that affects one package. */
export interface Hit {
  readonly pkg: Package;
  readonly lookup: Lookup;
  readonly record: Advisory;
  readonly version: LookupVersion;
  readonly entries: readonly Affected[];
}

/** A version that some records naming the package cannot order. */
export interface UnorderableVersion {
  readonly pkg: Package;
  readonly version: LookupVersion;
  readonly records: readonly Advisory[];
}

/** The advisories that name packages of an inventory, before they are merged by vulnerability. */
export interface MatchHits {
  readonly hits: readonly Hit[];
  /** The {@link MatchHits.hits} of owners that are not matched themselves. */
  readonly ownerHits: readonly Hit[];
  /** Absent: no package ships another. */
  readonly owners: PackageOwners | undefined;
  readonly unordered: readonly UnorderableVersion[];
  /** Packages that were not compared with anything, because there were enough hits before. */
  readonly unmatched: readonly Package[];
  /**
   * Records that name a program and say for certain that it is not affected; of other packages they
   * are not kept.
   */
  readonly clear: readonly { readonly pkg: Package; readonly record: Advisory }[];
  /**
   * All records that name something of the inventory: a fix must satisfy those that do not hit as
   * well.
   */
  readonly named: readonly Advisory[];
  /** {@link named} and others that tell which ids belong together. */
  readonly records: readonly Advisory[];
  readonly diagnostics: readonly Diagnostic[];
  readonly coverage: readonly Coverage[];
  readonly coveredPackageCount: number;
  /** Returns whether an entry names something that the inventory has. */
  readonly isAskedFor: (entry: Affected) => boolean;
}

/**
 * Looks all packages up. Once there are `maxHits` hits, the packages that are left are only listed.
 */
export function collectHits(
  inventory: Pick<Inventory, 'packages'>,
  questions: Lookups,
  advisories: AdvisoryReader,
  maxHits: number,
): MatchHits {
  const found: Found = { hits: [], unordered: [], clear: [] };
  const ofOwners: Found = { hits: [], unordered: [], clear: [] };
  const unmatched: Package[] = [];
  const named: Advisory[] = [];
  const coverage = new Map<string, Coverage>();
  const ownerRecords = new Map<string, Advisory[]>();
  const [loaded, missing]: [NeedLookups[], NeedLookups[]] = [[], []];
  for (const lookups of questions.needs) {
    const rows = advisories.coverage(lookups.need);
    (rows.length === 0 ? missing : loaded).push(lookups);
    for (const row of rows) coverage.set(JSON.stringify(row), row);
  }
  for (const { need, byName } of loaded) {
    const askersByName = byName.values();
    for (const answer of advisories.byPackages(need, [...byName.keys()])) {
      const records = [...answer].filter(isInForce);
      const { value: askers = [] } = askersByName.next();
      for (const asker of askers) {
        if (found.hits.length + ofOwners.hits.length < maxHits) {
          evaluateRecords(asker, records, asker.isOnlyOwner === true ? ofOwners : found);
        } else if (records.length > 0) unmatched.push(asker.pkg);
        if (questions.owners.has(asker.pkg.id)) addOwnerRecords(ownerRecords, asker, records);
      }
      for (const record of records) named.push(record);
    }
  }
  const isShipping = questions.owners.size > 0;
  const owners = isShipping ? new PackageOwners(inventory, ownerRecords) : undefined;
  const covered = packageIdsOf(loaded);
  const gaps = dataGaps(missing, owners, { covered, foreign: questions.foreign });
  return {
    ...found,
    unmatched,
    ownerHits: ofOwners.hits,
    owners,
    named,
    records: [...named, ...byOtherIds(found.hits, named, advisories)],
    diagnostics: [...questions.diagnostics, ...gaps, ...foreignGap(questions.foreign, loaded)],
    coverage: [...coverage.values()],
    coveredPackageCount: covered.size,
    isAskedFor: askedFor(questions.needs),
  };
}

/** Returns the ids of the packages of some lookups, without owners that are only asked about. */
function packageIdsOf(needs: readonly NeedLookups[]): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const { byName } of needs) {
    for (const askers of byName.values()) {
      for (const { pkg, isOnlyOwner } of askers) if (isOnlyOwner !== true) ids.add(pkg.id);
    }
  }
  return ids;
}

/**
 * Returns the gaps of missing data. A need that is looked up in several places is satisfied by one
 * of them.
 */
function dataGaps(
  missing: readonly NeedLookups[],
  owners: PackageOwners | undefined,
  others: { readonly covered: ReadonlySet<string>; readonly foreign: Lookups['foreign'] },
): readonly Diagnostic[] {
  const gaps: Diagnostic[] = [];
  for (const { need, byName } of missing) {
    const open: Package[] = [];
    const shipped: Package[] = [];
    for (const { pkg, isOnlyOwner } of [...byName.values()].flat()) {
      if (isOnlyOwner === true || others.covered.has(pkg.id) || others.foreign.has(pkg.id))
        continue;
      const isShipped = owners?.distributionOf(pkg) !== undefined;
      (isShipped ? shipped : open).push(pkg);
    }
    if (open.length > 0) gaps.push(noAdvisoryData(need, open));
    if (shipped.length > 0) gaps.push(shippedWithoutData(need, shipped));
  }
  return gaps;
}

/**
 * Returns the packages that others built for the system: the distribution's own advisories do not
 * describe them.
 */
function foreignGap(
  foreign: Lookups['foreign'],
  loaded: readonly NeedLookups[],
): readonly Diagnostic[] {
  if (foreign.size === 0) return [];
  const assessed = packageIdsOf(
    loaded.filter(({ need }) => ECOSYSTEMS[need.ecosystem].kind !== 'os'),
  );
  const open = [...foreign.values()].filter(({ id }) => !assessed.has(id));
  return open.length === 0 ? [] : [thirdPartyPackages(open)];
}

function addOwnerRecords(
  byOwner: Map<string, Advisory[]>,
  { pkg, lookup }: PackageLookup,
  records: readonly Advisory[],
): void {
  if (ECOSYSTEMS[lookup.need.ecosystem].kind !== 'os') return;
  for (const record of records) appendTo(byOwner, pkg.id, record);
}

function isInForce({ withdrawnAt }: Advisory): boolean {
  return withdrawnAt === undefined;
}

/** The results collected while records are read. */
interface Found {
  readonly hits: Hit[];
  readonly unordered: UnorderableVersion[];
  readonly clear: MatchHits['clear'][number][];
}

function evaluateRecords(
  { pkg, lookup }: PackageLookup,
  records: readonly Advisory[],
  found: Found,
): void {
  const confusing: Advisory[] = [];
  let version = lookup.versions[0];
  for (const record of records) {
    const judgement = evaluateAdvisory(pkg, lookup, record);
    if (judgement.kind === 'affected') {
      const { entries } = judgement;
      found.hits.push({ pkg, lookup, record, version: judgement.version, entries });
    } else if (judgement.kind === 'unordered') {
      version = judgement.version;
      confusing.push(record);
    } else if (pkg.ecosystem === 'program') {
      found.clear.push({ pkg, record });
    }
  }
  if (confusing.length > 0) found.unordered.push({ pkg, version, records: confusing });
}

/**
 * Returns the records under the aliases of those without a CVE: they may know it, though they name
 * other packages. Those that are `named` are known already, and each is looked up once: records may
 * name each other by the thousand.
 */
function byOtherIds(
  hits: readonly Hit[],
  named: readonly Advisory[],
  advisories: AdvisoryReader,
): readonly Advisory[] {
  const aliases = new Set<string>();
  for (const record of new Set(hits.map((hit) => hit.record))) {
    if (cvesOf(record).length === 0) for (const alias of record.aliases) aliases.add(alias);
  }
  if (aliases.size === 0) return [];
  for (const { id } of named) aliases.delete(id);
  const records: Advisory[] = [];
  for (const alias of aliases) {
    const record = advisories.byId(alias);
    if (record !== undefined && isInForce(record)) records.push(record);
  }
  return records;
}

function askedFor(needs: readonly NeedLookups[]): (entry: Affected) => boolean {
  return ({ ecosystem, release, name }) =>
    needs.some(
      ({ need, byName }) =>
        need.ecosystem === ecosystem &&
        (release === undefined || release === need.release) &&
        byName.has(name),
    );
}
