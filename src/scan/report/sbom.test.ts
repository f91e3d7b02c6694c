/**
 * Both bills of materials: golden files, the published schemas, and that nothing but the content
 * decides.
 */

import path from 'node:path';
import { describe, expect, it } from 'vitest';

import { cyclonedxValidator, spdxValidator } from '../../../test/support/bom-schemas.ts';
import { rendered } from '../../../test/support/rendered.ts';
import { fullReport, testPackage, testReport, testResult } from '../../../test/support/reports.ts';
import { needs } from '../../../test/support/tools.ts';
import type { Report } from '../../core/model/report/report.ts';
import { isLicenseExpression } from '../../core/model/package/spdx-license-ids.ts';

const validators = new Map([
  ['cyclonedx', cyclonedxValidator()],
  ['spdx-json', spdxValidator()],
]);

/** Everything that a document can say of packages, in one report. */
function richReport(): Report {
  const openssl = testPackage('libssl3', '3.0.1-r0', {
    id: 'pkg:apk/alpine/libssl3@3.0.1-r0?arch=x86_64&distro=alpine-3.19.4',
    source: { name: 'openssl', version: '3.0.1-r0' },
    qualifiers: new Map([['arch', 'x86_64']]),
    licenses: ['Apache-2.0', 'Public Domain, "sort of"'],
    digests: [`sha1:${'ab'.repeat(20)}`],
    dependsOn: ['pkg:apk/alpine/musl@1.2.4-r2', 'pkg:apk/alpine/not-there@1'],
  });
  const musl = testPackage('musl', '1.2.4-r2', { licenses: ['MIT OR BSD-2-Clause'] });
  const scoped = testPackage('@Acme/App', '1.0.0', {
    id: 'pkg:npm/%40acme/app@1.0.0',
    ecosystem: 'npm',
    presence: 'declared',
    scope: 'peer',
    relationship: 'direct',
    dependsOn: ['pkg:npm/left@1.0.0'],
  });
  const left = testPackage('left', '1.0.0', {
    id: 'pkg:npm/left@1.0.0',
    ecosystem: 'npm',
    scope: 'development',
    relationship: 'indirect',
    ownedBy: musl.id,
    evidence: { ...musl.evidence, level: 'contradicted', evidencedVersion: '0.9.0' },
  });
  const nameless = testPackage('no-group', '', {
    id: 'pkg:maven/no-group',
    ecosystem: 'maven',
    qualifiers: new Map([['Odd Key', 'x']]),
  });
  const distro = { id: 'alpine', versionId: '3.19.4', codename: 'edge' };
  const packages = [openssl, musl, scoped, left, nameless];
  return testReport({
    results: [testResult({ inventory: { inventoryVersion: 1, distro, packages } })],
  });
}

const REPORTS: readonly (readonly [string, Report])[] = [
  ['findings', fullReport()],
  ['packages', richReport()],
  ['two-artifacts', testReport({ results: [...fullReport().results, ...richReport().results] })],
  ['nothing', testReport({ results: [testResult()] })],
];

describe.each(['cyclonedx', 'spdx-json'])('%s', (id) => {
  it.each(REPORTS)('writes its golden file: %s', async (name, report) => {
    const golden = path.join(import.meta.dirname, 'testdata', id, `${name}.json`);
    await expect(await rendered(report, id)).toMatchFileSnapshot(golden);
  });

  const validate = validators.get(id);
  const reason = validate === undefined ? '../shared' : undefined;
  it.skipIf(validate === undefined).each(REPORTS)(
    `is valid by the published schema: %s${needs(reason)}`,
    async (_, report) => {
      validate?.(JSON.parse(await rendered(report, id)));
      expect(validate?.errors).toBeNull();
    },
  );

  it('has one number for the same content, and another for another', async () => {
    const numberOf = async (report: Report): Promise<unknown> => {
      const read = JSON.parse(await rendered(report, id)) as Record<string, unknown>;
      return read['serialNumber'] ?? read['documentNamespace'];
    };
    const first = await numberOf(richReport());
    expect(first).toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(await numberOf({ ...richReport(), startedAt: '2030-01-01T00:00:00.000Z' })).toBe(first);
    expect(await numberOf(fullReport())).not.toBe(first);
  });
});

describe('isLicenseExpression', () => {
  it.each([
    ['MIT', true],
    ['MIT OR Apache-2.0', true],
    ['(MIT OR Apache-2.0) AND BSD-3-Clause', true],
    ['GPL-2.0-only WITH Classpath-exception-2.0', true],
    ['GPL-2.0-only WITH MIT', false],
    ['MIT OR', false],
    ['MIT MIT', false],
    ['(MIT', false],
    ['MIT)', false],
    ['', false],
    ['GPLv2+', false],
    ['MIT WITH', false],
  ])('%s: %s', (text, expected) => {
    expect(isLicenseExpression(text)).toBe(expected);
  });
});
