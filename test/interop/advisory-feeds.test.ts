import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { anInventory, aPackage } from '../support/model.ts';
import { realBase, type RealBase } from '../support/real-base.ts';
import { missingForInterop } from '../support/interop.ts';
import { sharedPath } from '../support/shared.ts';
import { needs } from '../support/tools.ts';
import { openAdvisoryBase } from '../../src/advisories/store/open-advisory-base.ts';
import { quietContext } from '../../src/core/base/context.ts';
import { osv } from '../../src/advisories/feeds/osv.ts';
import { matchInventory, needsOf } from '../../src/scan/match/match-inventory.ts';
import type { Advisory, AdvisoryNeed, Rating } from '../../src/core/model/advisory/advisory.ts';
import type { Ecosystem } from '../../src/core/model/package/ecosystem.ts';
import type { Distro, Package } from '../../src/core/model/package/package.ts';
import type { BaseUpdateOutcome } from '../../src/advisories/base/index.ts';
import { openLocalFile } from '../../src/advisories/base/load/file-origins.ts';

const feeds = sharedPath('feeds');
const missing = feeds === undefined ? '../shared' : missingForInterop();
/** These load whole feeds, which takes minutes on a machine that is busy. */
vi.setConfig({ testTimeout: 600_000 });

/** Counts as `feeds/README.md` states them, or as its files hold them. */
describe.skipIf(missing !== undefined)(`the real feeds${needs(missing)}`, () => {
  let folder = '';
  let base: RealBase;
  let change: BaseUpdateOutcome;
  beforeAll(async () => {
    base = await realBase(feeds ?? '');
    ({ folder, outcome: change } = base);
  });
  afterAll(() => {
    base[Symbol.dispose]();
  });

  async function look(need: AdvisoryNeed, name: string): Promise<readonly Advisory[]> {
    const reader = await openAdvisoryBase(folder).open([need], quietContext());
    return [...reader.byPackage(need, name)];
  }

  it('reads every record but those that name no version, or no vulnerability', () => {
    const systems = 13_704 + 2596 + 5637;
    const languages = 3263 + 2885 + 4291 + 1206 + 1241 + 2943 + 2293 + 661 + 298 + 35 + 14;
    const osvDocuments = systems + languages + 7444;
    // One record of Maven and RubyGems lies in both archives, and three are of the compiler of
    // Haskell alone.
    const [copies, compiler] = [1, 3];
    const bugFixes = 976 + 221;
    const feedsRead = change.feeds.map(
      ({ feed, documentCount, recordCount, rejected, skipped }) => ({
        feed,
        documentCount,
        recordCount,
        rejected,
        skipped,
      }),
    );
    const whole = (feed: string, documentCount: number, recordCount: number): unknown => ({
      feed,
      documentCount,
      recordCount,
      rejected: [],
      skipped: [],
    });
    expect(feedsRead).toEqual([
      {
        feed: 'osv',
        documentCount: osvDocuments,
        recordCount: osvDocuments - 1 - bugFixes - copies - compiler,
        rejected: [{ reason: 'no version is named', count: 1, examples: ['PYSEC-2022-15'] }],
        skipped: [
          { ecosystem: 'AlmaLinux: bug fixes and enhancements', count: bugFixes },
          { ecosystem: 'GHC', count: compiler },
        ],
      },
      whole('alpine-secdb', 23, 12_346),
      whole('debian-tracker', 850, 12_422),
      whole('wolfi', 1, 16_776),
      whole('nodejs-core', 1, 171),
      whole('kev', 1, 1404),
      whole('epss', 1, 4),
      whole('cve', 4181, 4181),
      whole('nvd', 26_150, 26_150),
    ]);
  });

  it('dates each by what it says of itself', () => {
    const dates = new Map(change.sets.map(({ feed, dataAt }) => [feed, dataAt]));
    expect(dates.get('kev')).toBe('2025-08-25T17:04:19.9796Z');
    expect(dates.get('epss')).toBe('2026-03-28T12:55:00Z');
  });

  it.each<[string, number, number]>([
    ['osv npm', 3263, 1895],
    ['osv pypi', 2884, 753],
    ['osv go', 4291, 1372],
    ['wolfi wolfi', 16_776, 1230],
    ['nodejs-core node', 171, 1],
    ['nvd', 26_150, 0],
    ['debian-tracker debian 9', 5564, 633],
    ['debian-tracker debian 10', 3905, 417],
    ['debian-tracker debian 11', 4647, 272],
    ['debian-tracker debian 12', 2014, 121],
    ['debian-tracker debian 13', 2184, 115],
    ['alpine-secdb alpine 3.9', 1695, 219],
    ['alpine-secdb alpine 3.19', 137, 5],
  ])('%s: %i records, %i packages', (place, recordCount, packageCount) => {
    const set = change.sets.find(
      (item) => [item.feed, item.ecosystem, item.release].filter(Boolean).join(' ') === place,
    );
    expect(set).toMatchObject({ recordCount, packageCount });
  });

  it('keeps several fixed branches of one record', async () => {
    const found = (await look({ ecosystem: 'pypi' }, 'django')).find(
      (advisory) => advisory.id === 'PYSEC-2014-1',
    );
    expect(found?.affected[0]?.ranges.slice(0, 2)).toEqual([
      { introduced: '0', fixed: '1.4.11' },
      { introduced: '1.5', fixed: '1.5.6' },
    ]);
  });

  it('rates what Debian leaves unrated by the record in OSV, and names it', async () => {
    const rows = await look({ ecosystem: 'debian', release: '12' }, 'openssl');
    expect(rows.length).toBeGreaterThan(50);
    expect(new Set(rows.map((advisory) => advisory.feed))).toEqual(new Set(['debian-tracker']));
    const rated = rows.filter(({ ratings }) => ratings.some((rating) => rating.by === 'osv'));
    expect(rated.length).toBeGreaterThan(10);
  });

  it('has the fixes of Alpine under its own packages', async () => {
    const rows = await look({ ecosystem: 'alpine', release: '3.9' }, 'musl');
    const row = rows.find((advisory) => advisory.id === 'CVE-2019-14697');
    expect(row?.affected[0]?.ranges).toEqual([{ introduced: '0', fixed: '1.1.20-r5' }]);
  });

  it('knows a vulnerability by its id, from all that speak of it', async () => {
    const reader = await openAdvisoryBase(folder).open([], quietContext());
    const facts = reader.facts('cve-2021-44228');
    expect(facts.map(({ feed }) => feed).sort()).toEqual(['epss', 'kev', 'nvd']);
    expect(facts.find(({ feed }) => feed === 'epss')?.epss).toBe(0.94358);
    expect(facts.find(({ feed }) => feed === 'kev')).toMatchObject({
      summary: 'Apache Log4j2 Remote Code Execution Vulnerability',
      exploited: { since: '2021-12-10', ransomware: true },
    });
    expect(reader.facts('CVE-2099-1234')).toEqual([]);
    expect(reader.factsCoverage().map(({ feed }) => feed)).toEqual(['cve', 'epss', 'kev', 'nvd']);
  });

  it('has a rating for every record of NVD that has a metric', async () => {
    const reader = await openAdvisoryBase(folder).open([], quietContext());
    const ids = await idsInNvd(feeds ?? '');
    expect(ids.length).toBe(26_150);
    const rated = ids.filter((id) =>
      reader.facts(id).some(({ feed, ratings }) => feed === 'nvd' && ratings.length > 0),
    );
    expect(rated.length).toBe(15_987);
  });

  it.each<[Ecosystem, Distro | undefined]>([
    ['go', undefined],
    ['almalinux', { id: 'almalinux', versionId: '8.10' }],
    ['almalinux', { id: 'almalinux', versionId: '9.6' }],
    ['almalinux', { id: 'almalinux', versionId: '10.0' }],
  ])('rates every finding of %s that a CVE record rates (%o)', async (ecosystem, distro) => {
    const packages = await oldestOf(ecosystem, distro);
    const inventory = anInventory(packages, distro);
    const reader = await openAdvisoryBase(folder).open(needsOf(inventory), quietContext());
    const { findings, advisories, diagnostics } = matchInventory(inventory, reader, {
      severitySources: [],
    });
    const found = new Set(findings.map(({ packageId }) => packageId));
    expect(packages.filter(({ id }) => !found.has(id)).map(({ id }) => id)).toEqual([]);
    expect(diagnostics.filter(({ gap }) => gap !== undefined)).toEqual([]);
    const rated = new Set(
      [...new Set(findings.map(({ advisoryId }) => advisoryId))].filter((id) =>
        reader.facts(id).some((facts) => facts.ratings.some(isRating)),
      ),
    );
    const joined = findings.filter(({ advisoryId }) => rated.has(advisoryId));
    expect(joined.length).toBeGreaterThan(1000);
    expect(joined.filter(({ severity }) => severity === 'unknown')).toEqual([]);
    expect(new Set(joined.map(({ severityBy }) => severityBy))).toEqual(
      // Errata that are called low lower what others say.
      new Set(['cna', 'cisa', 'nvd', ...(ecosystem === 'almalinux' ? ['almalinux'] : [])]),
    );
    expect(findings.every(({ advisoryId }) => advisories.has(advisoryId))).toBe(true);
  });
});

