/**
 * Explains findings of rules: what the rule is about, where reports have findings of it, and what
 * sets them aside.
 */

import { appendTo } from '../../core/base/maps.ts';
import type { Severity } from '../../core/model/advisory/advisory.ts';
import type { Artifact } from '../../core/model/artifact/artifact.ts';
import type { ArtifactResult, Report, Suppressed } from '../../core/model/report/report.ts';
import type { RuleCategory, RuleFinding } from '../../core/model/rule/rule-finding.ts';
import { ruleKey } from '../../core/model/rule/rule-identity.ts';
import { ruleNames } from '../../core/model/rule/rule-names.ts';
import { ruleException, ruleExceptionCommand } from './exception-line.ts';

/** The texts of a rule without a finding. */
export interface RuleText {
  readonly id: string;
  readonly title: string;
  readonly category: RuleCategory;
  readonly severity: Severity;
  readonly cwe: readonly number[];
  readonly aliases: readonly string[];
  /** The risk; absent for rules of other analyzers. */
  readonly why?: string;
  readonly remedy: string;
  readonly helpUri?: string;
  /** The scanner that applies it; absent for rules of other analyzers. */
  readonly scanner?: string;
  /** The other analyzer; absent for rules of Assay. */
  readonly tool?: string;
}

/** A finding of a rule in a report. */
export interface RulePlace {
  readonly finding: RuleFinding;
  readonly artifact: Artifact;
  /** Absent: nothing sets it aside. */
  readonly suppressed?: Suppressed;
}

/** The answer of `assay explain` for one rule. */
export interface RuleExplanation {
  readonly rule: RuleText;
  /** In the order of the reports; empty if no report was given. */
  readonly places: readonly RulePlace[];
  /** The exception for the first finding; absent without a finding. */
  readonly clears?: {
    /** A line for `.assayignore`, with the day until which it counts. */
    readonly exception: string;
    /** The command that adds it; absent if no plain words name the finding. */
    readonly command?: string;
  };
}

/**
 * Returns an explanation as programs read it: of each artifact its reference, and of an image the
 * layer, from 1 on.
 */
export function ruleExplanationData({ rule, places, clears }: RuleExplanation): object {
  return {
    rule,
    places: places.map(({ finding, artifact, suppressed }) => ({
      artifact: artifact.reference,
      ...(artifact.kind === 'image' && { layer: finding.location.layer + 1 }),
      finding,
      suppressed,
    })),
    clears,
  };
}

/** Returns the explanation of a rule alone. */
export function explainRule(rule: RuleText): RuleExplanation {
  const { id, title, category, severity, cwe, aliases, why, remedy, helpUri, scanner } = rule;
  return {
    rule: {
      ...{ id, title, category, severity, cwe, aliases, remedy },
      ...(why !== undefined && { why }),
      ...(helpUri !== undefined && { helpUri }),
      ...(scanner !== undefined && { scanner }),
    },
    places: [],
  };
}

/** Beginnings of ids and fingerprints are enough, from this length on. */
const MIN_PREFIX = 6;

/**
 * Returns the findings of rules by their id, their fingerprint or the beginning of one, or by a
 * name of their rule.
 */
export function rulePlacesIn(report: Report, asked: string): readonly RulePlace[] {
  const wanted = asked.toLowerCase();
  return report.results.flatMap((result) =>
    result.findings.flatMap((finding) =>
      finding.kind === 'rule' && isMeant(finding, wanted) ? [placeOf(finding, result)] : [],
    ),
  );
}

function isMeant(finding: RuleFinding, wanted: string): boolean {
  const { id, fingerprint } = finding;
  if (ruleNames(finding).some((name) => name.toLowerCase() === wanted)) return true;
  if ([id, fingerprint].includes(wanted)) return true;
  return wanted.length >= MIN_PREFIX && [id, fingerprint].some((one) => one.startsWith(wanted));
}

function placeOf(finding: RuleFinding, { artifact, suppressed }: ArtifactResult): RulePlace {
  const aside = suppressed.find(({ findingId }) => findingId === finding.id);
  return { finding, artifact, ...(aside !== undefined && { suppressed: aside }) };
}

/**
 * Explains the rules of some findings, each once. `textOf` returns the texts of an own rule of
 * Assay, by its id. `now` is in milliseconds since the Unix epoch.
 */
export function explainRulePlaces(
  places: readonly RulePlace[],
  textOf: (id: string) => RuleText | undefined,
  now: number,
): readonly RuleExplanation[] {
  const byRule = new Map<string, RulePlace[]>();
  for (const place of places) {
    const { finding } = place;
    appendTo(byRule, ruleKey({ ...finding, fingerprint: '' }), place);
  }
  return [...byRule.values()].flatMap((all) => {
    const [first] = all;
    if (first === undefined) return [];
    const { finding } = first;
    const command = ruleExceptionCommand(finding);
    const clears = {
      exception: ruleException(finding, now),
      ...(command !== undefined && { command }),
    };
    return [{ rule: ruleOf(finding, textOf), places: all, clears }];
  });
}

/** Returns the rule's texts; those of the report come first, because it was judged. */
function ruleOf(finding: RuleFinding, textOf: (id: string) => RuleText | undefined): RuleText {
  const { rule, title, category, severity, cwe, aliases, remedy, helpUri, tool } = finding;
  const known = tool === undefined ? textOf(rule) : undefined;
  return {
    ...(known?.why !== undefined && { why: known.why }),
    ...(known?.scanner !== undefined && { scanner: known.scanner }),
    id: rule,
    ...{ title, category, severity, cwe, aliases, remedy },
    ...(helpUri !== undefined && { helpUri }),
    ...(tool !== undefined && { tool }),
  };
}
