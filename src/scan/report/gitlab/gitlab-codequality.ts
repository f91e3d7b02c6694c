/**
 * GitLab's code quality report: one list of all findings that were not set aside, for the widget of
 * a merge request.
 *
 * Source: GitLab Docs, "Code Quality", section "Code Quality report format", a subset of Code
 * Climate's analyzer format, from which `type`, `categories`, `content` and `other_locations` are
 * taken. GitLab shows one of several issues with an equal fingerprint, so the id of the finding is
 * the fingerprint. The format has no place for a verdict, exceptions and gaps.
 */

import { StreamedList, type Json } from '../../../core/codec/streamed-json.ts';
import type { Severity } from '../../../core/model/advisory/advisory.ts';
import type { Artifact, Location } from '../../../core/model/artifact/artifact.ts';
import type { FlowStep, RuleFinding, TextRange } from '../../../core/model/rule/rule-finding.ts';
import type { Report } from '../../../core/model/report/report.ts';
import { placePath } from '../findings/artifact-identity.ts';
import { fixedText } from '../findings/finding-rows.ts';
import { findingHeadline } from '../findings/finding-text.ts';
import { jsonDocument } from '../json/json-document.ts';
import { findingName, findingPlaces, listedFindings } from '../findings/listed-findings.ts';
import { markdownText } from '../markdown/markdown-text.ts';
import type { Reporter } from '../reporter.ts';
import { factLines, ruleFacts } from '../findings/rule-facts.ts';
import { terminalText } from '../text/terminal-text.ts';

export const gitlabCodequality: Reporter = {
  id: 'gitlab-codequality',
  mediaType: 'application/json',
  purpose: 'feeds the code quality widget of GitLab with all findings',
  findings: {
    listed: 'open',
    vulnerabilities: 'all that were not set aside',
    others: 'all that were not set aside',
    setAside: 'not there',
  },
  render: (report) => jsonDocument(new StreamedList(issues(report)), ''),
};

const SEVERITIES: Readonly<Record<Severity, string>> = {
  unknown: 'info',
  low: 'minor',
  medium: 'major',
  high: 'critical',
  critical: 'blocker',
};

const MAX_PATH = 1000;

function* issues(report: Report): Generator<Json> {
  for (const [index, result] of report.results.entries()) {
    const { artifact } = result;
    for (const listed of listedFindings(result, report)()) {
      const { finding, suppressed } = listed;
      if (suppressed !== undefined) continue;
      const id = terminalText(finding.id) || 'unnamed';
      const [place] = findingPlaces(listed);
      const range = finding.kind === 'rule' ? finding.range : undefined;
      const fixed = finding.kind === 'vulnerability' ? `. Fixed: ${fixedText(finding)}` : '';
      yield {
        type: 'issue',
        check_name: findingName(finding),
        description: `${findingHeadline(listed)}${fixed}`,
        categories: ['Security'],
        fingerprint: index === 0 ? id : `${index}:${id}`,
        severity: SEVERITIES[finding.severity],
        location: locationOf(place, range, artifact),
        ...(finding.kind === 'rule' && ruleMembers(finding, artifact)),
      };
    }
  }
}

/** A finding about a whole file, or about a package without one, is in the first line. */
function locationOf(
  place: Location | undefined,
  range: TextRange | undefined,
  artifact: Artifact,
): Json {
  const path =
    place === undefined ? '.' : terminalText(placePath(artifact, place), MAX_PATH) || '.';
  if (range === undefined) return { path, lines: { begin: Math.max(place?.line ?? 1, 1) } };
  const { startLine, startColumn, endLine, endColumn } = range;
  const begin = { line: Math.max(startLine, 1), column: Math.max(startColumn, 1) };
  const end = { line: Math.max(endLine, begin.line), column: Math.max(endColumn, 1) };
  return { path, lines: { begin: begin.line, end: end.line }, positions: { begin, end } };
}

/** The text of an issue is Markdown. */
function ruleMembers(finding: RuleFinding, artifact: Artifact): Readonly<Record<string, Json>> {
  const lines = factLines(ruleFacts(finding, artifact));
  const { steps = [] } = finding;
  return {
    content: { body: lines.map((line) => `- ${markdownText(line, 1100)}\n`).join('') },
    ...(steps.length > 0 && {
      other_locations: steps.slice(0, MAX_STEPS).map((step) => stepLocation(step, artifact)),
    }),
  };
}

/** The limit for steps of a SARIF document. */
const MAX_STEPS = 50;

function stepLocation({ location, range }: FlowStep, artifact: Artifact): Json {
  return locationOf(location, range, artifact);
}
