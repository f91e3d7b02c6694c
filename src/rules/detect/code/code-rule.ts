/** A rule of source code: its words, and what it looks for in each language. */

import type { FlowKind } from '../../flow/value/kinds.ts';
import type { SearchData, SinkData } from '../../flow/rules.ts';
import type { Severity } from '../../../core/model/advisory/advisory.ts';
import type { Confidence } from '../../../core/model/rule/rule-finding.ts';
import type { Rule } from '../rule.ts';

/** The patterns of a rule in one language. */
export interface LanguagePatterns {
  /** Patterns with `$SINK`, at which untrusted data must not arrive. */
  readonly sinks?: readonly (string | SinkData)[];
  /** Patterns of what is bad whatever its data is. */
  readonly search?: readonly (string | SearchData)[];
}

/** A rule as its file has it. */
export interface CodeRule {
  readonly name: string;
  readonly title: string;
  readonly severity: Severity;
  readonly confidence: Confidence;
  readonly cwe: readonly number[];
  /** Sanitizers of this kind make data harmless to the rule. */
  readonly kind?: FlowKind;
  readonly why: string;
  readonly remedy: string;
  readonly javascript?: LanguagePatterns;
  readonly python?: LanguagePatterns;
  /** `py` or `js`: the language of the examples. */
  readonly example: 'py' | 'js' | 'ts' | 'tsx';
  readonly failing: string;
  readonly passing: string;
}

/** Returns the rule as lists and pages show it. */
export function ruleOf(rule: CodeRule): Rule {
  const { name, title, severity, cwe, why, remedy, example } = rule;
  const path = `/app.${example}`;
  return {
    ...{ id: `code/${name}`, category: 'code', severity, title, cwe, aliases: [], why, remedy },
    failing: { path, text: rule.failing },
    passing: { path, text: rule.passing },
  };
}
