/**
 * Comments in files that ask to ignore a finding, `assay:ignore RULE` and those of other tools.
 * Detectors hand them over with the finding; here it is decided whether they count. What is judged
 * does not judge itself: without a word of the policy only comments in the user's own code count,
 * and none if a configuration is named.
 */

import type { Artifact } from '../../core/model/artifact/artifact.ts';
import type {
  IgnoreComment,
  RuleCategory,
  RuleFinding,
} from '../../core/model/rule/rule-finding.ts';
import { ruleNames } from '../../core/model/rule/rule-names.ts';
import { dateProblem, ruleProblem } from './exceptions/entry-checks.ts';
import type { ExceptionProblem, ExceptionRules, IgnoreEntry } from './exceptions/exception.ts';
import type { PolicyOptions } from './options.ts';

/**
 * The categories that a comment without a rule name covers, by its syntax. Without an entry, it
 * covers nothing.
 */
const COVERED_BY_BARE: Partial<Record<IgnoreComment['syntax'], readonly RuleCategory[]>> = {
  semgrep: ['code', 'secret', 'misconfiguration'],
  nosec: ['code', 'secret'],
  gitleaks: ['secret'],
  trufflehog: ['secret'],
  ggshield: ['secret'],
  'detect-secrets': ['secret'],
  kics: ['misconfiguration'],
  sonar: ['code'],
};

/**
 * Returns whether comments in an artifact may count. Images and root filesystems are not the user's
 * own code.
 */
export function mayCommentsCount(
  kind: Artifact['kind'] | undefined,
  trusted: PolicyOptions['inlineComments'],
): boolean {
  if (trusted === undefined || trusted === 'all') return trusted === 'all';
  return kind !== 'image' && kind !== 'rootfs';
}

/**
 * Returns the exceptions that the comments beside a finding make, those of comments about other
 * rules left out.
 */
export function commentEntries(finding: RuleFinding): readonly IgnoreEntry[] {
  const { comments = [], location, rule } = finding;
  return comments
    .filter((comment) => covers(comment, finding))
    .map(({ line, reason, until }) => ({
      id: rule,
      ...(until !== undefined && { until }),
      ...(reason !== undefined && { reason }),
      from: `${location.path}:${line}`,
    }));
}

/** Returns why a comment does not count although comments do; `undefined` where it counts. */
export function commentProblem(
  entry: IgnoreEntry,
  rules: ExceptionRules | undefined,
  now: number,
): ExceptionProblem | undefined {
  return (
    dateProblem(entry, { now, dateExample: 'exp:2026-01-31', isDayOnly: true }) ??
    (rules && ruleProblem(entry, rules, now))
  );
}

function covers({ syntax, rules }: IgnoreComment, finding: RuleFinding): boolean {
  if (rules.length === 0) return COVERED_BY_BARE[syntax]?.includes(finding.category) === true;
  const names = [finding.id, finding.fingerprint, ...ruleNames(finding)];
  const known = new Set(names.map((name) => name.toLowerCase()));
  return rules.some((id) => {
    const wanted = id.toLowerCase();
    // Semgrep takes the last part of the dotted id of a rule for the rule.
    const isPart = syntax === 'semgrep' && names.some((name) => name.endsWith(`.${id}`));
    return known.has(wanted) || isPart;
  });
}
