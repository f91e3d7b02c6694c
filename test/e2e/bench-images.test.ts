/**
 * Real images in every format: programs that are not ours accept the texts, all formats agree,
 * trivy reads the report in its form, the document read back finds the same, and beside trivy's own
 * report each difference has a rule.
 */

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { decodeReport } from '../../src/core/codec/codec.ts';
import { severityRank } from '../../src/core/model/severity/severity.ts';
import { applyDisplayFilter } from '../../src/core/model/report/display-filter.ts';
import {
  benchDirectories,
  benchImages,
  BenchScan,
  missingBenchImages,
  missingTrivyReports,
  trivyReportOf,
} from '../support/bench-images.ts';
import { builtCommand, type BuiltCommand } from '../support/build.ts';
import { FORMAT_READERS } from '../support/format-readers.ts';
import { gitlabValidator } from '../support/gitlab-schema.ts';
import {
  junitCases,
  junitSchemaErrors,
  missingJunitparser,
  missingJunitSchema,
} from '../support/junit-tools.ts';
import { markdownMarkup } from '../support/markdown-tables.ts';
import { rendered } from '../support/rendered.ts';
import { readMarkdown } from '../support/read-text-formats.ts';
import { isVulnerability, rowsOf, totalsOf, type Row } from '../support/report-rows.ts';
import { missingMultitool, multitoolErrors, sarifValidator } from '../support/sarif-tools.ts';
import { missingTrivy, trivyConvert, trivySections } from '../support/trivy-convert.ts';
import { trivyDifferences } from '../support/trivy-differences.ts';
import { missingTool, needs } from '../support/tools.ts';

const missing = missingBenchImages() ?? missingTool('python3');
/** A name stands for the images that are not there, so that the reason is reported. */
const NAMES = missing === undefined ? benchImages() : ['bench images'];
const DIRECTORIES = missingTrivyReports() === undefined ? [...benchDirectories()] : [['lock', '']];
const TIMEOUT_MS = 600_000;

let command: BuiltCommand;

beforeAll(async () => {
  if (missing === undefined) command = await builtCommand();
});
afterAll(() => {
  if (missing === undefined) command[Symbol.dispose]();
});

const lineOf = ({ artifact, id, subject, version, severity, aside }: Row): string =>
  [artifact, id, subject, version, severity, aside].join(' | ');
const sorted = (rows: readonly Row[]): readonly string[] => rows.map(lineOf).sort();
const withoutArtifact = (row: Row): Row => ({ ...row, artifact: '' });

describe.skipIf(missing !== undefined).each(NAMES)(`%s${needs(missing)}`, (name) => {
  let scan: BenchScan;

  beforeAll(async () => {
    scan = await BenchScan.ofImage(command, name);
  }, TIMEOUT_MS);
  afterAll(() => scan[Symbol.dispose]());

  it('is SARIF by its schema', () => {
    const validate = sarifValidator() ?? expect.fail('the shared schemas are not there');
    validate(JSON.parse(scan.text('sarif')));
    expect(validate.errors).toBeNull();
  });

  it.skipIf(missingMultitool() !== undefined)(
    `is SARIF by the rules of code scanning${needs(missingMultitool())}`,
    () => {
      expect(multitoolErrors([scan.text('sarif')])).toEqual([]);
    },
    TIMEOUT_MS,
  );

  it.skipIf(missingJunitSchema() !== undefined)(
    `is JUnit by the schema of Ant${needs(missingJunitSchema())}`,
    () => {
      expect(junitSchemaErrors([scan.text('junit')])).toEqual([]);
    },
  );

  it.skipIf(missingJunitparser() !== undefined)(
    `has a case for each package, read by junitparser${needs(missingJunitparser())}`,
    () => {
      const files = rowsOf(scan.report()).filter(
        ({ finding }) => finding.kind === 'rule' || finding.packageId === undefined,
      );
      const packages = scan.report().results.flatMap(({ inventory }) => inventory.packages);
      expect(junitCases([scan.text('junit')])[0]).toHaveLength(packages.length + files.length);
    },
  );

  it('is a report of GitLab by what its documentation requires', () => {
    const validate = gitlabValidator(true);
    validate(JSON.parse(scan.text('gitlab')));
    expect(validate.errors).toBeNull();
  });

  it.each(['trivy-json', 'cosign-vuln', 'cyclonedx', 'sarif', 'csv', 'gitlab', 'table', 'junit'])(
    'has the same vulnerabilities as %s',
    (format) => {
      const read = FORMAT_READERS[format] ?? expect.fail();
      const rows = read([scan.text(format)])[0]?.rows.filter(isVulnerability) ?? [];
      expect(sorted(rows.map(withoutArtifact))).toEqual(
        sorted(rowsOf(scan.report()).filter(isVulnerability).map(withoutArtifact)),
      );
    },
  );

  it('is Markdown whose cells are those of the report, worst first, with the number of the others', () => {
    const { rows, totals, cutCount } = readMarkdown(scan.text('markdown'));
    const expected = rowsOf(scan.report());
    expect(rows.length + cutCount).toBe(expected.length);
    expect(totals?.map(({ found }) => found)).toEqual(
      totalsOf(scan.report()).map(({ found }) => found),
    );
    const all = new Set(sorted(expected.map(withoutArtifact)));
    for (const row of rows) expect(all).toContain(lineOf(withoutArtifact(row)));
    const ranks = expected.map(({ severity }) => severityRank(severity as 'low'));
    expect(rows.map(({ severity }) => severityRank(severity as 'low'))).toEqual(
      ranks.sort((a, b) => b - a).slice(0, rows.length),
    );
    for (const type of markdownMarkup(scan.text('markdown'))) expect(HARMLESS).toContain(type);
  });

  it.skipIf(missingTrivy() !== undefined)(
    `is read by trivy: numbers, filters, exit codes, SARIF and CycloneDX${needs(missingTrivy())}`,
    () => readByTrivy(scan),
    TIMEOUT_MS,
  );

  it.skipIf(missingTrivy() !== undefined)(
    `has the table of trivy, byte for byte${needs(missingTrivy())}`,
    () => comparedWithTrivy(scan),
    TIMEOUT_MS,
  );

  it(
    'is read back from the form of trivy, and has the findings of the scan',
    async () => {
      const isMatched = scan.report().coverage.length > 0;
      const flags = isMatched ? [] : ['--scanners', 'packages'];
      const out = ['-o', 'json=again.json'];
      const outcome = await scan.run(['sbom', 'report.trivy-json', ...flags, ...out]);
      expect([outcome.exitCode, outcome.stderr]).toEqual([0, expect.not.stringContaining('ERROR')]);
      const again = decodeReport(
        JSON.parse(readFileSync(path.join(scan.folder, 'again.json'), 'utf8')),
      );
      // What contradicts its metadata is not looked at again: a document has no content.
      const vulnerabilities = (report: typeof again): readonly string[] =>
        sorted(rowsOf(report).filter(isVulnerability).map(withoutArtifact));
      expect(vulnerabilities(again)).toEqual(vulnerabilities(scan.report()));
    },
    TIMEOUT_MS,
  );

  it.skipIf(missingTrivyReports() !== undefined)(
    `differs from the report of trivy only by rules${needs(missingTrivyReports())}`,
    () => {
      const found = trivyDifferences(scan.trivyDocument(), scan.report(), trivyReportOf(name));
      console.log(`${name}: ${JSON.stringify(found)}`);
      expect(found.unexplained).toEqual([]);
    },
  );
});

