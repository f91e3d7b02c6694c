/**
 * The severity of a result: its score (`security-severity`, as code scanning of GitHub reads it),
 * else its level.
 *
 * Source: SARIF 2.1.0, 3.27.9 (`kind`) and 3.27.10 (`level`, with the order of overrides and
 * defaults).
 */

import type { Severity } from '../../../core/model/advisory/advisory.ts';
import { severityOfScore } from '../../../core/model/severity/severity.ts';
import type { Descriptor, RuleDescriptors } from './rule-descriptors.ts';
import type { SarifNode } from './sarif-node.ts';

const LEVELS = ['none', 'note', 'warning', 'error'] as const;
type Level = (typeof LEVELS)[number];

/** The severity of a level, as with hadolint and zizmor. */
const SEVERITY_OF_LEVEL: Readonly<Record<Level, Severity>> = {
  error: 'high',
  warning: 'medium',
  note: 'low',
  none: 'unknown',
};

const KINDS = ['fail', 'review', 'open', 'pass', 'informational', 'notApplicable'] as const;

/** The state of a result. */
export type ResultKind = (typeof KINDS)[number];

/** Kinds by which the analyzer says that there is nothing to mend. */
export const CLEAN_KINDS: ReadonlySet<ResultKind> = new Set([
  'pass',
  'informational',
  'notApplicable',
]);

/** Returns the state of a result. */
export function kindOf(result: SarifNode): ResultKind {
  return result.oneOf('kind', KINDS) ?? 'fail';
}

/**
 * Returns the severity of a result that is a finding. What a person must look at first (`review`,
 * `open`) has none.
 */
export function severityOf(
  result: SarifNode,
  descriptor: Descriptor | undefined,
  overrides: LevelOverrides,
): Severity {
  const level = result.oneOf('level', LEVELS);
  if (kindOf(result) !== 'fail') return 'unknown';
  const score = scoreOf(result) ?? (descriptor && scoreOf(descriptor.node));
  if (score !== undefined) return severityOfScore(score);
  return SEVERITY_OF_LEVEL[level ?? overrides.levelOf(result, descriptor)];
}

/** The levels of rules that have no level of their own in a result. */
export class LevelOverrides {
  /** One map for each invocation, by descriptor. */
  readonly #levels: readonly ReadonlyMap<SarifNode, Level>[];

  constructor(run: SarifNode, descriptors: RuleDescriptors) {
    this.#levels = run.list('invocations').map((invocation) => {
      const levels = new Map<SarifNode, Level>();
      for (const override of invocation.list('ruleConfigurationOverrides')) {
        const found = descriptors.ofReference(override.required('descriptor'));
        const level = override.required('configuration').oneOf('level', LEVELS);
        if (found !== undefined && level !== undefined) levels.set(found.node, level);
      }
      return levels;
    });
  }

  /**
   * Returns the level of the invocation that made the result, else the default of the rule, else
   * that of SARIF.
   */
  levelOf(result: SarifNode, descriptor: Descriptor | undefined): Level {
    const invocation = result.object('provenance')?.index('invocationIndex');
    if (invocation !== undefined && descriptor !== undefined) {
      const level = this.#levels[invocation]?.get(descriptor.node);
      if (level !== undefined) return level;
    }
    const configuration = descriptor?.node.object('defaultConfiguration');
    return configuration?.oneOf('level', LEVELS) ?? 'warning';
  }
}

/** Returns a score above 0 and up to 10; GitHub's documentation gives others no severity either. */
function scoreOf(node: SarifNode): number | undefined {
  const score = node.object('properties')?.decimal('security-severity');
  return score !== undefined && score > 0 && score <= 10 ? score : undefined;
}
