/**
 * SARIF 2.1.0: a run for each artifact, a rule for each vulnerability, a result for each finding.
 *
 * Sources: SARIF 2.1.0 (OASIS), with errata 01; GitHub Docs, "SARIF support for code scanning".
 * Fingerprints contain neither tag nor digest nor version, so that a dismissed alert stays
 * dismissed when an image is built again. Exceptions are suppressions, gaps are notifications of
 * the tool. GitHub's limits are kept (`sarif-limits.ts`).
 */

import type { Artifact } from '../../../core/model/artifact/artifact.ts';
import type { Diagnostic } from '../../../core/model/finding/finding.ts';
import { GAP_NAMES } from '../../../core/model/finding/gap-names.ts';
import {
  StreamedList,
  StreamedObject,
  type Json,
  type StreamedJson,
} from '../../../core/codec/streamed-json.ts';
import type { ArtifactResult, Report } from '../../../core/model/report/report.ts';
import { placeUri, platformText, stableName } from '../findings/artifact-identity.ts';
import { jsonDocument } from '../json/json-document.ts';
import { listedFindings } from '../findings/listed-findings.ts';
import type { Reporter } from '../reporter.ts';
import {
  artifactsWithinLimits,
  findingsWithinLimits,
  MAX_LOCATIONS,
  MAX_RESULTS,
  MAX_RUNS,
} from './sarif-limits.ts';
import { sarifResults } from './sarif-results.ts';
import { ruleTable, sarifRules } from './sarif-rules.ts';
import { headLines, notShownLine, pinnedReference } from '../table/table-sections.ts';
import { terminalText } from '../text/terminal-text.ts';

export const sarif: Reporter = {
  id: 'sarif',
  mediaType: 'application/sarif+json',
  purpose: 'feeds code scanning of GitHub, and other readers of SARIF 2.1.0',
  findings: {
    listed: 'all',
    vulnerabilities: "all, up to GitHub's limits",
    others: 'all',
    setAside: '`suppressions`',
  },
  render: (report) => jsonDocument(sarifLog(report), ''),
};

const SCHEMA =
  'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/;
/** A hostile artifact can have any number of gaps and notes. */
const MAX_NOTIFICATIONS = 1000;

function sarifLog(report: Report): StreamedJson {
  return new StreamedObject([
    ['$schema', SCHEMA],
    ['version', '2.1.0'],
    ['runs', new StreamedList(runs(report))],
  ]);
}

function* runs(report: Report): Generator<StreamedJson> {
  const { kept, leftOut } = artifactsWithinLimits(report.results);
  const ids = new Set<string>();
  for (const [index, result] of kept.entries()) {
    const id = uniqueId(result.artifact, ids);
    // What is left out is said where the last run says it, because there is no place outside of
    // runs.
    yield run(result, { report, id, leftOut: index === kept.length - 1 ? leftOut : [] });
  }
}

interface RunFacts {
  readonly report: Report;
  readonly id: string;
  /** Artifacts beyond the limit. */
  readonly leftOut: readonly ArtifactResult[];
}

function run(result: ArtifactResult, { report, id, leftOut }: RunFacts): StreamedJson {
  const { artifact } = result;
  const findings = findingsWithinLimits(listedFindings(result, report), result);
  const rules = ruleTable(findings);
  const isInstant = INSTANT.test(report.startedAt);
  return new StreamedObject([
    [
      'tool',
      new StreamedObject([
        [
          'driver',
          new StreamedObject([
            ['name', 'Assay'],
            ['version', terminalText(report.tool.version) || '0'],
            ['rules', new StreamedList(sarifRules(rules))],
          ]),
        ],
      ]),
    ],
    ['automationDetails', { id }],
    [
      'invocations',
      new StreamedList([
        new StreamedObject([
          ['executionSuccessful', true],
          ['startTimeUtc', isInstant ? report.startedAt : undefined],
          ['toolExecutionNotifications', new StreamedList(notifications(result, report, leftOut))],
        ]),
      ]),
    ],
    ['columnKind', 'utf16CodeUnits'],
    ['results', new StreamedList(sarifResults(findings, { result, report, rules }))],
    ['properties', runProperties(artifact, result, report)],
  ]);
}

