/** What the advisories say of each package, one record at a time, before records are merged. */

import { appendTo } from '../base/maps.ts';
import type { Advisory, AdvisoryReader, Affected, Coverage } from '../model/advisory.ts';
import type { Diagnostic } from '../model/finding.ts';
import { ECOSYSTEMS } from '../model/ecosystem.ts';
import type { Inventory, Package } from '../model/package.ts';
import { cvesOf } from './aliases.ts';
import { thirdPartyPackages, noAdvisoryData, shippedWithoutData } from './gaps.ts';
import { evaluateAdvisory } from './evaluate-advisory.ts';
import type { Lookup, LookupVersion } from './matcher.ts';
import { PackageOwners } from './shipped-packages.ts';
import type { PackageLookup, NeedLookups, Lookups } from './lookups.ts';

/** One record that says that one package is affected. */
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

export interface MatchHits {
  readonly hits: readonly Hit[];
  /** As {@link MatchHits.hits}, of owners that are not matched themselves. */
  readonly ownerHits: readonly Hit[];
  readonly owners: PackageOwners;
  readonly unordered: readonly UnorderableVersion[];
  /** Packages that were not compared with anything, because there were enough hits before. */
  readonly unmatched: readonly Package[];
  /** Records that name a program and say for certain that it is not affected; of other packages they are not kept. */
  readonly clear: readonly { readonly pkg: Package; readonly record: Advisory }[];
  /** All records that name something of the inventory: a fix must satisfy those that do not hit as well. */
  readonly named: readonly Advisory[];
  /** {@link named} and others that tell which ids belong together. */
  readonly records: readonly Advisory[];
  readonly diagnostics: readonly Diagnostic[];
  readonly coverage: readonly Coverage[];
  readonly coveredPackageCount: number;
  /** Whether an entry names something that the inventory has. */
  readonly isAskedFor: (entry: Affected) => boolean;
}

/** Looks all packages up. Once there are `maxHits` hits, the packages that are left are only listed. */
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
  for (const { need, byName } of questions.needs) {
    const loaded = advisories.coverage(need);
    if (loaded.length === 0) continue;
    for (const row of loaded) coverage.set(JSON.stringify(row), row);
    const askersByName = byName.values();
    for (const answer of advisories.byPackages(need, [...byName.keys()])) {
      const records = [...answer].filter((record) => record.withdrawnAt === undefined);
      const { value: askers = [] } = askersByName.next();
      for (const asker of askers) {
        if (found.hits.length + ofOwners.hits.length < maxHits) {
          judgeAll(asker, records, asker.isOnlyOwner === true ? ofOwners : found);
        } else if (records.length > 0) unmatched.push(asker.pkg);
        if (questions.owners.has(asker.pkg.id)) addOwnerRecords(ownerRecords, asker, records);
      }
      for (const record of records) named.push(record);
    }
  }
  const owners = new PackageOwners(inventory, ownerRecords);
  const covered = coveredPackages(questions, advisories);
  return {
    ...found,
    unmatched,
    ownerHits: ofOwners.hits,
    owners,
    named,
    records: [...named, ...byOtherIds(found.hits, named, advisories)],
    diagnostics: [
      ...questions.diagnostics,
      ...dataGaps(questions, advisories, { covered, owners }),
    ],
    coverage: [...coverage.values()],
    coveredPackageCount: covered.size,
    isAskedFor: askedFor(questions.needs),
  };
}

/** What is asked for in several places is answered by one of them. */
function dataGaps(
  { needs, foreign }: Lookups,
  advisories: AdvisoryReader,
  known: { readonly covered: ReadonlySet<string>; readonly owners: PackageOwners },
): readonly Diagnostic[] {
  const gaps: Diagnostic[] = [];
  const assessed = new Set<string>();
  for (const { need, byName } of needs) {
    const packages = packagesOf(byName);
    if (advisories.coverage(need).length > 0) {
      // The distribution's own advisories do not describe what others built.
      if (foreign.size === 0 || ECOSYSTEMS[need.ecosystem].kind === 'os') continue;
      for (const { id } of packages) assessed.add(id);
      continue;
    }
    const left = packages.filter(({ id }) => !known.covered.has(id) && !foreign.has(id));
    const shipped = left.filter((pkg) => known.owners.distributionOf(pkg) !== undefined);
    const others = shipped.length === 0 ? left : left.filter((pkg) => !shipped.includes(pkg));
    if (others.length > 0) gaps.push(noAdvisoryData(need, others));
    if (shipped.length > 0) gaps.push(shippedWithoutData(need, shipped));
  }
  const unassessed = [...foreign.values()].filter(({ id }) => !assessed.has(id));
  return unassessed.length === 0 ? gaps : [...gaps, thirdPartyPackages(unassessed)];
}

function addOwnerRecords(
  byOwner: Map<string, Advisory[]>,
  { pkg, lookup }: PackageLookup,
  records: readonly Advisory[],
): void {
  if (ECOSYSTEMS[lookup.need.ecosystem].kind !== 'os') return;
  for (const record of records) appendTo(byOwner, pkg.id, record);
}

/** Without owners that are only asked about. */
function packagesOf(byName: NeedLookups['byName']): readonly Package[] {
  return [...byName.values()]
    .flat()
    .flatMap(({ pkg, isOnlyOwner }) => (isOnlyOwner === true ? [] : [pkg]));
}

/** Ids of the packages for which something is loaded. */
function coveredPackages(questions: Lookups, advisories: AdvisoryReader): ReadonlySet<string> {
  const loaded = questions.needs.filter(({ need }) => advisories.coverage(need).length > 0);
  return new Set(loaded.flatMap(({ byName }) => packagesOf(byName).map(({ id }) => id)));
}

/** What is found while records are read. */
interface Found {
  readonly hits: Hit[];
  readonly unordered: UnorderableVersion[];
  readonly clear: MatchHits['clear'][number][];
}

function judgeAll(
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
 * Records under the aliases of those without a CVE: they may know it, though they name other packages. Those that are
 * `named` are known already, and each is looked up once: records may name each other by the thousand.
 */
function byOtherIds(
  hits: readonly Hit[],
  named: readonly Advisory[],
  advisories: AdvisoryReader,
): readonly Advisory[] {
  const known = new Set(named.map(({ id }) => id));
  const aliases = new Set<string>();
  for (const record of new Set(hits.map((hit) => hit.record))) {
    if (cvesOf(record).length > 0) continue;
    for (const alias of record.aliases) if (!known.has(alias)) aliases.add(alias);
  }
  return [...aliases]
    .map((alias) => advisories.byId(alias))
    .filter((record) => record !== undefined)
    .filter((record) => record.withdrawnAt === undefined);
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
