/**
 * Readers of the formats of a report that are text for people, XML or tables: each returns the
 * findings that it shows.
 */

import { SEVERITIES } from '../../src/core/model/severity/severity.ts';
import { csvCells, csvRows } from './csv-rows.ts';
import { junitSuites, type JunitCase } from './junit-cases.ts';
import { markdownSections, markdownTables } from './markdown-tables.ts';
import type { ReadReport } from './read-json-formats.ts';
import { asideOf, totalsIn, type Row, type Totals } from './report-rows.ts';
import { workflowCommands } from './workflow-commands.ts';

/** Reads several documents at once, because a program of Python does it. */
export function readCsv(texts: readonly string[]): readonly ReadReport[] {
  return csvRows(texts).map((rows) => ({
    rows: csvCells(rows)
      .filter(({ kind }) => kind !== 'gap')
      .map((cells): Row => {
        const isVulnerability = cells['kind'] === 'vulnerability';
        const { artifact = '', id = '', package: name = '', path = '', severity = '' } = cells;
        return {
          ...{ artifact, id, severity },
          subject: name === '' ? path.slice(1) : name,
          version: isVulnerability ? (cells['installed'] ?? '') : '',
          aside: asideOf(cells['setAsideBy'] ?? ''),
          isNew: cells['new'] === 'yes',
          decides: cells['decides'] === 'yes',
        };
      }),
  }));
}

/** What cases of JUnit show besides their failures. */
export interface JunitReport extends ReadReport {
  /** Cases of packages and files that are skipped, with the message. */
  readonly skipped: readonly Pick<JunitCase, 'className' | 'name' | 'message'>[];
  readonly caseCount: number;
}

const FAILURE = /^(?<severity>[a-z]+): (?<text>.*)$/u;
const VULNERABILITY = /^(?<id>(?:CVE|GHSA|MAL)-[\w-]+)(?:: |\. Fixed: )/u;
const NAMED = /^(?<id>[\w/-]+) \((?<severity>[a-z]+)\)/u;
const CONTRADICTION = /^\S+ \S+: (?<kind>[a-z]+): /u;

/** Each line of a failure is a finding. A finding about a file has its name in the message. */
export function readJunit(text: string): JunitReport {
  const suites = junitSuites(text);
  const cases = suites.flatMap((suite) => suite.cases.map((one) => ({ suite: suite.name, one })));
  const rows = cases.flatMap(({ suite, one }) => {
    if (one.outcome !== 'failure' || one.className === 'gate') return [];
    const lines = one.className === 'files' ? [one.message] : one.text.split('\n');
    return lines.map((line) => junitRow(suite, one, line));
  });
  return {
    rows,
    totals: suites.map(({ name, properties }) => totalsIn(name, properties.get('setAside') ?? '')),
    skipped: cases.flatMap(({ one }) => (one.outcome === 'skipped' ? [one] : [])),
    caseCount: cases.filter(({ one }) => one.className !== 'gate').length,
  };
}

function junitRow(artifact: string, { className, name }: JunitCase, line: string): Row {
  const [subject = '', version = ''] = name.split(' ');
  const row = { artifact, subject, version: '', aside: '' };
  if (className === 'files') {
    const { id = '', severity = '' } = groupsOf(NAMED, line);
    return { ...row, id, severity };
  }
  const { severity = '', text = '' } = groupsOf(FAILURE, line);
  const { id } = groupsOf(VULNERABILITY, text);
  if (id !== undefined) return { ...row, id, version, severity };
  return { ...row, id: `contradiction/${groupsOf(CONTRADICTION, text)['kind'] ?? ''}`, severity };
}

function groupsOf(pattern: RegExp, text: string): Readonly<Record<string, string | undefined>> {
  return pattern.exec(text)?.groups ?? {};
}

/** What workflow commands show besides findings. */
export interface GithubReport extends ReadReport {
  /** Kind of each command, the verdict first. */
  readonly kinds: readonly string[];
  /** The number of findings that should be annotated, as the verdict has it. */
  readonly count: number;
}

const TITLE = /^(?<subject>\S+)(?: (?<version>\S+))? \((?<severity>[a-z]+)\)$/u;
const ADVISORY = /^(?<id>(?:CVE|GHSA|MAL)-[\w-]+)(?::|$)/mu;
const COUNT = /^(?<count>\d+) findings (?:are shown|decide),/mu;

/** Rows come in the order of the commands. A finding that is not a vulnerability has no id here. */
export function readGithub(text: string): GithubReport {
  const [verdict, ...others] = workflowCommands(text);
  const rows = others.map(({ properties, data }): Row => {
    const {
      subject = '',
      version = '',
      severity = '',
    } = TITLE.exec(properties['title'] ?? '')?.groups ?? {};
    const id = ADVISORY.exec(data)?.groups?.['id'] ?? '';
    return { artifact: '', id, subject, version: id === '' ? '' : version, severity, aside: '' };
  });
  return {
    rows,
    kinds: [verdict, ...others].map((one) => one?.kind ?? ''),
    count: Number(COUNT.exec(verdict?.data ?? '')?.groups?.['count']),
  };
}

/** What Markdown shows besides findings. */
export interface MarkdownReport extends ReadReport {
  /** Findings that have no row, because the text would be too long. */
  readonly cutCount: number;
}

