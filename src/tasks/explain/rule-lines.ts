/**
 * The explanation of a rule for people: what and why, where, what sets it aside, and how to clear
 * it.
 */

import { ruleFacts } from '../../scan/report/findings/rule-facts.ts';
import { reasonText, suppressionSourceText } from '../../scan/report/table/table-sections.ts';
import { terminalText } from '../../scan/report/text/terminal-text.ts';
import type { RuleExplanation, RulePlace, RuleText } from './explain-rule.ts';
import { heading, labelled, section, wrapProse } from './view-texts.ts';
import type { TextLayout } from './vulnerability-lines.ts';

/** Places of one rule that are shown. */
const MAX_PLACES = 20;
/** Steps and edits of one finding. */
const MAX_VALUES = 10;
const MAX_TEXT = 600;

/**
 * Fields that are the same for all findings of a rule, and the place, which is the first line of
 * each.
 */
const OF_THE_RULE = [
  ...(['rule', 'title', 'remedy', 'category', 'cwe', 'aliases', 'helpUri', 'tool'] as const),
  ...(['location', 'range'] as const),
];

/** Returns lines without line ends. */
export function ruleExplanationLines(
  { rule, places, clears }: RuleExplanation,
  view: TextLayout,
): readonly string[] {
  const { id, title, why = '', remedy } = rule;
  const shown = places.slice(0, MAX_PLACES);
  const more = places.length - shown.length;
  return [
    ...heading(terminalText(`${id}: ${title}`, 200)),
    ...factLines(rule, view),
    ...section('Why', wrapProse(why, view.width)),
    ...section('Where', [
      ...shown.flatMap((place, index) => [
        ...(index === 0 ? [] : ['']),
        ...placeLines(place, view),
      ]),
      ...(more > 0 ? ['', `  and ${more} more, all in json`] : []),
    ]),
    ...section('What clears it', [
      ...wrapProse(remedy, view.width),
      ...(clears === undefined
        ? []
        : ['  In .assayignore:', `    ${terminalText(clears.exception, MAX_TEXT)}`]),
      ...(clears?.command === undefined
        ? []
        : ['  Accept it:', `    ${terminalText(clears.command, MAX_TEXT)}`]),
    ]),
  ];
}

function factLines(rule: RuleText, { width }: TextLayout): readonly string[] {
  const { severity, category, scanner, cwe, aliases, helpUri, tool } = rule;
  const rows: readonly (readonly [string, string])[] = [
    ['Severity', severity.toUpperCase()],
    ['Category', scanner === undefined ? category : `${category} (--scanners ${scanner})`],
    ['Reported by', tool ?? ''],
    ['Weaknesses', cwe.map((number) => `CWE-${number}`).join(', ')],
    ['Also called', aliases.join(', ')],
    ['More', helpUri ?? ''],
  ];
  return rows.flatMap(([label, text]) =>
    text === '' ? [] : labelled(label, terminalText(text, MAX_TEXT), width),
  );
}

function placeLines(
  { finding, artifact, suppressed }: RulePlace,
  { width }: TextLayout,
): readonly string[] {
  const [place] = ruleFacts(finding, artifact, { without: [] }).filter(
    ({ field }) => field === 'location',
  );
  const facts = ruleFacts(finding, artifact, {
    without: OF_THE_RULE,
    maxText: MAX_TEXT,
    maxCount: MAX_VALUES,
  });
  const aside =
    suppressed === undefined
      ? []
      : labelled('  Set aside', terminalText(asideText(suppressed), MAX_TEXT), width);
  return [
    ...labelled(
      '  Place',
      `${place?.texts[0] ?? ''} of ${terminalText(artifact.reference, 200)}`,
      width,
    ),
    ...aside,
    ...facts.flatMap(({ label, texts }) =>
      texts.flatMap((text) => labelled(`  ${label}`, text, width)),
    ),
  ];
}

function asideText(suppressed: NonNullable<RulePlace['suppressed']>): string {
  const end = suppressed.until === undefined ? '' : `, until ${suppressed.until}`;
  const reason = reasonText(suppressed);
  return `${suppressionSourceText(suppressed.by)}${reason === '' ? '' : `: ${reason}`}${end}`;
}
