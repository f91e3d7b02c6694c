/**
 * Formats of one report, read back, agree about findings, severities and what was set aside:
 * `docs/reports.md`, "Findings in each format", has the rule for each format.
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { coherentReports } from '../../../test/support/coherent-reports.ts';
import { decidedReports } from '../../../test/support/decided-reports.ts';
import { FORMAT_READERS } from '../../../test/support/format-readers.ts';
import type { ReadReport } from '../../../test/support/read-json-formats.ts';
import { readGithub, readJunit, readMarkdown } from '../../../test/support/read-text-formats.ts';
import { rendered } from '../../../test/support/rendered.ts';
import {
  ASIDE_WORDS,
  isVulnerability,
  rowsOf,
  totalsOf,
  type Row,
} from '../../../test/support/report-rows.ts';
import { missingTool, needs } from '../../../test/support/tools.ts';
import { decodeReport } from '../../core/codec/codec.ts';
import { isMalicious } from '../../core/model/advisory/malicious.ts';
import type { Report } from '../../core/model/report/report.ts';
import { severityRank } from '../../core/model/severity/severity.ts';
import { applyDisplayFilter } from '../../core/model/report/display-filter.ts';
import { REPORTERS } from './list.ts';

const noPython = missingTool('python3');

const EACH_COUNT = 150;
/** Reports whose decisions are generated, and reports that a policy decided. */
const decided = fc.sample(decidedReports, EACH_COUNT).map(applyDisplayFilter);
const REPORTS = [...fc.sample(coherentReports, EACH_COUNT).map(applyDisplayFilter), ...decided];

const isOpen = ({ aside }: Row): boolean => aside === '';
const withoutArtifact = (row: Row): Row => ({ ...row, artifact: '' });
/** The name of an image in GitLab's form, or the lists of a table, do not name these. */
const withoutSubject = (row: Row): Row => (isVulnerability(row) ? row : { ...row, subject: '' });

/** Rules of generated reports. */
const RULE_ID = /^secret\//u;

/** Code quality has findings in words, of which the reader takes the subject. */
const withoutVersion = (row: Row): Row => ({ ...row, artifact: '', version: '' });

/** The findings that decide or, without a gate, all that are not set aside. */
function actionRows(report: Report): readonly Row[] {
  const { status, causes } = report.verdict;
  if (status === 'pass') return [];
  const ids = new Set(causes.flatMap(({ findingIds }) => findingIds));
  return rowsOf(report).filter(
    (row) => isOpen(row) && (status === 'notAsked' || ids.has(row.finding.id)),
  );
}

/** What each format has of the findings of a report. */
const RULES: Readonly<Record<string, (report: Report) => readonly Row[]>> = {
  json: rowsOf,
  'trivy-json': rowsOf,
  'cosign-vuln': rowsOf,
  cyclonedx: (report) => rowsOf(report).filter(isVulnerability).map(withoutArtifact),
  sarif: rowsOf,
  csv: rowsOf,
  gitlab: (report) => rowsOf(report).filter(isOpen).map(withoutArtifact),
  'gitlab-codequality': (report) => rowsOf(report).filter(isOpen).map(withoutVersion),
  markdown: (report) => rowsOf(report).filter(isOpen),
  table: (report) => rowsOf(report).filter(isOpen).map(withoutSubject),
  junit: actionRows,
};

const line = ({ artifact, id, subject, version, severity, aside }: Row): string =>
  [artifact, id, subject, version, severity, aside].join(' | ');
const sorted = (rows: readonly Row[]): readonly string[] => rows.map(line).sort();

/** Each report in a format. Several tests need them. */
function textsOf(format: string): Promise<readonly string[]> {
  const known = TEXTS.get(format);
  if (known !== undefined) return known;
  const texts = Promise.all(REPORTS.map((report) => rendered(report, format)));
  TEXTS.set(format, texts);
  return texts;
}
const TEXTS = new Map<string, Promise<readonly string[]>>();

/** Each report, read from its JSON. */
async function readAgain(): Promise<readonly Report[]> {
  AGAIN ??= (await textsOf('json')).map((text) =>
    applyDisplayFilter(decodeReport(JSON.parse(text))),
  );
  return AGAIN;
}
let AGAIN: readonly Report[] | undefined;

/** Each report, read from its form. */
async function read(format: string): Promise<readonly ReadReport[]> {
  const known = READ.get(format);
  if (known !== undefined) return known;
  const reader = FORMAT_READERS[format] ?? expect.fail(`no reader of ${format}`);
  const documents = reader(await textsOf(format));
  READ.set(format, documents);
  return documents;
}
const READ = new Map<string, readonly ReadReport[]>();

describe('every format', () => {
  it.each(REPORTERS)(
    '$id is compared if it lists all findings that are not set aside',
    async (row) => {
      const { listed } = (await row.load()).findings;
      if (listed === 'all' || listed === 'open') expect(Object.keys(RULES)).toContain(row.id);
    },
  );

  it('is one that there is', () => {
    expect(REPORTERS.map(({ id }) => id)).toEqual(expect.arrayContaining(Object.keys(RULES)));
  });
});