function isRating({ severity }: Rating): boolean {
  return severity !== 'unknown';
}

/** Each package that a record names, in the oldest version that it affects. */
async function oldestOf(
  ecosystem: Ecosystem,
  distro: Distro | undefined,
): Promise<readonly Package[]> {
  const [wanted] = distro?.versionId.split('.') ?? [];
  const packages = new Map<string, Package>();
  for (const { affected } of await advisoriesOf(ecosystem)) {
    for (const { name, ranges, qualifiers, release } of affected) {
      if (release !== wanted) continue;
      const [first] = ranges;
      const oldest = distro === undefined ? OLDEST.go : OLDEST.rpm;
      const version = first === undefined || first.introduced === '0' ? oldest : first.introduced;
      const stream = qualifiers?.get('modularitylabel')?.split(',', 1)[0];
      const labels = stream === undefined ? [] : [['modularitylabel', `${stream}:1:2`] as const];
      const id = [name, version, stream].join(' ');
      packages.set(id, aPackage(name, version, { id, ecosystem, qualifiers: new Map(labels) }));
    }
  }
  return [...packages.values()];
}

/** Below every version, in the order of Go and of rpm. */
const OLDEST = { go: '0.0.0-0', rpm: '0~~-0' };

/**
 * Returns the advisories of an ecosystem from its feed. They are cached, because several tests need
 * the same ones.
 */