/** Types of tokens that are text. */
const HARMLESS = new Set(['text', 'code_inline', 'strong_open', 'strong_close']);

/** What trivy makes of the report in its form. */
/** What `--compat trivy` prints, and what trivy does. */
async function comparedWithTrivy(scan: BenchScan): Promise<void> {
  for (const flags of [[], ['--dependency-tree']]) {
    const { stdout } = trivyConvert(scan.folder, 'report.trivy-json', ...flags);
    const view = { compat: 'trivy', dependencyTree: flags.length > 0 } as const;
    expect(await rendered(applyDisplayFilter(scan.report()), 'table', view)).toBe(stdout);
  }
}

function readByTrivy(scan: BenchScan): void {
  const file = 'report.trivy-json';
  const { Results: results } = scan.trivyDocument();
  const numbers = (severities: readonly string[]): Readonly<Record<string, number>> =>
    Object.fromEntries(
      results.flatMap(({ Target: target, Class: kind, Type: type, Vulnerabilities: rows = [] }) => {
        const count = rows.filter(({ Severity: one }) => severities.includes(String(one))).length;
        // A section of a lockfile or of a language has its type in the title.
        const title = kind === 'os-pkgs' ? target : `${target} (${type})`;
        return count === 0 ? [] : [[title, count]];
      }),
    );
  const severe = ['HIGH', 'CRITICAL'];
  const all = ['UNKNOWN', 'LOW', 'MEDIUM', ...severe];
  expect(trivySections(scan.folder, file)).toEqual(numbers(all));
  expect(trivySections(scan.folder, file, '--severity', severe.join(','))).toEqual(numbers(severe));
  for (const severities of [all, severe, ['CRITICAL']]) {
    const flags = ['--exit-code', '7', '--severity', severities.join(',')];
    const hasAny = Object.keys(numbers(severities)).length > 0;
    expect(trivyConvert(scan.folder, file, ...flags).status).toBe(hasAny ? 7 : 0);
  }
  expect(trivyConvert(scan.folder, file, '-f', 'sarif', '-o', 'trivy.sarif').status).toBe(0);
  const { runs } = JSON.parse(readFileSync(path.join(scan.folder, 'trivy.sarif'), 'utf8')) as {
    readonly runs: readonly { readonly results: readonly unknown[] }[];
  };
  const rows = results.flatMap(({ Vulnerabilities: list = [] }) => list);
  expect(runs[0]?.results).toHaveLength(rows.length);
  expect(trivyConvert(scan.folder, file, '-f', 'cyclonedx', '-o', 'trivy.cdx').status).toBe(0);
  const { vulnerabilities = [] } = JSON.parse(
    readFileSync(path.join(scan.folder, 'trivy.cdx'), 'utf8'),
  ) as { readonly vulnerabilities?: readonly { readonly id: string }[] };
  expect(new Set(vulnerabilities.map(({ id }) => id))).toEqual(
    new Set(rows.map(({ VulnerabilityID: id }) => id)),
  );
}

describe.skipIf(missingTrivyReports() !== undefined).each(DIRECTORIES)(
  `lockfiles of %s${needs(missingTrivyReports())}`,
  (name, folder) => {
    it('have the findings of trivy, and each difference has a rule', async () => {
      using scan = await BenchScan.ofDirectory(command, folder);
      const found = trivyDifferences(scan.trivyDocument(), scan.report(), trivyReportOf(name));
      console.log(
        `${name}: ${JSON.stringify({ ...found, unexplained: found.unexplained.length })}`,
      );
      // Samples have many types that trivy 0.44 does not read, so that Assay has more.
      const isOnlyOwn = (text: string): boolean => text.endsWith('trivy: absent');
      const unexplained = found.unexplained.filter(
        (text) => name !== 'samples-fs' || !isOnlyOwn(text),
      );
      expect(unexplained).toEqual([]);
    }, 600_000);
  },
);
