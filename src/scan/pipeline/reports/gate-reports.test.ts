import { describe, expect, it } from 'vitest';
import {
  testImage,
  testPackage,
  testReport,
  testResult,
} from '../../../../test/support/reports.ts';
import { quietContext } from '../../../core/base/context.ts';
import type { EvidenceLevel } from '../../../core/model/package/package.ts';
import type { Report } from '../../../core/model/report/report.ts';
import { gateReports } from './gate-reports.ts';

const context = quietContext({ now: () => Date.parse('2025-06-02T00:00:00Z') });

function reportOf(level: EvidenceLevel, kind: 'image' | 'sbom' = 'image'): Report {
  const pkg = testPackage('busybox', '1.36.1-r0');
  const evidence = { ...pkg.evidence, level };
  const inventory = {
    inventoryVersion: 1,
    distro: { id: 'alpine', versionId: '3.19.4' },
    packages: [{ ...pkg, evidence }],
  };
  return testReport({ results: [testResult({ artifact: testImage({ kind }), inventory })] });
}

function gate(report: Report, request: Parameters<typeof gateReports>[1]): string {
  return gateReports([{ name: 'a.json', report }], request, context).verdict.status;
}

describe('gates on stored reports', () => {
  it('tampering is only asked of what somebody verified', () => {
    const policy = { failOnTamper: true };
    expect(gate(reportOf('verified'), { policy })).toBe('pass');
    expect(() => gate(reportOf('claimed'), { policy })).toThrow('nobody verified the content');
    expect(() => gate(reportOf('claimed', 'sbom'), { policy })).toThrow('nobody verified');
    expect(gate(reportOf('claimed'), { policy: { exitCode: 1 } })).toBe('pass');
  });

  it.each([
    ['checked', 'pass'],
    ['byManifest', 'pass'],
    ['notChecked', 'incomplete'],
  ] as const)('of layers whose digests are %s: %s', (layerDigests, status) => {
    const report = reportOf('verified');
    const results = report.results.map((result) => ({ ...result, layerDigests }));
    expect(gate({ ...report, results }, { policy: { exitCode: 1 } })).toBe(status);
    const allowed = { exitCode: 1, allowIncomplete: ['lazy'] as const };
    expect(gate({ ...report, results }, { policy: allowed })).toBe('pass');
  });

  it.each([
    ['younger than the limit', '2025-06-01T00:00:00Z', undefined, true],
    ['older', '2025-05-01T00:00:00Z', undefined, false],
    ['older, and seen to be current since', '2025-05-01T00:00:00Z', '2025-06-01T12:00:00Z', true],
    ['of no date', 'yesterday', undefined, false],
  ] as const)('advisory data that is %s', (_name, dataAt, currentAt, isTaken) => {
    const feed = { feed: 'alpine-secdb', recordCount: 1, dataAt, fetchedAt: dataAt };
    const coverage = [{ ...feed, ...(currentAt !== undefined && { currentAt }) }];
    const report = { ...reportOf('verified'), coverage };
    const request = { policy: { exitCode: 1 }, maxAgeMs: 2 * 86_400_000 };
    if (isTaken) expect(gate(report, request)).toBe('pass');
    else expect(() => gate(report, request)).toThrow('older than --db-max-age allows');
  });

  it.each([
    ['the URL of another version', { id: 'pkg:apk/alpine/busybox@1.30.0-r0' }, false],
    ['the URL of another name', { id: 'pkg:apk/alpine/musl@1.36.1-r0' }, false],
    ['the URL of another type', { id: 'pkg:deb/debian/busybox@1.36.1-r0' }, false],
    ['another version than its URL', { version: '1.30.0-r0' }, false],
    ['a number behind its URL', { id: 'pkg:apk/alpine/busybox@1.36.1-r0#2' }, true],
    ['another system in its URL', { id: 'pkg:apk/wolfi/busybox@1.36.1-r0?distro=wolfi' }, true],
  ])('a package with %s', (_, fields, isTaken) => {
    const report = reportOf('verified');
    const results = report.results.map((result) => ({
      ...result,
      inventory: {
        ...result.inventory,
        packages: result.inventory.packages.map((pkg) => ({ ...pkg, ...fields })),
      },
    }));
    const judge = (): string => gate({ ...report, results }, { policy: { exitCode: 1 } });
    if (isTaken) expect(judge()).toBe('pass');
    else expect(judge).toThrow('is called busybox');
  });

  it('the end of life of a system is that of now', () => {
    const later = { now: () => Date.parse('2030-01-01T00:00:00Z') };
    const request = { policy: { exitOnEol: 7 } };
    const { verdict } = gateReports([{ name: 'a', report: reportOf('verified') }], request, later);
    expect([verdict.status, verdict.exitCode]).toEqual(['fail', 7]);
  });
});
