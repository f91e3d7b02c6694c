import { describe, expect, it } from 'vitest';

import { affects, anAdvisory } from '../../../test/support/model.ts';
import type { Rating, Severity } from '../../core/model/advisory/advisory.ts';
import { chooseSeverity, type SeverityStatement } from './choose-severity.ts';

/** `by severity`, with the version of a CVSS vector for a score. */
function rating(text: string): Rating {
  const [by = '', severity = '', cvss] = text.split(' ');
  const scored = { score: 5, vector: cvss === '2' ? 'AV:N' : `CVSS:${String(cvss)}/AV:N` };
  return { by, severity: severity as Severity, ...(cvss !== undefined && scored) };
}

describe('the default order', () => {
  it.each([
    ['a score of its own', ['own low', 'own high 3.1'], ['cna low 3.1'], 'own high'],
    ['the CNA', ['own low'], ['nvd high 3.1', 'cisa low 3.1', 'cna medium 3.1'], 'cna medium'],
    ['CISA', ['own low'], ['nvd high 3.1', 'cisa medium 3.1'], 'cisa medium'],
    ['NVD', ['own low'], ['redhat low', 'nvd high 3.1'], 'nvd high'],
    [
      'a score of CISA before a word of the CNA',
      [],
      ['cna low', 'cisa critical 3.1'],
      'cisa critical',
    ],
    ['a score of NVD before words', ['own low'], ['cna low', 'cisa low', 'nvd high 2'], 'nvd high'],
    [
      'a word of the CNA where nobody has a score',
      ['own high'],
      ['nvd high', 'cna low'],
      'cna low',
    ],
    ['its own word', ['own low'], ['redhat high 3.1'], 'own low'],
    ['anybody else', [], ['redhat high 3.1', 'amazon low'], 'redhat high'],
    ['the newest CVSS', [], ['nvd low 2', 'nvd medium 3.1', 'nvd high 4.0'], 'nvd high'],
    ['a score rather than a word', [], ['nvd low', 'nvd high 2'], 'nvd high'],
    ['who rated it at all', ['own unknown 3.1'], ['nvd unknown 3.1', 'redhat low'], 'redhat low'],
    ['nobody', [], [], 'none unknown'],
  ])('takes %s', (_, own, others, expected) => {
    const record = anAdvisory('CVE-2024-0001', { ratings: own.map(rating) });
    const merged = { ...record, ratings: [...own, ...others].map(rating) };
    const { by, severity } = chooseSeverity([{ record, entries: [] }], merged, []);
    expect(`${by} ${severity}`).toBe(expected);
  });
});

describe('the triage of a distribution', () => {
  const aSystem = (
    entries: readonly string[],
    record: readonly string[],
    feed = 'debian-tracker',
    ecosystem: 'debian' | 'almalinux' | 'npm' = 'debian',
  ): SeverityStatement => ({
    record: anAdvisory('CVE-2024-0001', { feed, ratings: record.map(rating) }),
    entries: [affects('tar', [], { ecosystem, ratings: entries.map(rating) })],
  });
  const JUDGED = ['cna critical 3.1', 'nvd critical 3.1'];

  it.each<[string, readonly SeverityStatement[], readonly string[], string]>([
    ['lowers the CNA and NVD', [aSystem(['debian-tracker low'], [])], JUDGED, 'debian-tracker low'],
    [
      'lowers a score that another feed lends the record',
      [aSystem(['debian-tracker low'], ['osv high 3.1'])],
      [],
      'debian-tracker low',
    ],
    [
      'lowers it as an erratum does, whose word is of the whole record',
      [aSystem([], ['almalinux low'], 'osv', 'almalinux')],
      JUDGED,
      'almalinux low',
    ],
    [
      'is not a word above low: the tracker of that time repeats NVD, and an erratum has one for all',
      [aSystem(['debian-tracker medium'], [])],
      JUDGED,
      'cna critical',
    ],
    [
      'is taken back by a higher word of another record of the same distribution',
      [
        aSystem([], ['almalinux low'], 'osv', 'almalinux'),
        aSystem([], ['almalinux high'], 'osv', 'almalinux'),
      ],
      JUDGED,
      'cna critical',
    ],
    [
      'is of its own packages alone',
      [aSystem([], ['osv low'], 'osv', 'npm')],
      JUDGED,
      'cna critical',
    ],
    ['is not a word of GitHub', [aSystem([], ['ghsa low'], 'osv')], JUDGED, 'cna critical'],
    [
      'is not a word of another distribution',
      [aSystem([], [])],
      ['almalinux low'],
      'almalinux low',
    ],
    [
      'does not stand behind a score that others lend: NVD comes before it',
      [aSystem([], ['osv low 3.1'])],
      ['nvd high 3.1'],
      'nvd high',
    ],
  ])('%s', (_, statements, others, expected) => {
    const own = statements.flatMap(({ record }) => record.ratings);
    const merged = anAdvisory('CVE-2024-0001', { ratings: [...own, ...others.map(rating)] });
    const { by, severity } = chooseSeverity(statements, merged, []);
    expect(`${by} ${severity}`).toBe(expected);
  });
});

describe('ratings of anybody else', () => {
  it.each([
    ['the highest score', ['osv low 3.1', 'redhat high 3.1', 'amazon critical'], 'redhat high'],
    ['the highest word where there is no score', ['a medium', 'b high', 'c low'], 'b high'],
    ['what is rated at all', ['a unknown', 'b low'], 'b low'],
  ])('are represented by %s', (_, others, expected) => {
    const merged = anAdvisory('CVE-2024-0001', { ratings: others.map(rating) });
    const { by, severity, isSettled } = chooseSeverity([], merged, []);
    expect([`${by} ${severity}`, isSettled]).toEqual([expected, false]);
  });
});

interface Said {
  readonly own: readonly string[];
  readonly others: readonly string[];
  readonly sources: readonly string[];
}

describe('a severity is settled', () => {
  const record = (ratings: readonly string[]): SeverityStatement => ({
    record: anAdvisory('CVE-2024-0001', { feed: 'osv', ratings: ratings.map(rating) }),
    entries: [],
  });

  it.each<[string, Said, boolean]>([
    ['by a score of its own', { own: ['ghsa high 3.1'], others: [], sources: [] }, true],
    ['by NVD', { own: [], others: ['nvd high 3.1'], sources: [] }, true],
    ['by a word of NVD', { own: [], others: ['nvd high'], sources: [] }, true],
    ['not by a word of its own', { own: ['osv high'], others: [], sources: [] }, false],
    ['not by others', { own: [], others: ['redhat high 3.1'], sources: [] }, false],
    [
      'by the source that was asked for',
      { own: ['ghsa high 3.1'], others: [], sources: ['ghsa'] },
      true,
    ],
    [
      'not by another one than NVD, where NVD was asked for',
      { own: ['ghsa high 3.1'], others: [], sources: ['nvd'] },
      false,
    ],
    [
      'as without it where "auto" comes first',
      { own: ['ghsa high 3.1'], others: [], sources: ['auto', 'nvd'] },
      true,
    ],
  ])('%s', (_, { own, others, sources }, expected) => {
    const statement = record(own);
    const merged = { ...statement.record, ratings: [...own, ...others].map(rating) };
    expect(chooseSeverity([statement], merged, sources).isSettled).toBe(expected);
  });
});
