/** The table of codes in the page about exit codes; the rest of that page is written by hand. */

import { appendTo } from '../../src/core/base/maps.ts';
import {
  EXIT_CAUSES,
  decidingCauses,
  type ExitCause,
} from '../../src/core/model/report/exit-codes.ts';
import { withPart } from './marked-part.ts';

const PART = { path: 'docs/exit-codes.md', name: 'codes' } as const;

/**
 * Returns the page with the table and the order of the causes.
 *
 * @throws Error if the page has no place for them.
 */
export function exitCodesPage(page: string): string {
  const causes = Object.values<ExitCause>(EXIT_CAUSES);
  const groups = new Map<string, number[]>();
  for (const { code, decides } of decidingCauses()) appendTo(groups, decides.name, code);
  return withPart(page, PART, [
    '| code | meaning |',
    '| --- | --- |',
    ...causes.map((cause) => `| ${codeText(cause)} | ${cause.meaning} |`),
    '',
    `Codes ${listed(causes.filter(isBeforeVerdict).map(({ code }) => String(code)))} end a run before any verdict.`,
    `With several causes the exit code is the first of: ${[...groups.keys()].join(', ')}; the verdict lists all.`,
    ...[...groups].flatMap(([name, codes]) =>
      codes.length < 2
        ? []
        : `Within the group ${name}, the exit code is the first of: ${codes.join(', ')}.`,
    ),
  ]);
}

function codeText({ code, flag, codeCounts }: ExitCause): string {
  if (flag === undefined) return String(code);
  const fallback = codeCounts === undefined ? '' : ` (default ${code} ${codeCounts})`;
  return `N of \`${flag.name} N\`${fallback}`;
}

function isBeforeVerdict({ code, decides }: ExitCause): boolean {
  return decides === undefined && code !== 0;
}

function listed(words: readonly string[]): string {
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;
}
