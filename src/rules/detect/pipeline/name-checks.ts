/**
 * Actions whose name imitates a well-known one, and actions that a command replaces.
 *
 * Source: docs.zizmor.sh, "typosquat-uses" and "superfluous-actions".
 */

import { partsOf } from '../../../formats/text/yaml/yaml-parts.ts';
import { loadNames } from '../../../trust/names/load-names.ts';
import { compactOf } from '../../../trust/names/name-form.ts';
import { singleEdit, type LetterEdit } from '../../../trust/names/single-edit.ts';
import type { PipelineCheck } from './checks/check.ts';
import { ruleOf } from './checks/check.ts';
import { SUPERFLUOUS_ACTIONS } from './superfluous-actions.ts';
import { usedBy } from './uses.ts';

/** The owners of well-known actions, by the name of the repository. */
const owners = new Map<string, Set<string>>();
const allOwners = new Set<string>();

/** Loads the well-known names. */
export async function loadActionNames(): Promise<void> {
  if (owners.size > 0) return;
  const names = await loadNames('githubactions');
  for (const known of names?.own.known ?? []) {
    const [owner, repository] = known.split('/');
    if (owner === undefined || repository === undefined) continue;
    const of = owners.get(repository) ?? new Set();
    owners.set(repository, of.add(owner));
    allOwners.add(owner);
  }
}

/** Edits that make another name by chance as often as by intent. */
const WEAK: ReadonlySet<LetterEdit> = new Set(['extra letter', 'other letter']);
/** Owners with shorter names are near to one another by chance. */
const MIN_OWNER = 4;

/** Returns the well-known action that a repository imitates by its owner. */
function imitated(repository: string): string | undefined {
  const [owner = '', name = ''] = repository.split('/');
  if (allOwners.has(owner)) return undefined;
  for (const known of owners.get(name) ?? []) {
    if (known.length < MIN_OWNER) continue;
    const edit = singleEdit(owner, known)?.edit;
    const isSame = compactOf(owner) === compactOf(known);
    if (isSame || (edit !== undefined && !WEAK.has(edit))) return `${known}/${name}`;
  }
  return undefined;
}

const TYPOSQUAT: PipelineCheck = {
  rule: ruleOf({
    name: 'typosquat-uses',
    severity: 'high',
    title: 'action whose owner imitates a well-known one',
    cwe: [829],
    why: 'Anybody can register an owner whose name differs by a letter from a well-known one, and publish an action with the same name there. The workflow runs it with its token and its secrets.',
    remedy:
      'Write the name of the well-known action, or ignore the finding where the other one is meant.',
    failing:
      'on: push\npermissions: {}\njobs: {a: {runs-on: x, steps: [{uses: action/checkout@11bd71901bbe5b1630ceea73d27597364c9af683, with: {persist-credentials: false}}]}}\n',
    passing:
      'on: push\npermissions: {}\njobs: {a: {runs-on: x, steps: [{uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683, with: {persist-credentials: false}}]}}\n',
  }),
  *find(subject) {
    for (const uses of usedBy(subject)) {
      const target = uses.kind === 'repository' ? imitated(uses.repository) : undefined;
      if (uses.kind !== 'repository' || target === undefined) continue;
      yield {
        range: partsOf(uses.scalar).rangeOf(0, uses.scalar.value.length) ?? uses.scalar.range,
        message: `The name ${uses.repository} resembles that of the well-known action ${target}.`,
        names: [uses.action],
        confidence: 'low',
      };
    }
  },
};

const SUPERFLUOUS: PipelineCheck = {
  rule: ruleOf({
    name: 'superfluous-actions',
    severity: 'low',
    title: 'action that a command of the runner replaces',
    cwe: [1357],
    why: 'Each action is code of another publisher with the token and the secrets of the job. A command that the runner has installed does the same without it.',
    remedy: 'Run the command that the finding names, with GH_TOKEN as a variable where it is gh.',
    failing:
      'on: push\npermissions: {}\njobs: {a: {runs-on: x, steps: [{uses: softprops/action-gh-release@11bd71901bbe5b1630ceea73d27597364c9af683}]}}\n',
    passing:
      'on: push\npermissions: {}\njobs: {a: {runs-on: x, steps: [{run: gh release create v1, env: {GH_TOKEN: "${{ github.token }}"}}]}}\n',
  }),
  *find(subject) {
    for (const uses of usedBy(subject)) {
      const replacement =
        uses.kind === 'repository' ? SUPERFLUOUS_ACTIONS.get(uses.action) : undefined;
      if (uses.kind !== 'repository' || replacement === undefined) continue;
      yield {
        range: uses.scalar.range,
        message: `The runner has ${replacement.command}, which does what ${uses.action} does.`,
        names: [uses.action],
        ...(replacement.isPedantic === true && { persona: 'pedantic' as const }),
      };
    }
  },
};

/** Checks of the names of actions. */
export const NAME_CHECKS: readonly PipelineCheck[] = [TYPOSQUAT, SUPERFLUOUS];
