/**
 * Shared parts of GitLab's security reports: the version, and the member `scan` with its messages.
 */

import {
  StreamedList,
  StreamedObject,
  type Json,
  type StreamedJson,
} from '../../../core/codec/streamed-json.ts';
import type { Severity } from '../../../core/model/advisory/advisory.ts';
import type { Diagnostic } from '../../../core/model/finding/finding.ts';
import { GAP_NAMES } from '../../../core/model/finding/gap-names.ts';
import type { Report } from '../../../core/model/report/report.ts';
import { notShownLine, suppressedLine } from '../table/table-sections.ts';
import { terminalText } from '../text/terminal-text.ts';

/** The oldest of the versions 15.0, which GitLab takes from 15.0 on. */
export const GITLAB_VERSION = '15.0.0';

/** Types of scans, each of which has a form of places. */
export type ScanType = 'container_scanning' | 'dependency_scanning' | 'sast' | 'secret_detection';

/** Words of GitLab for severities. */
export const GITLAB_SEVERITIES: Readonly<Record<Severity, string>> = {
  unknown: 'Unknown',
  low: 'Low',
  medium: 'Medium',
  high: 'High',
  critical: 'Critical',
};

const MAX_MESSAGES = 1000;

/**
 * Returns the member `scan`: the tool, its times, and messages with the verdict, what was set
 * aside, and gaps.
 */
export function gitlabScan(
  report: Report,
  type: ScanType,
  elsewhere: readonly string[] = [],
): StreamedJson {
  const tool = {
    id: 'assay',
    name: 'Assay',
    version: terminalText(report.tool.version) || '0',
    vendor: { name: 'Assay' },
  };
  const startedMs = Date.parse(report.startedAt);
  const start = Number.isNaN(startedMs) ? 0 : startedMs;
  return new StreamedObject([
    ['analyzer', tool],
    ['scanner', tool],
    ['type', type],
    ['start_time', instant(start)],
    ['end_time', instant(start + report.durationMs)],
    ['status', 'success'],
    ['messages', new StreamedList(messages(report, elsewhere))],
  ]);
}

/** The largest instant of ECMAScript; beyond it there is no date. */
const MAX_INSTANT = 8.64e15;

/** Formats an instant to the second, in UTC without a zone, as GitLab requires it. */
function instant(ms: number): string {
  const text = new Date(Math.min(Math.max(ms, 0), MAX_INSTANT)).toISOString();
  return text.startsWith('+') ? '9999-12-31T23:59:59' : text.slice(0, 19);
}

function* messages(report: Report, elsewhere: readonly string[]): Generator<Json> {
  const { verdict, results } = report;
  yield message('info', `verdict: ${verdict.status}, exit code ${verdict.exitCode}`);
  for (const text of elsewhere) yield message('info', text);
  let count = 0;
  for (const result of results) {
    const name = terminalText(result.artifact.reference);
    for (const text of [suppressedLine(result.suppressed), notShownLine(result, report)]) {
      if (text !== undefined) yield message('info', `${name}: ${text}`);
    }
    for (const diagnostic of result.diagnostics) {
      if (diagnostic.gap === undefined) continue;
      count += 1;
      if (count <= MAX_MESSAGES) yield message('warn', gapText(diagnostic));
    }
  }
  if (count > MAX_MESSAGES) {
    yield message('warn', `${count - MAX_MESSAGES} more gaps are in the json format`);
  }
}

function message(level: 'info' | 'warn', value: string): Json {
  return { level, value: value || 'no message' };
}

function gapText({ gap, message: text, location }: Diagnostic): string {
  const name = gap === undefined ? '' : GAP_NAMES[gap];
  const place = location === undefined ? '' : ` (${terminalText(location.path)})`;
  return `gap ${name}: ${terminalText(text, 400)}${place}`;
}
