import { describe, expect, it } from 'vitest';

import { aTool } from '../../../../test/support/fact-sheets.ts';
import {
  testAdvisory,
  testFinding,
  testImage,
  testPackage,
  testReport,
  testResult,
} from '../../../../test/support/reports.ts';
import type { Coverage } from '../../../core/model/advisory/advisory.ts';
import type { Artifact, Layer } from '../../../core/model/artifact/artifact.ts';
import type { ImageFactSheet } from '../../../core/model/report/base-comparison.ts';
import type { Diagnostic } from '../../../core/model/finding/finding.ts';
import type { Distro } from '../../../core/model/package/package.ts';
import type { ArtifactResult, Report } from '../../../core/model/report/report.ts';
import { imageFacts } from './image-facts.ts';

const NOW = Date.parse('2025-06-01T12:00:00Z');
const HEX = 'a'.repeat(64);

function factsOf(
  result: Partial<ArtifactResult> = {},
  report: Partial<Report> = {},
): ImageFactSheet {
  const whole = { ...testReport(), ...report };
  return imageFacts({ name: 'x', result: testResult(result), report: whole, now: NOW });
}

function withImage(fields: Partial<NonNullable<Artifact['image']>>): Partial<ArtifactResult> {
  const artifact = testImage();
  const { image } = artifact;
  return image === undefined ? {} : { artifact: { ...artifact, image: { ...image, ...fields } } };
}

describe('the age of an image', () => {
  it.each([
    ['a day', '2025-05-31T12:00:00Z', 1],
    ['less than a day', '2025-06-01T11:59:59Z', 0],
    ['another time zone', '2025-05-31T14:00:00+02:00', 1],
    ['the oldest image', '2013-03-20T00:00:00Z', 4456],
    ['the epoch of a reproducible build', '1970-01-01T00:00:00Z', undefined],
    ['a second behind the epoch', '1970-01-01T00:00:01Z', undefined],
    ['the epoch of zip archives', '1980-01-01T00:00:01Z', undefined],
    ['the zero of Go', '0001-01-01T00:00:00Z', undefined],
    ['before docker', '2013-03-19T23:59:59Z', undefined],
    ['the future', '2025-06-01T12:00:01Z', undefined],
    ['no date', 'yesterday', undefined],
    ['an empty text', '', undefined],
  ])('%s', (_, createdAt, ageDays) => {
    const facts = factsOf(withImage({ createdAt }));
    expect(facts.ageDays).toBe(ageDays);
    expect(facts.createdAt).toBe(ageDays === undefined ? undefined : createdAt);
  });

  it('is unknown without a date', () => {
    expect(factsOf()).not.toHaveProperty('ageDays');
  });
});

describe('the end of life', () => {
  it.each<[string, Distro | undefined, ImageFactSheet['endOfLife']]>([
    ['ahead', { id: 'debian', versionId: '12.5' }, { supportedUntil: '2028-06-30', isOver: false }],
    ['past', { id: 'alpine', versionId: '3.18.4' }, { supportedUntil: '2025-05-09', isOver: true }],
    [
      'of a release older than all that are known',
      { id: 'debian', versionId: '4.0' },
      { isOver: true },
    ],
    ['not announced', { id: 'debian', versionId: '14' }, { isOver: false }],
    ['of a release that is not known', { id: 'debian', versionId: '99' }, undefined],
    ['of a system that is not known', { id: 'kali', versionId: '2025.1' }, undefined],
    ['of a rolling system', { id: 'wolfi', versionId: '20230201' }, undefined],
    ['of no system', undefined, undefined],
  ])('%s', (_, distro, expected) => {
    const { inventoryVersion, packages } = testResult().inventory;
    const inventory = { inventoryVersion, packages, ...(distro && { distro }) };
    const facts = factsOf({ inventory });
    expect(facts.endOfLife).toEqual(expected);
    expect(facts.gaps.some(({ kind }) => kind === 'endOfLife')).toBe(expected?.isOver === true);
  });
});

describe('the compressed size', () => {
  const gzip: Layer = { compressedBytes: 7, blobDigest: `sha256:${HEX}`, diffId: 'sha256:b' };
  const plain: Layer = { compressedBytes: 7, blobDigest: 'sha256:b', diffId: 'sha256:b' };
  const unnamed: Layer = { compressedBytes: 7, diffId: 'sha256:b' };
  it.each<[string, readonly Layer[], Partial<Artifact>, number | undefined]>([
    ['of a registry', [gzip, gzip], { source: { kind: 'registry' } }, 14],
    ['of a layout', [gzip], { source: { kind: 'layout' } }, 7],
    ['of a registry that has plain layers', [plain], { source: { kind: 'registry' } }, 7],
    ['of a daemon with plain layers', [gzip, plain], { source: { kind: 'docker' } }, undefined],
    ['of a store with plain layers', [plain], { source: { kind: 'podman-storage' } }, undefined],
    ['of an older report with plain layers', [plain], {}, undefined],
    ['of an older report', [gzip], {}, 7],
    ['of a layer whose size is not known', [gzip, { blobDigest: 'sha256:c' }], {}, undefined],
    ['of layers without a digest as they are stored', [unnamed], {}, undefined],
  ])('%s', (_name, layers, artifact, expected) => {
    const facts = factsOf({ artifact: { ...testImage(), layers, ...artifact } });
    expect(facts.compressedBytes).toBe(expected);
  });

  it('is unknown without a manifest, as in archives of docker save', () => {
    const { image, ...artifact } = testImage({ layers: [plain], source: { kind: 'archive' } });
    const claims: Partial<NonNullable<Artifact['image']>> = { ...image };
    Reflect.deleteProperty(claims, 'manifestDigest');
    const saved = { ...artifact, image: claims as NonNullable<Artifact['image']> };
    expect(factsOf({ artifact: saved }).compressedBytes).toBeUndefined();
  });
});

