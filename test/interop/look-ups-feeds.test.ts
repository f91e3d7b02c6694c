/**
 * Look-ups of real vulnerabilities of different kinds, by facts and not by texts: those are their
 * publishers'.
 */

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { realBase, type RealBase } from '../support/real-base.ts';
import { missingForInterop } from '../support/interop.ts';
import { sharedPath } from '../support/shared.ts';
import { needs } from '../support/tools.ts';
import { searchSets, searchWords } from '../../src/advisories/store/lookup-search.ts';
import { openLookup, type LookupBase } from '../../src/advisories/store/lookup.ts';
import { explainFromBase } from '../../src/tasks/explain/explain-base.ts';
import { explanationLines } from '../../src/tasks/explain/explain-text.ts';
import {
  gatherRecords,
  createVulnerabilityView,
} from '../../src/tasks/explain/vulnerability-records.ts';
import { readPackageSpec } from '../../src/tasks/explain/package-spec.ts';
import { vulnerabilityLines } from '../../src/tasks/explain/vulnerability-lines.ts';
import type {
  AffectedView,
  VulnerabilityView,
} from '../../src/tasks/explain/vulnerability-view.ts';

const feeds = sharedPath('feeds');
const missing = feeds === undefined ? '../shared' : missingForInterop();
/** These load whole feeds, which takes minutes on a machine that is busy. */
vi.setConfig({ testTimeout: 600_000 });
const NOW = Date.parse('2026-11-25T00:00:00Z');

