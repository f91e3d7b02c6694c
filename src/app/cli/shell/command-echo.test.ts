import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';

import { stripControl } from '../../../core/base/strip-control.ts';
import { echoCommand } from './command-echo.ts';
import { SCAN_FLAGS } from '../commands/scan/flags.ts';

describe('the echo of a command', () => {
  it.each([
    [
      'plain words',
      ['a.tar', '--fail-on', 'high+fixable'],
      'assay image a.tar --fail-on high+fixable',
    ],
    ['words to be quoted', ["it's", 'a b', '*', ''], `assay image 'it'\\''s' 'a b' '*' ''`],
    ['a secret', ['--password', 'p', 'a'], 'assay image --password *** a'],
    ['a secret after an equals sign', ['--token=p', 'a'], 'assay image --token=*** a'],
    ['conditions', ['--fail-on=cvss>=8'], "assay image '--fail-on=cvss>=8'"],
  ])('%s', (_name, args, expected) => {
    expect(echoCommand('image', args, SCAN_FLAGS)).toBe(expected);
  });
});

/** The arguments that a POSIX shell takes from a command line, without the name of the program. */
function shellWords(commandLine: string): readonly string[] {
  const script = `assay() { for word; do printf '%s\\0' "$word"; done; }\n${commandLine}`;
  return execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1);
}

describe('an argument with unusual characters', () => {
  const ARGUMENTS: readonly (readonly [string, string])[] = [
    ['nothing', ''],
    ['a space', ' '],
    ['a line end', 'a\nrm b'],
    ['a carriage return', 'a\rb'],
    ['a line end at the end', 'a\n'],
    ['a tab', 'a\tb'],
    ['a bell', 'a\u0007b'],
    ['a backspace', 'a\u0008b'],
    ['DEL', 'a\u007Fb'],
    ['a C1 control character', 'a\u009B31mb'],
    ['a color sequence', '\u001B[31ma\u001B[0m'],
    ['the title of a terminal', '\u001B]0;a\u0007'],
    ['a link of a terminal', '\u001B]8;;https://a.example\u001B\\a'],
    ['right-to-left override', 'a\u202Eb'],
    ['isolates', '\u2066a\u2069'],
    ['a zero-width space', 'a\u200Bb'],
    ['a byte order mark', '\uFEFFa'],
    ['a line separator', 'a\u2028b'],
    ['bytes that were not UTF-8', 'a\uFFFDb'],
    ['letters beyond ASCII', 'é漢🐟'],
    ['a single quote', "it's"],
    ['single quotes alone', "''"],
    ['double quotes', 'a"b"'],
    ['a backslash', 'a\\b'],
    ['a backslash at the end', 'a\\'],
    ['a backslash before a quote', "\\'"],
    ['a command substitution', '$(id)'],
    ['backquotes', '`id`'],
    ['a variable', '$HOME'],
    ['a home directory', '~'],
    ['a pattern', '*?[a]'],
    ['braces', '{a,b}'],
    ['operators', 'a;b|c&d>e<f'],
    ['a comment', '#a'],
    ['an exclamation mark', 'a!b'],
    ['a workflow command', '::error::a'],
  ];

  it.each(ARGUMENTS)('(%s) is one word of a shell', (_name, argument) => {
    const echo = echoCommand('image', [argument, 'last'], SCAN_FLAGS);
    expect(shellWords(echo)).toEqual(['image', argument, 'last']);
  });

  it.each(ARGUMENTS)('(%s) stays one word where it is printed', (_name, argument) => {
    const printed = stripControl(echoCommand('image', [argument, 'last'], SCAN_FLAGS));
    expect(shellWords(printed)).toEqual(['image', stripControl(argument), 'last']);
    expect(printed).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  });

  it.each(ARGUMENTS)('(%s) hides nothing of a secret behind it', (_name, argument) => {
    const echo = echoCommand(
      'image',
      [argument, '--password', 'hidden', '--token=hidden'],
      SCAN_FLAGS,
    );
    expect(echo).not.toContain('hidden');
  });
});
