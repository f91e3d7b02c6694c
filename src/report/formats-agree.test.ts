/** Formats of one report, read back, say the same of findings, severities and what was set aside. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { coherentReports } from '../../test/support/coherent-reports.ts';
import { rendered } from '../../test/support/rendered.ts';
import { decodeReport, encodeReport } from '../model/codec.ts';
import type { Report } from '../model/report.ts';
import { shownReport } from '../model/shown.ts';
import { REPORTERS } from './list.ts';

type Json = Readonly<Record<string, unknown>>;

/** A vulnerability of a package: id, package, version, severity, and what set it aside. */
type Row = readonly [id: string, name: string, version: string, severity: string, aside: string];

/** Readers of formats that have all findings of a report. */
const READERS: Readonly<Record<string, (text: string) => readonly Row[]>> = {
  json: (text) => rowsOf(decodeReport(JSON.parse(text))),
  'trivy-json': (text) => trivyRows(JSON.parse(text) as Json),
  'cosign-vuln': (text) => {
    const { scanner } = JSON.parse(text) as { readonly scanner: { readonly result: Json } };
    return trivyRows(scanner.result);
  },
  cyclonedx: (text) => cyclonedxRows(JSON.parse(text) as Json),
  sarif: (text) => sarifRows(JSON.parse(text) as Json),
};

/** Formats that leave findings out, or are not read by programs, and what holds them to the report instead. */
const OTHERS: Readonly<Record<string, string>> = {
  table: 'for people: its total is compared below',
  'spdx-json': 'SPDX 2 has no place for vulnerabilities',
  verdict: 'lists the findings that decide: compared below',
  markdown: 'is cut to the length of a comment: its own test compares cells',
  github: 'has the findings that decide: its own test',
  junit: 'has what fails: its own test',
  gitlab: 'leaves out what was set aside: its own test',
  csv: 'its own test compares cells',
};

function rowsOf({ results }: Report): readonly Row[] {
  return results.flatMap(({ findings, suppressed, inventory }) => {
    const asides = new Map(suppressed.map(({ findingId, by }) => [findingId, by]));
    const packages = new Map(inventory.packages.map((pkg) => [pkg.id, pkg]));
    return findings.flatMap((finding): readonly Row[] => {
      if (finding.kind !== 'vulnerability') return [];
      const { id, advisoryId, packageId, matchedVersion, severity } = finding;
      const name = packages.get(packageId)?.name ?? packageId;
      return [[advisoryId, name, matchedVersion, severity, asides.get(id) ?? '']];
    });
  });
}

/** A package is listed for each of its places; the id of the finding tells them together. */
function trivyRows({ Results: results }: Json): readonly Row[] {
  const rows = new Map<unknown, Row>();
  const add = (row: Json, by: string): void => {
    const { id } = row['Assay'] as { readonly id: string };
    const texts = [row['VulnerabilityID'], row['PkgName'], row['InstalledVersion']] as string[];
    const [advisoryId = '', name = '', version = ''] = texts;
    rows.set(id, [advisoryId, name, version, String(row['Severity']).toLowerCase(), by]);
  };
  for (const result of results as readonly Readonly<Record<string, readonly Json[]>>[]) {
    for (const row of result['Vulnerabilities'] ?? []) add(row, '');
    for (const row of result['ExperimentalModifiedFindings'] ?? []) {
      add(row['Finding'] as Json, (row['Assay'] as { readonly by: string }).by);
    }
  }
  return [...rows.values()];
}

interface Affects {
  readonly ref: string;
  readonly versions: readonly { readonly version: string }[];
}

function cyclonedxRows({ components, vulnerabilities }: Json): readonly Row[] {
  const names = new Map(
    (components as readonly Json[]).map((one) => [one['bom-ref'], String(one['name'])]),
  );
  return (vulnerabilities as readonly Json[]).flatMap((one) => {
    const [rating] = one['ratings'] as readonly { readonly severity: string }[];
    const properties = one['properties'] as readonly Readonly<Record<'name' | 'value', string>>[];
    const by = properties.find(({ name }) => name === 'assay:suppressedBy')?.value ?? '';
    return (one['affects'] as readonly Affects[]).flatMap(({ ref, versions }) =>
      versions.map(({ version }): Row => {
        return [String(one['id']), names.get(ref) ?? ref, version, rating?.severity ?? '', by];
      }),
    );
  });
}