it('the reports have every reason why a finding is set aside, every verdict, and findings of every kind', () => {
  const found = REPORTS.flatMap((report) => rowsOf(report));
  expect(new Set(found.map(({ aside }) => aside))).toEqual(
    new Set(['', ...Object.keys(ASIDE_WORDS)]),
  );
  const ofGate = new Set(decided.flatMap((report) => rowsOf(report).map(({ aside }) => aside)));
  expect(ofGate).toEqual(new Set(['', 'unfixed', 'status', 'ignore', 'override', 'vex']));
  expect(new Set(REPORTS.map(({ verdict }) => verdict.status))).toEqual(
    new Set(['pass', 'fail', 'incomplete', 'notAsked']),
  );
  expect(new Set(found.map(({ finding }) => finding.kind)).size).toBe(3);
  expect(decided.some(({ baseline }) => (baseline?.newIds.length ?? 0) > 0)).toBe(true);
  expect(decided.some(({ shownOrigin }) => shownOrigin === 'base')).toBe(true);
  const hidden = decided.filter((report) =>
    totalsOf(report).some((each) => each.notShownCount > 0),
  );
  expect(hidden.length).toBeGreaterThan(50);
});

describe.skipIf(noPython)(`${2 * EACH_COUNT} generated reports${needs(noPython)}`, () => {
  it.each(Object.keys(RULES))(
    '%s has the findings of the report',
    async (format) => {
      const rows = RULES[format] ?? expect.fail();
      const documents = await read(format);
      for (const [index, report] of REPORTS.entries()) {
        const document = documents[index] ?? expect.fail();
        expect(sorted(document.rows), `report ${index}`).toEqual(sorted(rows(report)));
      }
    },
    120_000,
  );

  it.each(['table', 'markdown'])(
    '%s has the totals of each artifact',
    async (format) => {
      const documents = await read(format);
      for (const [index, report] of REPORTS.entries()) {
        expect(documents[index]?.totals, `report ${index}`).toEqual(totalsOf(report));
      }
    },
    120_000,
  );

  it('gitlab counts what was set aside, and what is not shown, in messages', async () => {
    const documents = await read('gitlab');
    for (const [index, report] of REPORTS.entries()) {
      const expected = totalsOf(report)
        .map((totals) => ({ ...totals, found: {} }))
        .filter((totals) => totals.notShownCount > 0 || Object.keys(totals.aside).length > 0);
      expect(documents[index]?.totals, `report ${index}`).toEqual(expected);
    }
  }, 120_000);

  it('junit skips what was set aside, and has a case for each package and file', async () => {
    const documents = (await textsOf('junit')).map(readJunit);
    for (const [index, report] of REPORTS.entries()) {
      const document = documents[index] ?? expect.fail();
      const cases = casesOf(report);
      expect(document.caseCount).toBe(cases.length);
      const skipped = cases.filter((rows) => rows.length > 0 && !rows.some(isOpen));
      const messages = document.skipped.map(({ message }) => message);
      expect(messages, `report ${index}`).toHaveLength(skipped.length);
      for (const [at, rows] of skipped.entries()) {
        expect(messages[at]).toMatch(reasonsPattern(rows));
      }
      const aside = totalsOf(report).map((totals) => ({
        ...totals,
        ...{ found: {}, notShownCount: 0 },
      }));
      expect(document.totals).toEqual(aside);
    }
  }, 120_000);

  it('github has the worst ten of a kind of what decides, and their number', async () => {
    const documents = (await textsOf('github')).map(readGithub);
    for (const [index, report] of REPORTS.entries()) {
      const { rows, kinds, count } = documents[index] ?? expect.fail();
      const actions = actionRows(report).map(annotated);
      expect(count, `report ${index}`).toBe(actions.length);
      const ranks = rows.map(({ severity }) => rankOf(severity));
      expect(ranks).toEqual(ranks.toSorted((a, b) => b - a));
      for (const kind of ['error', 'warning', 'notice']) {
        const expected = actions.filter(({ severity }) => kindOf(severity) === kind);
        const shown = rows.filter(({ severity }) => kindOf(severity) === kind);
        const verdictCount = kinds[0] === kind ? 1 : 0;
        expect(shown).toHaveLength(Math.min(expected.length, 10 - verdictCount));
        const left = [...sorted(expected)];
        for (const row of sorted(shown)) {
          expect(left).toContain(row);
          left.splice(left.indexOf(row), 1);
        }
        const worstLeft = Math.max(-1, ...left.map((text) => rankOf(text.split(' | ')[4] ?? '')));
        expect(Math.min(5, ...shown.map((row) => rankOf(row.severity)))).toBeGreaterThanOrEqual(
          worstLeft,
        );
      }
    }
  }, 120_000);

  it('markdown that is cut has the worst findings of each artifact, and counts the others', async () => {
    const maxBytes = 3000;
    const all = await Promise.all(REPORTS.map((one) => rendered(one, 'markdown', { maxBytes })));
    let cutCount = 0;
    for (const [index, document] of all.map(readMarkdown).entries()) {
      const report = REPORTS[index] ?? expect.fail();
      const open = rowsOf(report).filter(isOpen);
      expect(document.rows.length + document.cutCount, `report ${index}`).toBe(open.length);
      cutCount += document.cutCount;
      for (const { artifact } of report.results) {
        for (const isRule of [false, true]) {
          const isOwn = (row: Row): boolean =>
            row.artifact === artifact.reference && RULE_ID.test(row.id) === isRule;
          const own = open.filter(isOwn);
          const ranks = own.map(({ severity }) => rankOf(severity)).sort((a, b) => b - a);
          const shown = document.rows.filter(isOwn);
          expect(shown.map(({ severity }) => rankOf(severity))).toEqual(
            ranks.slice(0, shown.length),
          );
        }
      }
    }
    expect(cutCount).toBeGreaterThan(0);
  }, 120_000);

  it('verdict lists what decides', async () => {
    const documents = await textsOf('verdict');
    for (const [index, report] of REPORTS.entries()) {
      const { causes } = JSON.parse(documents[index] ?? '') as {
        readonly causes: readonly { readonly findings: readonly { readonly id: string }[] }[];
      };
      const ids = causes.map(({ findings }) => findings.map(({ id }) => id).sort());
      expect(ids).toEqual(report.verdict.causes.map((cause) => [...cause.findingIds].sort()));
    }
  }, 120_000);

  it('spdx-json lists packages, and of findings only that a package is malicious', async () => {
    const documents = await textsOf('spdx-json');
    for (const [index, report] of REPORTS.entries()) {
      const results = report.results.map((result) => ({
        ...result,
        findings: result.findings.filter(isMalicious),
        suppressed: [],
      }));
      expect(await rendered({ ...report, results }, 'spdx-json')).toBe(documents[index]);
    }
  }, 120_000);

  it.each(['csv', 'sarif', 'trivy-json'])(
    '%s marks what is not in the baseline',
    async (format) => {
      const documents = await read(format);
      let newCount = 0;
      for (const [index, report] of REPORTS.entries()) {
        const newIds = new Set(report.baseline?.newIds);
        const expected = rowsOf(report).filter(
          (row) => isVulnerability(row) && newIds.has(row.finding.id),
        );
        const marked = documents[index]?.rows.filter((row) => isVulnerability(row) && row.isNew);
        newCount += expected.length;
        expect(sorted(marked ?? []), `report ${index}`).toEqual(sorted(expected));
      }
      expect(newCount).toBeGreaterThan(100);
    },
    120_000,
  );

  it.each(['csv', 'trivy-json'])(
    '%s marks what decides',
    async (format) => {
      const documents = await read(format);
      for (const [index, report] of REPORTS.entries()) {
        const expected = report.verdict.status === 'notAsked' ? [] : actionRows(report);
        const marked = documents[index]?.rows.filter((row) => isVulnerability(row) && row.decides);
        expect(sorted(marked ?? []), `report ${index}`).toEqual(
          sorted(expected.filter(isVulnerability)),
        );
      }
    },
    120_000,
  );

  it.each(REPORTERS.map(({ id }) => id))(
    '%s is the same after the JSON report was read again',
    async (format) => {
      const texts = await textsOf(format);
      for (const [index, stored] of (await readAgain()).entries()) {
        expect(await rendered(stored, format)).toBe(texts[index]);
      }
    },
    120_000,
  );
});

