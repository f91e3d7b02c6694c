/**
 * Decides whether the rules of a forge require signed commits on branches. Pure. One enforced rule
 * that only the allowed actors can bypass is enough. Several rules that can be bypassed are not:
 * one person can be among the actors of all.
 */

import type { TrustOutcome, TrustProblem } from '../../../core/model/report/trust-outcome.ts';
import { matchesText } from '../../../trust/trust-file/repository-pattern.ts';
import type { BranchRule, BypassActor } from './branch-rule.ts';
import { includesBranch } from './ref-names.ts';

/** The question about rules. */
export interface BranchQuestion {
  /** Names without `refs/heads/`. */
  readonly branches: readonly string[];
  readonly defaultBranch?: string;
  /** Names of actors that may bypass the rules; `*` stands for any characters. */
  readonly mayBypass: readonly string[];
}

/** Number of rules in a message. */
const NAMED = 5;

/** Judges branches: one problem, or one thing that holds, for each. */
export function judgeBranches(
  rules: readonly BranchRule[],
  { branches, defaultBranch, mayBypass }: BranchQuestion,
): TrustOutcome {
  const problems: TrustProblem[] = [];
  const held: TrustOutcome['held'][number][] = [];
  for (const branch of branches) {
    const named = { branch, ...(defaultBranch !== undefined && { defaultBranch }) };
    const found = rules.map((rule) => judgeRule(rule, named, mayBypass));
    const holding = found.find(({ state }) => state === 'holds');
    if (holding !== undefined) {
      const message = `${branch}: a signature of each commit is required by ${holding.text}`;
      held.push({ group: 'signature', message });
      continue;
    }
    const bypassed = found.filter(({ state }) => state === 'bypassed');
    if (bypassed.length > 0) {
      const message = `${branch}: signed commits are required only by ${listOf(bypassed)}`;
      problems.push({ cause: 'signatureRefused', message });
      continue;
    }
    const near = found.filter(({ state }) => state === 'idle');
    const but = near.length === 0 ? '' : `: ${listOf(near)}`;
    problems.push({
      cause: 'unsigned',
      message: `${branch}: no rule requires signed commits${but}`,
    });
  }
  return { problems, held };
}

/** The result of one rule for one branch. `text` names the rule, with its problem. */
interface RuleAnswer {
  readonly state: 'holds' | 'bypassed' | 'idle' | 'other';
  readonly text: string;
}

function judgeRule(
  { name, branches, inactive, bypassActors }: BranchRule,
  named: Parameters<typeof includesBranch>[1],
  mayBypass: readonly string[],
): RuleAnswer {
  const isIncluded = includesBranch(branches, named);
  if (isIncluded === false) return { state: 'other', text: name };
  if (inactive !== undefined) return { state: 'idle', text: `${name} ${inactive}` };
  if (isIncluded !== true) {
    return { state: 'idle', text: `${name} may be for other branches, because ${isIncluded}` };
  }
  if (bypassActors === undefined) {
    const text = `${name}, which does not say who may bypass it: export it with the right to edit it`;
    return { state: 'bypassed', text };
  }
  const others = bypassActors.filter(
    (actor) => !mayBypass.some((pattern) => matchesText(pattern, actor.name)),
  );
  if (others.length > 0) {
    const text = `${name}, which ${actorsText(others)} may bypass (--may-bypass ACTOR allows that)`;
    return { state: 'bypassed', text };
  }
  const allowed =
    bypassActors.length === 0 ? '' : `; ${actorsText(bypassActors)} may bypass it, as allowed`;
  return { state: 'holds', text: `${name}${allowed}` };
}

function actorsText(actors: readonly BypassActor[]): string {
  return actors.map(({ name, mode }) => `${name} (${mode})`).join(', ');
}

function listOf(answers: readonly RuleAnswer[]): string {
  const named = answers.slice(0, NAMED).map(({ text }) => text);
  const more = answers.length - named.length;
  return [...named, ...(more > 0 ? [`${more} more`] : [])].join('; ');
}