interface SarifResult {
  readonly ruleId: string;
  readonly suppressions?: readonly { readonly properties: { readonly by: string } }[];
  readonly properties: {
    readonly severity: string;
    readonly package?: string;
    readonly installed?: string;
  };
}

function sarifRows({ runs }: Json): readonly Row[] {
  return (runs as readonly { readonly results?: readonly SarifResult[] }[]).flatMap(
    ({ results = [] }) =>
      results.flatMap(({ ruleId, suppressions, properties }): readonly Row[] => {
        const { severity, package: name = '', installed } = properties;
        const by = suppressions?.[0]?.properties.by ?? '';
        return installed === undefined ? [] : [[ruleId, name, installed, severity, by]];
      }),
  );
}

const sorted = (rows: readonly Row[]): readonly string[] => rows.map(String).sort();
const present = REPORTERS.map(({ id }) => id);

describe('every format', () => {
  it.each(present)('%s is compared, or has a reason', (format) => {
    expect(format in READERS || format in OTHERS).toBe(true);
  });
});

it('the readers are of formats that there are', () => {
  expect(present).toEqual(expect.arrayContaining(Object.keys(READERS)));
});

describe('of generated reports', () => {
  it.each(present.filter((format) => format in READERS))(
    '%s has all findings as the report has them',
    async (format) => {
      const read = READERS[format];
      if (read === undefined) throw new Error(`no reader of ${format}`);
      await fc.assert(
        fc.asyncProperty(coherentReports, async (report) => {
          const shown = shownReport(report);
          expect(sorted(read(await rendered(shown, format)))).toEqual(sorted(rowsOf(shown)));
        }),
        { numRuns: 300 },
      );
    },
    60_000,
  );

  it('the table counts what was not set aside', async () => {
    await fc.assert(
      fc.asyncProperty(coherentReports, async (report) => {
        const shown = shownReport(report);
        const totals = [...(await rendered(shown, 'table')).matchAll(/^Total: (?<count>\d+)/gmu)];
        const counted = totals.map(({ groups }) => Number(groups?.['count']));
        expect(counted).toEqual(
          shown.results.map((result) => {
            const rows = rowsOf({ ...shown, results: [result] });
            return rows.filter(([, , , , by]) => by === '').length;
          }),
        );
      }),
      { numRuns: 100 },
    );
  }, 60_000);

  it('the verdict lists what decides', async () => {
    await fc.assert(
      fc.asyncProperty(coherentReports, async (report) => {
        const { causes } = JSON.parse(await rendered(shownReport(report), 'verdict')) as {
          readonly causes: readonly { readonly findings: readonly { readonly id: string }[] }[];
        };
        const ids = causes.map(({ findings }) => findings.map(({ id }) => id).sort());
        expect(ids).toEqual(report.verdict.causes.map((one) => [...one.findingIds].sort()));
      }),
      { numRuns: 100 },
    );
  }, 60_000);

  it.each(present)(
    '%s is the same after the report was stored and read again',
    async (format) => {
      await fc.assert(
        fc.asyncProperty(coherentReports, async (report) => {
          const stored = JSON.stringify(encodeReport(report));
          const read = shownReport(decodeReport(JSON.parse(stored)));
          expect(await rendered(read, format)).toBe(await rendered(shownReport(report), format));
        }),
        { numRuns: 100 },
      );
    },
    60_000,
  );

  it('trivy-json lists contradictions with what set them aside', async () => {
    await fc.assert(
      fc.asyncProperty(coherentReports, async (report) => {
        const shown = shownReport(report);
        const { Assay: own } = JSON.parse(await rendered(shown, 'trivy-json')) as {
          readonly Assay: { readonly artifacts: readonly { readonly findings: readonly Json[] }[] };
        };
        const listed = own.artifacts.flatMap(({ findings }) =>
          findings.map(({ id, severity, suppressedBy = '' }) => [id, severity, suppressedBy]),
        );
        const expected = shown.results.flatMap(({ findings, suppressed }) => {
          const asides = new Map(suppressed.map(({ findingId, by }) => [findingId, by]));
          return findings
            .filter(({ kind }) => kind !== 'vulnerability')
            .map(({ id, severity }) => [id, severity, asides.get(id) ?? '']);
        });
        expect(listed).toEqual(expected);
      }),
      { numRuns: 100 },
    );
  }, 60_000);
});