describe.skipIf(missing !== undefined)(`look-ups in the real feeds${needs(missing)}`, () => {
  let real: RealBase;
  let base: LookupBase;
  beforeAll(async () => {
    real = await realBase(feeds ?? '');
    base = await openLookup(real.folder, Date.now());
  });
  afterAll(() => {
    base[Symbol.dispose]();
    real[Symbol.dispose]();
  });

  function views(id: string): readonly VulnerabilityView[] {
    return gatherRecords(base, id).map((one) => createVulnerabilityView(base, one));
  }

  function view(id: string): VulnerabilityView {
    const [first] = views(id);
    if (first === undefined) throw new Error(`"${id}" is not known`);
    return first;
  }

  function places(one: VulnerabilityView): readonly string[] {
    const text = ({ ecosystem, release, name, status, fixed }: AffectedView): string =>
      [ecosystem, release, name, status, ...fixed].filter((part) => part !== undefined).join(' ');
    return one.affected.filter(({ isUsed }) => isUsed).map(text);
  }

  it('knows one of distributions alone, without a score', () => {
    const one = view('CVE-2026-63076');
    expect(places(one)).toEqual([
      'debian 13 openssl fixed 3.5.7-1~deb13u2',
      'debian 12 openssl fixed 3.0.22-1~deb12u1',
      'alpine 3.21 openssl fixed 3.3.7-r1',
    ]);
    expect(one).toMatchObject({ severity: { severity: 'unknown', by: 'none' }, ratings: [] });
    expect(one.records.map(({ id, feed }) => `${feed} ${id}`)).toEqual([
      'alpine-secdb CVE-2026-63076',
      'debian-tracker CVE-2026-63076',
      'osv ALPINE-CVE-2026-63076',
      'osv DEBIAN-CVE-2026-63076',
    ]);
  });

  it('knows one of GitHub alone', () => {
    const one = view('GHSA-224h-p7p5-rh85');
    expect(one).toMatchObject({ id: 'GHSA-224h-p7p5-rh85', aliases: ['GMS-2020-794'] });
    expect(places(one)).toEqual(['npm wenluhong1 affected']);
  });

  it('knows one that was withdrawn, and explains that it matches nothing', () => {
    const one = view('PYSEC-2023-141');
    expect(one).toMatchObject({
      id: 'CVE-2023-37625',
      withdrawnAt: expect.any(String) as string,
    });
    expect(places(one)).toEqual([]);
    const spec = readPackageSpec('pkg:pypi/pynetbox@2.0.1');
    const [explanation] = explainFromBase(base, { id: one.id, spec, version: '2.0.1' }, NOW);
    if (explanation === undefined) throw new Error('nothing is explained');
    expect(explanationLines(explanation, { now: NOW }).join('\n')).toContain('withdrawn');
  });

  it('knows one that is exploited, also by ransomware, with its probability', () => {
    const one = view('CVE-2021-44228');
    expect(one.exploited).toEqual({ since: '2021-12-10', ransomware: true });
    expect(one.epss).toBeGreaterThan(0.9);
    expect(one.severity.severity).toBe('critical');
    expect(one.gatheredIn).toContain('DSA-5020-1');
  });

  it('knows one that only CVSS 4 scores', () => {
    const one = view('GHSA-rgg8-g5x8-wr9v');
    expect(one).toMatchObject({
      id: 'CVE-2024-45613',
      severity: { severity: 'medium', by: 'cna' },
    });
    const vectors = one.ratings.flatMap(({ vector }) => vector ?? []);
    expect(vectors.length).toBeGreaterThan(0);
    expect(vectors.every((vector) => vector.startsWith('CVSS:4.0/'))).toBe(true);
    expect(places(one)).toEqual(['npm ckeditor5 affected 43.1.1']);
  });

  it('knows one fixed in many branches, and which of them is near', () => {
    const one = view('PYSEC-2021-57');
    const salt = one.affected.find(({ ecosystem }) => ecosystem === 'pypi');
    expect([one.id, salt?.fixed.length]).toEqual(['CVE-2021-3197', 15]);
    const spec = readPackageSpec('pkg:pypi/salt@3001.2');
    const [explanation] = explainFromBase(base, { id: one.id, spec, version: '3001.2' }, NOW);
    expect(explanation?.check.isAffected).toBe(true);
    expect(explanation?.clears.fixedVersions.slice(0, 2)).toEqual(['3001.4', '3002.5']);
  });

  it('joins a cluster of aliases, whichever is asked for', () => {
    const one = view('GHSA-43q8-3fv7-pr5x');
    expect(one.aliases).toEqual(['GMS-2022-48', 'GMS-2022-51', 'GMS-2022-54']);
    for (const id of one.aliases) expect(view(id)).toEqual(one);
  });

  it('keeps two CVEs of one record apart', () => {
    expect(views('GHSA-f23m-r3pf-42rh').map(({ id }) => id)).toEqual([
      'CVE-2025-13465',
      'CVE-2026-2950',
    ]);
  });

  it('knows a DSA and the vulnerabilities that it gathers', () => {
    const one = view('DSA-5343-1');
    expect(one.related).toContain('CVE-2023-0286');
    expect(view('CVE-2023-0286').gatheredIn).toContain('DSA-5343-1');
    // The tracker decides for Debian.
    expect(places(one)).toEqual([]);
  });

  it('knows one of the secdb', () => {
    expect(places(view('CVE-2022-48174'))).toContain('alpine 3.19 busybox fixed 1.36.1-r2');
  });

  it('answers nothing for an unknown id', () => {
    expect(gatherRecords(base, 'CVE-2099-12345')).toEqual([]);
  });

  it('finds words', async () => {
    const words = searchWords('minimist prototype');
    const result = await searchSets(base.open, words, { limit: 5, check: () => undefined });
    expect(result.hits.map(({ id }) => id)).toContain('CVE-2021-44906');
    expect(result.isComplete).toBe(true);
  });

  it('opens and answers one id within 50 ms of work', async () => {
    const times: number[] = [];
    for (const id of ['CVE-2021-44906', 'CVE-2023-0286', 'CVE-2021-44228', 'DSA-5343-1']) {
      const before = process.cpuUsage();
      using own = await openLookup(real.folder, Date.now());
      for (const one of gatherRecords(own, id))
        vulnerabilityLines(createVulnerabilityView(own, one), { now: NOW });
      const { user, system } = process.cpuUsage(before);
      times.push((user + system) / 1000);
    }
    // The first look-up also compiles; machines that are busy take longer than the promise.
    expect(Math.min(...times)).toBeLessThan(50);
    expect(Math.max(...times)).toBeLessThan(500);
  });
});
