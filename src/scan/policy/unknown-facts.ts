/** Conditions on facts that were never loaded: a gate must not pass because data is missing. */

import type { Advisory, Coverage } from '../../core/model/advisory/advisory.ts';
import { ECOSYSTEMS } from '../../core/model/package/ecosystem.ts';
import type { Diagnostic } from '../../core/model/finding/finding.ts';
import type { Package } from '../../core/model/package/package.ts';
import { meetsCondition, type ConditionSubject } from './condition.ts';
import { ruleOf } from './causes.ts';
import type { FailCondition } from './options.ts';

/** A fact that comes with a feed of its own. */
interface Fact {
  readonly asks: 'isExploited' | 'minEpss';
  readonly feed: string;
  readonly label: string;
  isIn(advisory: Advisory): boolean;
}

const FACTS: readonly Fact[] = [
  {
    asks: 'isExploited',
    feed: 'kev',
    label: 'known exploitation (KEV)',
    isIn: (advisory) => advisory.exploited !== undefined,
  },
  {
    asks: 'minEpss',
    feed: 'epss',
    label: 'exploit prediction (EPSS)',
    isIn: (advisory) => advisory.epss !== undefined,
  },
];

/** Conditions on facts, with the findings and the facts that are loaded. */
export interface UnknownFactsInput {
  readonly conditions: readonly FailCondition[];
  readonly subjects: readonly ConditionSubject[];
  readonly advisories: ReadonlyMap<string, Advisory>;
  readonly coverage: readonly Coverage[];
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
}

/**
 * Returns the gaps for facts that were not loaded, where a finding would meet a condition but for
 * them.
 */
export function unknownFactGaps(question: UnknownFactsInput): readonly Diagnostic[] {
  const missing = FACTS.filter((fact) => !isLoaded(fact, question));
  return missing.flatMap((fact) =>
    question.conditions
      .filter((condition) => hangsOn(condition, fact, question))
      .map((condition): Diagnostic => ({
        stage: 'policy',
        gap: 'noAdvisoryData',
        message: `${ruleOf(condition)} asks for ${fact.label}, and no such data is loaded; "assay db update" gets it`,
      })),
  );
}

/**
 * Returns the gaps for languages without advisory data, where a condition asks for what the
 * distribution ships: to all others these packages are matched by the distribution's own
 * advisories.
 */
export function unknownOwnedGaps({
  conditions,
  packages,
  coverage,
}: Pick<UnknownFactsInput, 'conditions' | 'coverage'> & {
  readonly packages: readonly Package[];
}): readonly Diagnostic[] {
  const asking = conditions.find(({ isOwned }) => isOwned === true);
  if (asking === undefined) return [];
  const loaded = new Set(coverage.map(({ ecosystem }) => ecosystem));
  const missing = new Set(
    packages
      .filter(({ ownedBy, ecosystem }) => ownedBy !== undefined && !loaded.has(ecosystem))
      .map(({ ecosystem }) => ECOSYSTEMS[ecosystem].label),
  );
  return [...missing].map((label) => ({
    stage: 'policy',
    gap: 'noAdvisoryData',
    message: `${ruleOf(asking)} asks for what packages of the system ship, and no advisory data is loaded for ${label}; "assay db update" gets it`,
  }));
}

function isLoaded(fact: Fact, { advisories, coverage }: UnknownFactsInput): boolean {
  // A CVE record may carry such a fact too, and then says nothing of other vulnerabilities.
  if (coverage.length > 0) return coverage.some(({ feed }) => feed === fact.feed);
  return [...advisories.values()].some((advisory) => fact.isIn(advisory));
}

function hangsOn(condition: FailCondition, fact: Fact, question: UnknownFactsInput): boolean {
  if (condition[fact.asks] === undefined) return false;
  const rest: { -readonly [Key in keyof FailCondition]: FailCondition[Key] } = { ...condition };
  delete rest.isExploited;
  delete rest.minEpss;
  return question.subjects.some(
    (subject) =>
      subject.finding.kind === 'vulnerability' && meetsCondition(rest, subject, question.now),
  );
}
