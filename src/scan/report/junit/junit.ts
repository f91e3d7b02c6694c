/**
 * JUnit XML: a suite for each artifact, a case for each package. Failures are what decides the
 * verdict or, without a gate, what is shown. A package whose findings were all set aside is
 * skipped, with the reasons.
 *
 * Source: the schema of Apache Ant's JUnit task. There is no official one.
 */

import type { ArtifactResult, Report, Verdict } from '../../../core/model/report/report.ts';
import { suiteCases, type TestCase } from './junit-cases.ts';
import { actionFilter } from '../findings/listed-findings.ts';
import type { Reporter } from '../reporter.ts';
import { gapLines, headLines, suppressedLine } from '../table/table-sections.ts';
import { textPieces } from '../text/text-pieces.ts';
import { xmlText } from '../text/xml-text.ts';

export const junit: Reporter = {
  id: 'junit',
  mediaType: 'application/xml',
  purpose: 'shows packages as tests in CI systems, as JUnit XML',
  findings: {
    listed: 'deciding',
    vulnerabilities: 'those that decide; without a gate all that were not set aside',
    others: 'as vulnerabilities',
    setAside: 'a package with nothing else is skipped; counted in a property',
  },
  render: (report) => textPieces(document(report)),
};

function* document(report: Report): Generator<string> {
  yield '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n';
  const isAction = actionFilter(report);
  for (const [index, result] of report.results.entries()) {
    const cases = suiteCases(result, report, isAction);
    yield* suite(result, { report, index, cases: index === 0 ? withGate(cases, report) : cases });
  }
  yield '</testsuites>\n';
}

interface SuiteFacts {
  readonly report: Report;
  readonly index: number;
  /** Yields the cases. Each call starts anew: the cases are counted first. */
  readonly cases: () => Iterable<TestCase>;
}

function* suite(result: ArtifactResult, { report, index, cases }: SuiteFacts): Generator<string> {
  let [tests, failures, skipped] = [0, 0, 0];
  for (const { outcome } of cases()) {
    tests += 1;
    if (outcome === 'failure') failures += 1;
    if (outcome === 'skipped') skipped += 1;
  }
  const name = xmlText(result.artifact.reference, 400) || 'unnamed';
  yield `  <testsuite name="${name}" package="assay" id="${index}" hostname="localhost"`;
  yield ` timestamp="${timestamp(report.startedAt)}" tests="${tests}" failures="${failures}"`;
  yield ` errors="0" skipped="${skipped}" time="0">\n    <properties>\n`;
  for (const [key, value] of properties(result, report)) {
    yield `      <property name="${key}" value="${xmlText(value, 1000)}"/>\n`;
  }
  yield '    </properties>\n';
  for (const one of cases()) yield testCase(one);
  yield '    <system-out></system-out>\n    <system-err>';
  yield gapLines(result.diagnostics)
    .map((line) => `${xmlText(line, 1000)}\n`)
    .join('');
  yield '</system-err>\n  </testsuite>\n';
}

function* properties(
  result: ArtifactResult,
  { verdict }: Report,
): Generator<readonly [string, string]> {
  yield ['verdict', verdict.status];
  yield ['exitCode', String(verdict.exitCode)];
  for (const line of headLines(result)) yield ['head', line];
  const aside = suppressedLine(result.suppressed);
  if (aside !== undefined) yield ['setAside', aside];
}

function testCase({ outcome, texts }: TestCase): string {
  const { className, name, type, message, lines } = texts();
  const head = `    <testcase classname="${className}" name="${name}" time="0"`;
  switch (outcome) {
    case 'passed':
      return `${head}/>\n`;
    case 'skipped':
      return `${head}><skipped message="${message}"/></testcase>\n`;
    case 'failure':
      return `${head}><failure type="${type}" message="${message}">${lines.join('\n')}</failure></testcase>\n`;
  }
}

/**
 * Adds a case for causes that name neither findings nor packages, such as gaps: without one, all
 * cases would pass.
 */
function withGate(cases: () => Iterable<TestCase>, { verdict }: Report): () => Iterable<TestCase> {
  const causes = verdict.status === 'pass' ? [] : verdict.causes.filter(isOfRun);
  return function* (): Generator<TestCase> {
    yield* cases();
    for (const [index, { rule, message }] of causes.entries()) {
      const number = index === 0 ? '' : ` ${index + 1}`;
      const texts = {
        className: 'gate',
        name: `${xmlText(rule)}${number}`,
        type: 'gate',
        message: xmlText(message, 400),
        lines: [],
      };
      yield { outcome: 'failure', texts: () => texts };
    }
  };
}

function isOfRun({ findingIds, packageIds = [] }: Verdict['causes'][number]): boolean {
  return findingIds.length === 0 && packageIds.length === 0;
}

const INSTANT = /^(?<second>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)/;

/** Formats an instant to the second, without a zone. */
function timestamp(startedAt: string): string {
  const second = INSTANT.exec(startedAt)?.groups?.['second'] ?? '';
  return Number.isNaN(Date.parse(`${second}Z`)) ? '1970-01-01T00:00:00' : second;
}