const CUT = /Cut here: (?<count>\d+) findings/u;
const HEADING = /^(?<artifact>\S+) \(/u;
const artifactIn = (heading: string): string => HEADING.exec(heading)?.groups?.['artifact'] ?? '';

export function readMarkdown(text: string): MarkdownReport {
  const sections = markdownSections(text);
  const rows = markdownTables(text).flatMap(({ heading, rows: [heads = [], ...cells] }) => {
    const at = (row: readonly string[], head: string): string => row[heads.indexOf(head)] ?? '';
    return cells.map((row): Row => {
      const id = at(row, 'Vulnerability') || at(row, 'Rule');
      return {
        artifact: artifactIn(heading),
        id,
        subject: at(row, 'Library') || at(row, 'Place'),
        version: /^(?:contradiction|secret)\//u.test(id) ? '' : at(row, 'Installed'),
        severity: at(row, 'Severity').toLowerCase(),
        aside: '',
      };
    });
  });
  // Several artifacts have a second heading above their table.
  const totals = sections
    .filter(({ text: block }) => block.startsWith('Total: '))
    .map(({ heading, text: block }) => totalsIn(artifactIn(heading), block));
  const cut = sections.map(({ text: block }) => CUT.exec(block)?.groups?.['count']);
  return { rows, totals, cutCount: Number(cut.find((count) => count !== undefined) ?? 0) };
}

const TABLE_TITLE = /^(?<artifact>\S+) \(.*\)\n=+\n/mu;
/** The number of findings, and the package that ships the files. */
const BEHIND_NAME = /(?: \(\d+\))?(?:, owned by .*)?$/u;
const CELLS = /^│ (?<cells>.*) │$/u;
const OTHER = /^ {2}(?<severity>UNKNOWN|LOW|MEDIUM|HIGH|CRITICAL) +(?<text>\S.*)$/u;
/** Lists of findings that are no vulnerabilities. */
const LISTS: readonly (readonly [start: string, id: string])[] = [
  ['Content contradicts metadata: ', 'contradiction/content'],
  ['Secrets: ', 'secret/token'],
];

/** Findings that are no vulnerabilities have neither package nor path in a row of their own. */
export function readTable(text: string): ReadReport {
  const [, ...parts] = text.split(TABLE_TITLE);
  const rows: Row[] = [];
  const totals: Totals[] = [];
  for (let index = 0; index + 1 < parts.length; index += 2) {
    const [artifact = '', section = ''] = parts.slice(index, index + 2);
    rows.push(...tableRows(artifact, section), ...listedRows(artifact, section));
    totals.push(totalsIn(artifact, section));
  }
  return { rows, totals };
}

/**
 * Packages and versions stand in the first row of a group. Other tables list packages, and what was
 * set aside.
 */
function tableRows(artifact: string, section: string): readonly Row[] {
  let heads: readonly string[] = [];
  let [subject, version] = ['', ''];
  return gridOf(section).flatMap((row): Row[] => {
    if (row[0] === 'Library') heads = row;
    const isFindings = heads.includes('Installed') && heads.includes('Vulnerability');
    if (row === heads || !isFindings) return [];
    const at = (head: string): string => row[heads.indexOf(head)] ?? '';
    const name = at('Library').replace(BEHIND_NAME, '');
    if (name !== '') [subject, version] = [name, ''];
    version = at('Installed') === '' ? version : at('Installed');
    const severity = at('Severity').toLowerCase();
    return [{ artifact, id: at('Vulnerability'), subject, version, severity, aside: '' }];
  });
}

/**
 * Cells of the rows of all tables, with frames or aligned in columns; a row of heads begins with
 * `Library`.
 */
function gridOf(section: string): readonly (readonly string[])[] {
  let columns: readonly number[] = [];
  /** Cells that have a line of their own, because they are wider than their column. */
  let early = new Map<number, string>();
  return section.split('\n').flatMap((line) => {
    const framed = CELLS.exec(line)?.groups?.['cells'];
    if (framed !== undefined) return [framed.split('│').map((cell) => cell.trim())];
    if (HEADS.test(line)) columns = [...line.matchAll(/\S+/gu)].map(({ index }) => index);
    else if (line === '') columns = [];
    if (columns.length === 0) return [];
    const cells = columns.map((start, at) => line.slice(start, columns[at + 1]).trim());
    if (!HEADS.test(line) && !SEVERITY_WORDS.has(cells[2] ?? '')) {
      early.set(columns.indexOf(line.search(/\S/u)), line.trim());
      return [];
    }
    const row = cells.map((cell, at) => early.get(at) ?? cell);
    early = new Map();
    return [row];
  });
}

/** Heads of a table of findings, the severity third. */
const HEADS = /^Library +Vulnerability +Severity /u;
const SEVERITY_WORDS: ReadonlySet<string> = new Set(
  SEVERITIES.map((severity) => severity.toUpperCase()),
);

function listedRows(artifact: string, section: string): readonly Row[] {
  return LISTS.flatMap(([start, id]) => {
    const at = section.indexOf(`\n${start}`);
    if (at < 0) return [];
    const [block = ''] = section.slice(at + 1).split('\n\n', 1);
    return block.split('\n').flatMap((line): Row[] => {
      const severity = OTHER.exec(line)?.groups?.['severity'];
      if (severity === undefined) return [];
      return [
        { artifact, id, subject: '', version: '', severity: severity.toLowerCase(), aside: '' },
      ];
    });
  });
}
