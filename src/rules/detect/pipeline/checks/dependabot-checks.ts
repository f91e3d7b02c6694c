/**
 * Checks of the settings of Dependabot. Source: docs.github.com, "Dependabot options reference".
 */

import type { PlacedYaml, YamlNode, YamlPair } from '../../../../formats/text/yaml/yaml-node.ts';
import { itemsOf, valueOf } from '../../../../formats/text/yaml/yaml-walk.ts';
import type { HitFix, PipelineCheck } from './check.ts';
import { fixBy, ruleOf } from './check.ts';
import { pairOf, scalarAt } from '../workflow.ts';
import { pairBefore, pairBehind } from '../edits/yaml-edits.ts';

const PATH = '/.github/dependabot.yml';
const LEAST_DAYS = 7;

/** Ecosystems for which Dependabot knows no cool-down. */
const WITHOUT_COOLDOWN: ReadonlySet<string> = new Set(['nix', 'vcpkg-registry']);

function updatesOf(dependabot: YamlNode | undefined): readonly YamlNode[] {
  return dependabot === undefined ? [] : itemsOf(valueOf(dependabot, 'updates'));
}

const COOLDOWN: PipelineCheck = {
  rule: ruleOf({
    name: 'dependabot-cooldown',
    severity: 'medium',
    title: 'updates without a waiting time',
    cwe: [1357],
    why: 'Malicious versions are mostly found and removed within days. Updates on the day of a release take them in before.',
    remedy: 'Set cooldown with default-days: 7 or more for each ecosystem.',
    failing: 'version: 2\nupdates:\n  - package-ecosystem: npm\n    directory: /\n',
    passing:
      'version: 2\nupdates:\n  - package-ecosystem: npm\n    directory: /\n    cooldown:\n      default-days: 7\n',
    path: PATH,
  }),
  *find({ yaml, dependabot, settings: { cooldownDays = LEAST_DAYS } }) {
    for (const update of updatesOf(dependabot)) {
      const ecosystem = scalarAt(update, 'package-ecosystem')?.value ?? '';
      if (WITHOUT_COOLDOWN.has(ecosystem) || pairOf(update, 'multi-ecosystem-group') !== undefined)
        continue;
      const cooldown = pairOf(update, 'cooldown');
      const days = pairOf(cooldown?.value, 'default-days');
      const names = [ecosystem, scalarAt(update, 'directory')?.value ?? ''];
      if (cooldown === undefined) {
        yield {
          range: update.range,
          message: `Updates of ${ecosystem} have no waiting time.`,
          names,
          fix: waiting(yaml, update, cooldownDays),
        };
      } else if (days === undefined) {
        yield {
          range: { start: cooldown.key.range.start, end: cooldown.value.range.end },
          message: `The waiting time of updates of ${ecosystem} has no default-days.`,
          names,
          fix: defaultDays(yaml, cooldown, cooldownDays),
        };
      } else {
        const count = Number(scalarAt(cooldown.value, 'default-days')?.value);
        if (count >= cooldownDays) continue;
        yield {
          range: { start: days.key.range.start, end: days.value.range.end },
          message: `Updates of ${ecosystem} wait less than ${cooldownDays} days.`,
          names,
          fix: fixBy(WAIT, { range: days.value.range, text: String(cooldownDays) }),
        };
      }
    }
  },
};

const WAIT = 'Let updates wait.';

function waiting(yaml: PlacedYaml, update: YamlNode, days: number): HitFix | undefined {
  const ecosystem = pairOf(update, 'package-ecosystem');
  if (update.kind !== 'mapping' || ecosystem?.value.kind !== 'scalar') return undefined;
  const added = { key: 'cooldown', value: [['default-days', String(days)]] as const };
  return fixBy(WAIT, pairBehind(yaml, update, ecosystem, added));
}

function defaultDays(yaml: PlacedYaml, { value }: YamlPair, days: number): HitFix | undefined {
  if (value.kind !== 'mapping') return undefined;
  const [first] = value.pairs;
  const [key, text] = ['default-days', String(days)];
  return first === undefined
    ? fixBy(WAIT, { range: value.range, text: `{${key}: ${text}}` })
    : fixBy(WAIT, pairBefore(yaml, value, first, { key, value: text }));
}

const EXECUTION: PipelineCheck = {
  rule: ruleOf({
    name: 'dependabot-execution',
    severity: 'high',
    title: 'updates that run code of dependencies',
    cwe: [829],
    why: 'With insecure-external-code-execution: allow, code of dependencies runs where Dependabot has its credentials.',
    remedy: 'Remove the setting, or set it to deny.',
    failing:
      'version: 2\nupdates:\n  - package-ecosystem: pip\n    directory: /\n    insecure-external-code-execution: allow\n    cooldown: {default-days: 7}\n',
    passing:
      'version: 2\nupdates:\n  - package-ecosystem: pip\n    directory: /\n    cooldown: {default-days: 7}\n',
    path: PATH,
  }),
  *find({ dependabot }) {
    for (const update of updatesOf(dependabot)) {
      const pair = pairOf(update, 'insecure-external-code-execution');
      if (pair === undefined) continue;
      if (scalarAt(update, 'insecure-external-code-execution')?.value !== 'allow') continue;
      const ecosystem = scalarAt(update, 'package-ecosystem')?.value ?? '';
      yield {
        range: { start: pair.key.range.start, end: pair.value.range.end },
        message: `Updates of ${ecosystem} run code of dependencies.`,
        names: [ecosystem],
      };
    }
  },
};

/** Checks of Dependabot. */
export const DEPENDABOT_CHECKS: readonly PipelineCheck[] = [COOLDOWN, EXECUTION];
