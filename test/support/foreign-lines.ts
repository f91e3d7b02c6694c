/** The lines of other scanners that pages list, each with what it does when Assay runs it. */

import { readFileSync } from 'node:fs';

/** One row of such a table. */
export interface ForeignLine {
  readonly line: string;
  /** `runs`, or the exit code of a refusal. */
  readonly result: string;
  /** Parts of the message. */
  readonly says: readonly string[];
}

const ROW =
  /^\| `(?<line>[^`]*\b(?<tool>trivy|grype) [^`]*)` +\| (?<result>runs|\d+) +\| (?<says>.*)\|$/gmu;

/** Returns the rows of a page of `docs/` whose first cell is a command of the tool. */
export function foreignLines(page: string, tool: 'trivy' | 'grype'): readonly ForeignLine[] {
  const text = readFileSync(new URL(`../../docs/${page}`, import.meta.url), 'utf8');
  return [...text.matchAll(ROW)]
    .filter(({ groups }) => groups?.['tool'] === tool)
    .map(({ groups = {} }) => ({
      line: groups['line'] ?? '',
      result: groups['result'] ?? '',
      says: [...(groups['says'] ?? '').matchAll(/`(?<part>[^`]+)`/gu)].map(
        (match) => match.groups?.['part'] ?? '',
      ),
    }));
}

/**
 * Splits a line into its variables and its arguments, as a shell does where only double quotes are
 * used.
 */
export function wordsOf(
  line: string,
  tool: string,
): { readonly env: Record<string, string>; readonly args: string[] } {
  const all = [...line.matchAll(/(?:[^\s"]|"[^"]*")+/gu)].map(([word]) => word.replaceAll('"', ''));
  const at = all.indexOf(tool);
  const env = Object.fromEntries(
    all.slice(0, at).map((word) => word.split('=', 2) as [string, string]),
  );
  return { env, args: all.slice(at + 1) };
}
