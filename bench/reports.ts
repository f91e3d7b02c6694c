/** What each format costs on a large report, beside Assay's own JSON. */

import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { encodeReport } from '../src/core/codec/codec.ts';
import type { Advisory } from '../src/core/model/advisory/advisory.ts';
import type { Package } from '../src/core/model/package/package.ts';
import type { Report } from '../src/core/model/report/report.ts';
import { NO_FINDINGS, SEVERITIES } from '../src/core/model/severity/severity.ts';
import { REPORT_FORMATS } from '../src/scan/report/index.ts';
import { measure, type Bench } from './measure.ts';

const RENDER = fileURLToPath(new URL('render-report.mjs', import.meta.url));
const BASE = 'json';
/**
 * Findings of the large report; the small one has a tenth, and the huge one, of which only memory
 * is measured, four times as many.
 */
const FINDING_COUNT = 20_000;
const HUGE_COUNT = 4 * FINDING_COUNT;
/** What numbers and references of an index take; a finding in the report takes a kilobyte. */
const MAX_INDEX_BYTES = 64;
const FINDINGS_OF_PACKAGE = 4;
/** As images have it: a vulnerability is found in two packages of one source. */
const FINDINGS_OF_ADVISORY = 2;
const AT = '2025-06-01T00:00:00.000Z';

interface Rendered {
  readonly cpuMs: number;
  readonly risenMib: number;
  readonly writtenMib: number;
}

