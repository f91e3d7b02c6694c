/**
 * The tables of flags and commands in the page for users of grype; the rest of that page is written
 * by hand.
 */

import { FOREIGN_COMMANDS } from '../../src/app/cli/shell/foreign-commands.ts';
import { GRYPE_FLAGS } from '../../src/app/cli/shell/grype-flags.ts';
import { withPart } from './marked-part.ts';

const PAGE = 'docs/from-grype.md';
const NOTHING = 'nothing: ';

/**
 * Returns the page with the flags and commands that the errors of the command line replace.
 *
 * @throws Error if the page has no place for them.
 */
export function fromGrypePage(page: string): string {
  const flags = [...GRYPE_FLAGS].map(
    ([flag, instead]) => `| \`${flag}\` | ${replacement(instead)} |`,
  );
  const commands = FOREIGN_COMMANDS.filter(({ tool }) => tool === 'grype').map(
    ({ names, instead }) =>
      `| ${names.map((name) => `\`${name}\``).join(', ')} | ${instead.split('\n').map(sentence).join('; ')} |`,
  );
  const withFlags = withPart(page, { path: PAGE, name: 'flags' }, [
    '| grype | Assay |',
    '| --- | --- |',
    ...flags,
  ]);
  return withPart(withFlags, { path: PAGE, name: 'commands' }, [
    '| grype | Assay |',
    '| --- | --- |',
    ...commands,
  ]);
}

function replacement(instead: string): string {
  return instead.startsWith(NOTHING)
    ? `not needed: ${instead.slice(NOTHING.length)}`
    : instead.replaceAll(/(?<flag>-[^,]+)/gu, '`$<flag>`');
}

/** A line such as `The age of the data: assay db status`, with its command as code. */
function sentence(line: string): string {
  return line.replace(/(?<command>assay .+)$/u, '`$<command>`');
}