describe('the tools', () => {
  const none = { libc: [], packageManagers: [], interpreters: [], compilers: [] };
  const contents = { unpackedBytes: 5, ...none, shells: [aTool('bash')] };
  it.each<[string, readonly Diagnostic[], readonly string[]]>([
    ['are known', [], ['libc', 'shells', 'packageManagers', 'interpreters', 'compilers']],
    [
      'of a layer that was read in part',
      [{ stage: 'layers', message: 'm', gap: 'limit' }],
      ['shells'],
    ],
    ['of a lazy read', [{ stage: 'catalog', message: 'm', gap: 'lazy' }], ['shells']],
    [
      'of a layer that could not be read',
      [{ stage: 'source', message: 'm', gap: 'unreadable' }],
      ['shells'],
    ],
    [
      'of an image with a damaged lockfile',
      [{ stage: 'catalog', message: 'm', gap: 'unreadable' }],
      ['libc', 'shells', 'packageManagers', 'interpreters', 'compilers'],
    ],
    [
      'of an image with a note about a layer',
      [{ stage: 'layers', message: 'm' }],
      ['libc', 'shells', 'packageManagers', 'interpreters', 'compilers'],
    ],
  ])('%s', (_, diagnostics, known) => {
    const inventory = { ...testResult().inventory, contents };
    const facts = factsOf({ inventory, diagnostics });
    expect(Object.keys(facts.tools)).toEqual(known);
    expect(facts.unpackedBytes).toBe(5);
  });

  it('are unknown in a report of an earlier version', () => {
    const facts = factsOf();
    expect(facts.tools).toEqual({});
    expect(facts).not.toHaveProperty('unpackedBytes');
  });
});

describe('the findings', () => {
  const pkg = testPackage('busybox', '1.0');
  const advisory = {
    ...testAdvisory('CVE-2024-1', 'x'),
    exploited: { since: '2024-01-01', ransomware: false },
  };
  const finding = testFinding(pkg, 'CVE-2024-1', 'high');
  const feed = (name: string): Coverage => ({
    feed: name,
    recordCount: 1,
    dataAt: '2025-01-01T00:00:00Z',
    fetchedAt: '2025-01-01T00:00:00Z',
  });
  const inventory = { ...testResult().inventory, packages: [pkg] };
  const result = { inventory, findings: [finding], suppressed: [], diagnostics: [] };
  const report = { advisories: new Map([['CVE-2024-1', advisory]]), coverage: [feed('osv')] };

  it('are counted by severity', () => {
    const { findings, vulnerabilities } = factsOf(result, report);
    expect(findings).toMatchObject({ total: 1, bySeverity: { high: 1, critical: 0 } });
    expect(vulnerabilities).toMatchObject([
      { name: 'CVE-2024-1', package: 'busybox', version: finding.matchedVersion, severity: 'high' },
    ]);
  });

  it.each<[string, readonly Coverage[], number | undefined]>([
    ['a list of exploited ones', [feed('osv'), feed('kev')], 1],
    ['none, though a record names one', [feed('osv')], undefined],
  ])('are known to be exploited with %s', (_, coverage, expected) => {
    expect(factsOf(result, { ...report, coverage }).findings?.exploited).toBe(expected);
  });

  it('are unknown where nothing was looked up, and where there is no package', () => {
    expect(factsOf({ ...result, findings: [] }, { ...report, coverage: [] }).findings).toBe(
      undefined,
    );
    const empty = { ...inventory, packages: [] };
    for (const coverage of [[], [feed('osv')]]) {
      const facts = factsOf({ ...result, inventory: empty, findings: [] }, { ...report, coverage });
      expect(facts.findings).toBe(undefined);
    }
  });

  it('count what a report leaves out, of which nothing else is known', () => {
    const notShown = { unknown: 1, low: 2, medium: 0, high: 0, critical: 0 };
    const { findings } = factsOf({ ...result, notShown }, { ...report, coverage: [feed('kev')] });
    expect(findings).toEqual({
      total: 4,
      bySeverity: { unknown: 1, low: 2, medium: 0, high: 1, critical: 0 },
    });
  });

  it('count in spite of an exception', () => {
    const suppressed = [{ findingId: finding.id, by: 'ignore', reason: '' } as const];
    expect(factsOf({ ...result, suppressed }, report).findings?.total).toBe(1);
  });

  it('leave out gaps of the policy that a stored report was made with', () => {
    const diagnostics: readonly Diagnostic[] = [
      { stage: 'policy', message: 'm', gap: 'unrated' },
      { stage: 'match', message: 'm', gap: 'noAdvisoryData' },
    ];
    expect(factsOf({ ...result, diagnostics }, report).gaps).toContainEqual({
      kind: 'noAdvisoryData',
      count: 1,
    });
    expect(factsOf({ ...result, diagnostics }, report).gaps).not.toContainEqual({
      kind: 'unrated',
      count: 1,
    });
  });
});

describe('what the image starts', () => {
  it.each<[string, Partial<NonNullable<Artifact['image']>>, string, readonly string[] | undefined]>(
    [
      ['nothing, as root', {}, 'root', undefined],
      ['a command', { cmd: ['sh'], user: 'app' }, 'app', ['sh']],
      [
        'an entrypoint with arguments',
        { entrypoint: ['node'], cmd: ['a.js'] },
        'root',
        ['node', 'a.js'],
      ],
    ],
  )('%s', (_, image, user, command) => {
    const facts = factsOf(withImage(image));
    expect([facts.user, facts.command]).toEqual([user, command]);
  });
});
