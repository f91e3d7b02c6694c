/**
 * Arguments of calls in files of Ruby that are not run: `gem 'a', '~> 1.0'` and
 * `pod 'A', '~> 1.0'`.
 *
 * Source: Bundler's documentation, "Gemfile"; the CocoaPods guides, "Podfile Syntax Reference".
 */

const REQUIREMENT = /^[ \t]*,[ \t\r\n]*(?:\[[ \t]*)?(?<quote>["'])(?<text>[^"'\n]{1,100})\k<quote>/;
/** Matches the mark of an option behind its name. */
const OPTION = /^\s*(?:=>|:)/;
/** Lines that one statement may be continued on. */
const MAX_CONTINUED = 20;

/**
 * Returns the statement of a line with the lines that it goes on in: each but the last ends in a
 * comma.
 */
export function joinContinuedLines(lines: readonly string[], index: number): string {
  let text = lines[index] ?? '';
  for (
    let next = index + 1;
    text.trimEnd().endsWith(',') && next <= index + MAX_CONTINUED;
    next += 1
  ) {
    text += `\n${lines[next] ?? ''}`;
  }
  return text;
}

/** Returns the requirements behind a name, up to the first option. */
export function readRequirementArguments(rest: string): readonly string[] {
  const ranges: string[] = [];
  let behind = rest;
  for (;;) {
    const found = REQUIREMENT.exec(behind);
    const next = behind.slice(found?.[0].length);
    if (found === null || OPTION.test(next)) return ranges;
    ranges.push(found.groups?.['text'] ?? '');
    behind = next;
  }
}
