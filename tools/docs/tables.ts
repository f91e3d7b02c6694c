/** Pages about conditions and configuration, made of the tables that their readers follow. */

import {
  KEYS_WITHOUT_EFFECT,
  NOT_IN_FILES,
  NOT_IN_IMPLICIT_FILES,
  configKeysOf,
} from '../../src/app/config/keys.ts';
import type { Flag } from '../../src/app/config/flag.ts';
import { GAPS } from '../../src/core/model/finding/gap.ts';
import { CONDITION_WORDS } from '../../src/scan/policy/condition-words.ts';

/** The words of conditions. */
export function conditionsPage(generated: string): string {
  const rows = CONDITION_WORDS.map(
    ({ example, help, isOfPackage }) =>
      `| \`${cell(example)}\` | ${cell(help)} | ${isOfPackage === true ? 'yes' : ''} |`,
  );
  return [
    '# Words of conditions',
    '',
    generated,
    '',
    'For `--fail-on`, and for `fail-on` and `forbid` of a [policy](policies.md). Words are joined by `+` and all of them',
    'must hold; alternatives are set apart by commas. What is marked in the last column is about the package, and can be',
    'forbidden by itself.',
    '',
    '| word | holds where | of packages |',
    '|---|---|---|',
    ...rows,
    '',
    'Patterns are globs: `*` stands for anything but a slash, `**` as a whole part for any number of parts, `?` for one',
    'character, `[a-z]` for one of a class; `a|b` is either. With `!=` none of them may match. Only ids, rules and licences are',
    'compared without regard to case. A value with `+` or `,` in it stands in double quotes: `package="libstdc++6"`.',
    '',
  ].join('\n');
}

/** Where each flag stands in a file, and what of trivy does nothing. */
export function keysPage(generated: string, flags: readonly Flag[]): string {
  const names = new Set<string>();
  const unique = flags.filter(
    ({ name }) => !NOT_IN_FILES.has(name) && !names.has(name) && names.add(name),
  );
  const rows = unique
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map((flag) => {
      const [own = '', ...others] = configKeysOf(flag);
      return `| \`${own}\` | ${others.map((one) => `\`${one}\``).join(', ')} | ${effectOf(flag)} |`;
    });
  return [
    '# Keys of assay.yaml and trivy.yaml',
    '',
    generated,
    '',
    'Each flag has a key by its own name; where trivy has another place for it, that is read too. How files are found, and',
    'what wins: [configuration](configuration.md).',
    '',
    '| key | also | what it does |',
    '|---|---|---|',
    ...rows,
    '',
    `Only in a file that \`--config\` names, never in one that is found: ${keyList(NOT_IN_IMPLICIT_FILES)}.`,
    `In no file: ${keyList(NOT_IN_FILES)}.`,
    '',
    'Accepted, without effect, because nothing here answers to them:',
    `${KEYS_WITHOUT_EFFECT.map((key) => `\`${key}\``).join(', ')}.`,
    '',
  ].join('\n');
}

/** Every kind of gap: what causes it and what clears it. */
export function gapsPage(generated: string): string {
  const rows = Object.entries(GAPS).map(
    ([kind, { name, meaning }]) => `| [\`${name}\`](#${name}) | \`${kind}\` | ${cell(meaning)} |`,
  );
  const sections = Object.values(GAPS).flatMap(({ name, causes, cure, otherCures = [] }) => [
    `## ${name}`,
    '',
    'Caused by:',
    '',
    ...causes.map((cause) => `- ${cause}`),
    '',
    'Cleared by:',
    '',
    ...[cure, ...otherCures].map((one) => `- ${one}`),
    '',
  ]);
  return [
    '# Gaps',
    '',
    generated,
    '',
    'A gap is something that could hide findings. A gate answers INCOMPLETE (exit code 6) instead of PASS while there is one,',
    'unless `--allow-incomplete` or `--allow-incomplete=KIND,...` accepts it. Without a gate, gaps are listed and never change the',
    'exit code. The kind is written as in the first column on the command line and as in the second in JSON.',
    '',
    '| kind | in JSON | meaning |',
    '|---|---|---|',
    ...rows,
    '',
    ...sections,
  ].join('\n');
}

function keyList(names: ReadonlySet<string>): string {
  return [...names].map((name) => `\`${name}\``).join(', ');
}

function effectOf({ effect, why = '', help }: Flag): string {
  if (effect === 'none') return cell(`accepted, without effect: ${why}`);
  if (effect === 'never') return cell(`not in Assay; ends the run with exit code 2. ${why}`);
  if (effect === 'later') return cell(`not there yet; ends the run with exit code 2. ${why}`);
  return cell(help);
}

function cell(text: string): string {
  return text.replaceAll('|', String.raw`\|`);
}