async function advisoriesOf(ecosystem: Ecosystem): Promise<readonly Advisory[]> {
  const known = ADVISORIES.get(ecosystem);
  if (known !== undefined) return known;
  const advisories = await readAdvisories(ecosystem);
  ADVISORIES.set(ecosystem, advisories);
  return advisories;
}
const ADVISORIES = new Map<Ecosystem, readonly Advisory[]>();

async function readAdvisories(ecosystem: Ecosystem): Promise<readonly Advisory[]> {
  const origin = {
    statesDates: false,
    open: (path: string) => openLocalFile(join(feeds ?? '', 'osv', path)),
  };
  const advisories: Advisory[] = [];
  for await (const document of osv.fetch({ origin, need: { ecosystem } }, quietContext())) {
    advisories.push(...osv.read(document).advisories);
  }
  return advisories.filter(({ withdrawnAt }) => withdrawnAt === undefined);
}

const ID = /"cve": ?\{"id": ?"(?<id>CVE-\d+-\d+)"/g;

async function idsInNvd(shared: string): Promise<readonly string[]> {
  const folder = join(shared, 'nvd/feeds/json/cve/2.0');
  const files = (await readdir(folder)).filter((name) => name.endsWith('.gz'));
  return files.flatMap((name) => {
    const text = gunzipSync(readFileSync(join(folder, name))).toString();
    return [...text.matchAll(ID)].map((match) => match.groups?.['id'] ?? '');
  });
}