/**
 * The category of code scanning is what stands before the last slash; two runs of one category are
 * refused.
 */
function uniqueId(artifact: Artifact, taken: Set<string>): string {
  const parts = ['assay', artifact.kind, stableName(artifact), platformText(artifact)];
  const base = parts.filter((part) => part !== undefined).join('/');
  let id = `${base}/`;
  for (let number = 2; taken.has(id); number += 1) id = `${base}/${number}/`;
  taken.add(id);
  return id;
}

function runProperties(artifact: Artifact, result: ArtifactResult, report: Report): Json {
  const { verdict, baseline } = report;
  const pinned = pinnedReference(artifact);
  return {
    reference: terminalText(artifact.reference, 400),
    ...(pinned !== undefined && { pinnedReference: pinned }),
    head: headLines(result),
    verdict: { status: verdict.status, exitCode: verdict.exitCode },
    ...(baseline !== undefined && {
      baseline: {
        name: terminalText(baseline.name, 400),
        newCount: baseline.newIds.length,
        fixedCount: baseline.fixed.length,
        unchangedCount: baseline.unchangedCount,
      },
    }),
  };
}

function* notifications(
  result: ArtifactResult,
  report: Report,
  leftOut: readonly ArtifactResult[],
): Generator<Json> {
  let count = 0;
  // Gaps come first, because they are what a limit must not cut.
  for (const isGap of [true, false]) {
    for (const diagnostic of result.diagnostics) {
      if ((diagnostic.gap !== undefined) !== isGap) continue;
      count += 1;
      if (count <= MAX_NOTIFICATIONS) yield notification(diagnostic, result.artifact);
    }
  }
  if (count > MAX_NOTIFICATIONS) {
    yield limitNotice(`${count - MAX_NOTIFICATIONS} more gaps and notes are in the json format`);
  }
  const hidden = notShownLine(result, report);
  if (hidden !== undefined) yield { level: 'note', message: { text: hidden } };
  const over = result.findings.length - MAX_RESULTS;
  if (over > 0) {
    const limit = `code scanning takes ${MAX_RESULTS} results in a run`;
    yield limitNotice(`${over} findings are left out, least severe first: ${limit}`);
  }
  yield* locationNotice(result);
  if (leftOut.length > 0) {
    const findings = leftOut.reduce((sum, one) => sum + one.findings.length, 0);
    const names = leftOut.slice(0, 5).map(({ artifact }) => terminalText(artifact.reference));
    const limit = `code scanning takes ${MAX_RUNS} runs in a file`;
    const what = `${leftOut.length} artifacts with ${findings} findings are left out`;
    const more = leftOut.length > names.length ? ', ...' : '';
    yield limitNotice(`${what}, least severe first: ${limit} (${names.join(', ')}${more})`);
  }
}

function* locationNotice({ inventory }: ArtifactResult): Generator<Json> {
  const count = inventory.packages.filter(
    ({ locations }) => locations.length > MAX_LOCATIONS,
  ).length;
  if (count === 0) return;
  yield limitNotice(`places beyond ${MAX_LOCATIONS} are left out for ${count} packages`);
}

function limitNotice(text: string): Json {
  return { level: 'warning', descriptor: { id: 'assay/limit' }, message: { text } };
}

function notification({ gap, stage, message, location }: Diagnostic, artifact: Artifact): Json {
  const region = location?.line === undefined ? undefined : regionOf(location.line);
  return {
    level: gap === undefined ? 'note' : 'warning',
    descriptor: { id: gap === undefined ? `assay/note/${stage}` : `assay/gap/${GAP_NAMES[gap]}` },
    message: { text: terminalText(message, 1000) || 'no message' },
    ...(location !== undefined && {
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: placeUri(artifact, location) },
            ...(region !== undefined && { region }),
          },
        },
      ],
    }),
  };
}

/** Returns a region; lines of SARIF start at 1. */
export function regionOf(line: number): { readonly startLine: number } | undefined {
  return line >= 1 ? { startLine: line } : undefined;
}