/** The findings of each case: a case for each package, and one for each finding about a file. */
function casesOf(report: Report): readonly (readonly Row[])[] {
  return report.results.flatMap((result) => {
    const rows = rowsOf({ ...report, results: [result] });
    const own = (packageId: string): readonly Row[] =>
      rows.filter(({ finding }) => finding.kind !== 'rule' && finding.packageId === packageId);
    const files = rows.filter(
      ({ finding }) => finding.kind === 'rule' || finding.packageId === undefined,
    );
    return [...result.inventory.packages.map(({ id }) => own(id)), ...files.map((row) => [row])];
  });
}

/** A skipped case names three findings with what set them aside. */
function reasonsPattern(rows: readonly Row[]): RegExp {
  const parts = rows
    .slice(0, 3)
    .map(({ id, aside }) => `${id} set aside by ${ASIDE_WORDS[aside] ?? aside}.*`);
  const more = rows.length > 3 ? `; and ${rows.length - 3} more` : '';
  return new RegExp(`^${parts.join('; ')}${more}$`, 'u');
}

/** What a workflow command shows of a finding. */
function annotated(row: Row): Row {
  const id = isVulnerability(row) ? row.id : '';
  return { ...row, id, artifact: '' };
}

function rankOf(severity: string): number {
  return severityRank(severity as Parameters<typeof severityRank>[0]);
}

function kindOf(severity: string): string {
  if (rankOf(severity) >= severityRank('high')) return 'error';
  return severity === 'medium' ? 'warning' : 'notice';
}
