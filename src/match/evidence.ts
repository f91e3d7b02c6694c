/** What the advisories say of each package, one record at a time, before records are merged. */

import type { Advisory, AdvisoryReader, Affected, Coverage } from '../model/advisory.ts';
import type { Diagnostic } from '../model/finding.ts';
import type { Package } from '../model/package.ts';
import { cvesOf } from './aliases.ts';
import { noAdvisoryData } from './gaps.ts';
import { judge } from './judge.ts';
import type { Lookup, LookupVersion } from './matcher.ts';
import type { Asker, NeedQuestions, Questions } from './questions.ts';

/** One record that says that one package is affected. */
export interface Hit {
  readonly pkg: Package;
  readonly lookup: Lookup;
  readonly record: Advisory;
  readonly version: LookupVersion;
  readonly entries: readonly Affected[];
}

/** A version that some records naming the package cannot order. */
export interface Unordered {
  readonly pkg: Package;
  readonly version: LookupVersion;
  readonly records: readonly Advisory[];
}

export interface Evidence {
  readonly hits: readonly Hit[];
  readonly unordered: readonly Unordered[];
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

export function gather(questions: Questions, advisories: AdvisoryReader): Evidence {
  const hits: Hit[] = [];
  const unordered: Unordered[] = [];
  const named: Advisory[] = [];
  const diagnostics: Diagnostic[] = [...questions.diagnostics];
  const coverage = new Map<string, Coverage>();
  const covered = coveredPackages(questions, advisories);
  const clear: Evidence['clear'][number][] = [];
  for (const { need, byName } of questions.needs) {
    const loaded = advisories.coverage(need);
    if (loaded.length === 0) {
      // What is asked for in several places is answered by one of them.
      const packages = packagesOf(byName).filter(({ id }) => !covered.has(id));
      if (packages.length > 0) diagnostics.push(noAdvisoryData(need, packages));
      continue;
    }
    for (const row of loaded) coverage.set(JSON.stringify(row), row);
    const askersByName = byName.values();
    for (const answer of advisories.byPackages(need, [...byName.keys()])) {
      const records = [...answer].filter((record) => record.withdrawnAt === undefined);
      const { value: askers = [] } = askersByName.next();
      for (const asker of askers) judgeAll(asker, records, { hits, unordered, clear });
      for (const record of records) named.push(record);
    }
  }
  return {
    hits,
    unordered,
    clear,
    named,
    records: [...named, ...byOtherIds(hits, named, advisories)],
    diagnostics,
    coverage: [...coverage.values()],
    coveredPackageCount: covered.size,
    isAskedFor: askedFor(questions.needs),
  };
}

function packagesOf(byName: NeedQuestions['byName']): readonly Package[] {
  return [...byName.values()].flat().map(({ pkg }) => pkg);
}

/** Ids of the packages for which something is loaded. */
function coveredPackages(questions: Questions, advisories: AdvisoryReader): ReadonlySet<string> {
  const loaded = questions.needs.filter(({ need }) => advisories.coverage(need).length > 0);
  return new Set(loaded.flatMap(({ byName }) => packagesOf(byName).map(({ id }) => id)));
}

export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function judgeAll(
  { pkg, lookup }: Asker,
  records: readonly Advisory[],
  found: {
    readonly hits: Hit[];
    readonly unordered: Unordered[];
    readonly clear: Evidence['clear'][number][];
  },
): void {
  const confusing: Advisory[] = [];
  let version = lookup.versions[0];
  for (const record of records) {
    const judgement = judge(pkg, lookup, record);
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

function askedFor(needs: readonly NeedQuestions[]): (entry: Affected) => boolean {
  return ({ ecosystem, release, name }) =>
    needs.some(
      ({ need, byName }) =>
        need.ecosystem === ecosystem &&
        (release === undefined || release === need.release) &&
        byName.has(name),
    );
}
