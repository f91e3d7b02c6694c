import { describe, expect, it } from 'vitest';

import { hostileReport } from '../../../test/support/hostile-report.ts';
import { rendered } from '../../../test/support/rendered.ts';
import { escapeWorkflowCommands } from '../../core/base/workflow-commands.ts';

describe('text in the log of a workflow', () => {
  it.each([
    ['a command', '::error::owned\n', ': :error::owned\n'],
    ['a command behind blanks', '  \t::add-mask::y\n', '  \t: :add-mask::y\n'],
    ['a command in a later line', 'a\n::stop-commands::z\nb\n', 'a\n: :stop-commands::z\nb\n'],
    ['an old command', 'a ##[add-path]/evil b\n', 'a ## [add-path]/evil b\n'],
    ['two old commands', '##[error]a##[debug]b', '## [error]a## [debug]b'],
    ['colons within a line', 'std::vector a::b\n', 'std::vector a::b\n'],
    ['one colon', ': a\n', ': a\n'],
    ['an address', 'listens on ::1\n', 'listens on ::1\n'],
    ['nothing', '', ''],
  ])('has no command: %s', (_name, text, expected) => {
    expect(escapeWorkflowCommands(text)).toBe(expected);
  });

  it.each([
    '::error::owned ',
    '::stop-commands::x ',
    '  ::add-mask::y',
    '##[error]x ',
    'a\n::error::b ',
  ])('is what a table has with %j in every field', async (text) => {
    const lines = (await rendered(hostileReport(text), 'table')).split('\n');
    expect(lines.filter((line) => /^\s*::|##\[/u.test(line))).toEqual([]);
  });
});
