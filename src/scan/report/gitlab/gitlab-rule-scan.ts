/**
 * Security reports of GitLab about files: static analysis and secret detection, version 15.0. They
 * list findings of rules alone, because their places are lines of files.
 */

import {
  StreamedList,
  StreamedObject,
  type Json,
  type StreamedJson,
} from '../../../core/codec/streamed-json.ts';
import { isMalicious } from '../../../core/model/advisory/malicious.ts';
import type { ArtifactResult, Report } from '../../../core/model/report/report.ts';
import type { RuleFinding } from '../../../core/model/rule/rule-finding.ts';
import { findingHeadline } from '../findings/finding-text.ts';
import { ruleMembers, sourcePlace } from './gitlab-rules.ts';
import { GITLAB_VERSION, gitlabScan } from './gitlab-scan.ts';
import { listedFindings, type ListedFinding } from '../findings/listed-findings.ts';
import { terminalText } from '../text/terminal-text.ts';

/** The differences between the two reports. */
export interface RuleScan {
  readonly type: 'sast' | 'secret_detection';
  readonly accepts: (finding: RuleFinding) => boolean;
  /** Members of a place beside its file and its lines. */
  readonly place?: Readonly<Record<string, Json>>;
}

/** Returns the report. A message counts the findings that it does not list. */
export function gitlabRuleScan(report: Report, scan: RuleScan): StreamedJson {
  return new StreamedObject([
    ['version', GITLAB_VERSION],
    ['scan', gitlabScan(report, scan.type, othersText(report, scan))],
    ['vulnerabilities', new StreamedList(vulnerabilities(report, scan))],
  ]);
}

function* openFindings(
  report: Report,
): Generator<{ readonly index: number; readonly result: ArtifactResult } & Listed> {
  for (const [index, result] of report.results.entries()) {
    for (const listed of listedFindings(result, report)()) {
      const { finding, suppressed } = listed;
      if (suppressed !== undefined) continue;
      yield { index, result, listed, ...(finding.kind === 'rule' && { rule: finding }) };
    }
  }
}

interface Listed {
  readonly listed: ListedFinding;
  /** Absent for findings of other kinds. */
  readonly rule?: RuleFinding;
}

function othersText(report: Report, { accepts }: RuleScan): readonly string[] {
  let count = 0;
  const malicious: string[] = [];
  for (const { rule, listed } of openFindings(report)) {
    if (rule !== undefined && accepts(rule)) continue;
    count += 1;
    if (!isMalicious(listed.finding)) continue;
    if (malicious.length < MAX_MALICIOUS) malicious.push(findingHeadline(listed));
  }
  if (count === 0) return [];
  return [`findings that this type of report has no place for: ${count}`, ...malicious];
}

/** Known malicious packages that messages name; the count has all. */
const MAX_MALICIOUS = 20;

/** Artifacts can have findings of one id, which the number of the artifact keeps apart. */
function* vulnerabilities(report: Report, { accepts, place }: RuleScan): Generator<Json> {
  for (const { index, result, rule } of openFindings(report)) {
    if (rule === undefined || !accepts(rule)) continue;
    const id = terminalText(rule.id) || 'unnamed';
    const excerpt = terminalText(rule.excerpt ?? '', 1000);
    yield {
      id: index === 0 ? id : `${index}:${id}`,
      ...ruleMembers(rule, result.artifact),
      ...(excerpt !== '' && { raw_source_code_extract: excerpt }),
      location: { ...sourcePlace(rule, result.artifact), ...place },
    };
  }
}