/** A line for each format: its CPU over that of json, taken in turns. */
export function reportFormats(folder: string, rounds: number): readonly Bench[] {
  const large = path.join(folder, 'large-report.json');
  const small = path.join(folder, 'small-report.json');
  const huge = path.join(folder, 'huge-report.json');
  writeFileSync(large, JSON.stringify(encodeReport(largeReport(FINDING_COUNT))));
  writeFileSync(small, JSON.stringify(encodeReport(largeReport(FINDING_COUNT / 10))));
  writeFileSync(huge, JSON.stringify(encodeReport(largeReport(HUGE_COUNT))));
  const costs = new Map<string, Rendered[]>(REPORT_FORMATS.map((format) => [format, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const format of REPORT_FORMATS) costs.get(format)?.push(render(format, large));
  }
  const base = middle(costs.get(BASE) ?? []);
  const others = REPORT_FORMATS.filter((format) => format !== BASE).map((format): Bench => {
    const cost = middle(costs.get(format) ?? []);
    return {
      bench: `reports: ${format} of ${FINDING_COUNT} findings`,
      of: `CPU / CPU of ${BASE}`,
      ratio: cost.cpuMs / base.cpuMs,
      target: 1.5,
      detail: {
        cpuMs: cost.cpuMs,
        jsonCpuMs: base.cpuMs,
        writtenMib: cost.writtenMib,
        risenMib: cost.risenMib,
        jsonRisenMib: base.risenMib,
        risenMibOfATenth: render(format, small).risenMib,
        jsonWrittenMib: base.writtenMib,
      },
    };
  });
  return [...others, ...REPORT_FORMATS.map((format) => heldMemory(format, large, huge))];
}

/** A line for the memory that a format holds beside the report while it writes. */
function heldMemory(format: string, large: string, huge: string): Bench {
  const [few, many] = [heldBytes(format, large), heldBytes(format, huge)];
  return {
    bench: `reports: memory of ${format}`,
    of: `bytes held for each finding more, from ${FINDING_COUNT} to ${HUGE_COUNT}`,
    ratio: Math.max(0, many - few) / (HUGE_COUNT - FINDING_COUNT),
    target: MAX_INDEX_BYTES,
    detail: { heldMib: few / 1024 / 1024, heldMibOfHuge: many / 1024 / 1024 },
  };
}

function heldBytes(format: string, file: string): number {
  const { output } = measure(['--expose-gc', RENDER, format, file, 'held'], false);
  return (JSON.parse(output) as { heldBytes: number }).heldBytes;
}

function render(format: string, file: string): Rendered {
  return JSON.parse(measure(['--expose-gc', RENDER, format, file], false).output) as Rendered;
}

/** The run with the median CPU. */
function middle(runs: readonly Rendered[]): Rendered {
  const run = runs.toSorted((a, b) => a.cpuMs - b.cpuMs)[Math.floor(runs.length / 2)];
  if (run === undefined) throw new Error('no runs');
  return run;
}

function largeReport(findingCount: number): Report {
  const packages = Array.from({ length: findingCount / FINDINGS_OF_PACKAGE }, (_, index) =>
    packageOf(index),
  );
  const advisories = Array.from({ length: findingCount / FINDINGS_OF_ADVISORY }, (_, index) =>
    advisoryOf(index),
  );
  const findings = Array.from({ length: findingCount }, (_, index) => {
    const pkg = packages[Math.floor(index / FINDINGS_OF_PACKAGE)];
    // Packages of one source stand beside each other.
    const pair = FINDINGS_OF_PACKAGE * FINDINGS_OF_ADVISORY;
    const at = Math.floor(index / pair) * FINDINGS_OF_PACKAGE + (index % FINDINGS_OF_PACKAGE);
    const advisory = advisories[at];
    if (pkg === undefined || advisory === undefined) throw new Error('no such package');
    return {
      kind: 'vulnerability' as const,
      id: index.toString(16).padStart(16, '0'),
      severity: SEVERITIES[index % SEVERITIES.length] ?? 'low',
      packageId: pkg.id,
      advisoryId: advisory.id,
      matchedVersion: pkg.version,
      status: 'fixed' as const,
      severityBy: 'nvd',
      fixedVersions: ['2.0.0', '3.1.4'],
      matchedBy: 'ecosystem',
    };
  });
  const inventory = { inventoryVersion: 1, packages };
  return {
    schemaVersion: 1,
    tool: { name: 'assay', version: '0.1.0' },
    results: [
      {
        artifact: { kind: 'directory', reference: 'app', layers: [{}] },
        inventory,
        findings,
        suppressed: [],
        diagnostics: [],
        notShown: NO_FINDINGS,
      },
    ],
    advisories: new Map(advisories.map((advisory) => [advisory.id, advisory])),
    // Without a feed the table would list packages in place of findings.
    coverage: [{ feed: 'osv', ecosystem: 'npm', recordCount: 1, dataAt: AT, fetchedAt: AT }],
    shownSeverities: SEVERITIES,
    verdict: { status: 'notAsked', exitCode: 0, causes: [] },
    startedAt: AT,
    durationMs: 1000,
  };
}

function packageOf(index: number): Package {
  const name = `package-${index}`;
  return {
    id: `pkg:npm/${name}@1.2.3`,
    ecosystem: 'npm',
    name,
    version: '1.2.3',
    qualifiers: new Map(),
    presence: 'declared',
    scope: 'runtime',
    relationship: index % 10 === 0 ? 'direct' : 'indirect',
    dependsOn: [],
    licenses: ['MIT'],
    evidence: {
      level: 'claimed',
      reasons: [],
      contradictions: [],
      files: { matchedCount: 0, mismatchedCount: 0, missingCount: 0, excludedCount: 0 },
    },
    locations: [{ path: '/package-lock.json', layer: 0, line: index * 8 + 3 }],
    digests: [`sha512:${'0123456789abcdef'.repeat(8)}`],
    introducedIn: 0,
    foundBy: 'npm/package-lock',
  };
}

/** As long as those of GitHub are in the median. */
function advisoryOf(index: number): Advisory {
  const id = `CVE-2024-${10_000 + index}`;
  const sentence = 'A flaw in the parser lets an attacker exhaust memory with a crafted request. ';
  return {
    id,
    aliases: [`GHSA-${index.toString(36).padStart(4, '2')}-abcd-efgh`],
    summary: `Denial of service in the parser of requests, number ${index}`,
    details: sentence.repeat(10),
    ratings: [
      {
        by: 'nvd',
        severity: 'high',
        vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H',
        score: 7.5,
      },
      { by: 'ghsa', severity: 'medium' },
    ],
    affected: [
      {
        ecosystem: 'npm',
        name: `package-${index}`,
        ranges: [{ introduced: '0', fixed: '2.0.0' }],
        versions: [],
        status: 'fixed',
        ratings: [],
      },
    ],
    references: [0, 1, 2, 3].map((at) => `https://example.org/advisories/${id}/${at}`),
    cwes: ['CWE-400'],
    publishedAt: AT,
    modifiedAt: AT,
    feed: 'osv',
  };
}
