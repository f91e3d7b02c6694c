import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';

import { ask } from '../../../../../test/support/command-line.ts';
import { missingTool, needs } from '../../../../../test/support/tools.ts';
import { quotedWord } from '../../../../core/base/shell-word.ts';
import type { Flag } from '../../../config/flag.ts';
import type { NamedCommand } from '../command.ts';
import { bashScript } from './bash.ts';
import { completionTable } from './completion-table.ts';
import { fishScript, quotedForFish } from './fish.ts';
import { zshScript } from './zsh.ts';

const noBash = missingTool('bash');

const FAIL_ON: Flag = { name: 'fail-on', value: 'CONDITION', group: 'Gate', help: "what's bad: x" };
const ON_TAMPER: Flag = { name: 'fail-on-tamper', group: 'Gate', help: 'a switch' };
const OUTPUT: Flag = { name: 'output', short: 'o', value: 'FILE', group: 'Report', help: 'a file' };
const BARE: Flag = { ...OUTPUT, name: 'tags', short: 't', valueIfBare: 'true' };
const HIDDEN: Flag = { ...ON_TAMPER, name: 'fail-never', effect: 'none' };
const SCAN = [FAIL_ON, ON_TAMPER, OUTPUT, BARE, HIDDEN];

const TABLE = await completionTable([
  aCommand('', SCAN),
  aCommand('image', SCAN, ['i']),
  aCommand('fs', SCAN, ['filesystem']),
  aCommand('gate', [FAIL_ON]),
  aCommand('db update', [{ ...OUTPUT, name: 'with' }]),
  aCommand('db export', []),
  aCommand('cve', []),
  aCommand('cve search', [OUTPUT]),
  aCommand('completion', []),
]);
const script = bashScript(TABLE);

function aCommand(
  name: string,
  flags: readonly Flag[],
  aliases: readonly string[] = [],
): NamedCommand {
  const form = { usage: '', description: '', flags, examples: [], run: () => Promise.resolve(0) };
  return { name, aliases, summary: 'do it', load: () => Promise.resolve(form) };
}

/**
 * Runs the script in bash, and completes the last of the words of each line as bash splits them.
 * A line without candidates is left to the completion of files.
 */
function completed(lines: readonly string[]): readonly (readonly string[])[] {
  const asked = lines.map((line) => {
    const words = line.split(' ').map(quotedWord);
    return `COMP_WORDS=(${words.join(' ')}); COMP_CWORD=${words.length - 1}; _assay; echo "\${COMPREPLY[*]}"`;
  });
  const input = [script, ...asked].join('\n');
  const { stdout, stderr } = spawnSync('bash', ['--norc', '-u'], { input, encoding: 'utf8' });
  expect(stderr).toBe('');
  return stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => line.split(' ').filter((word) => word !== ''));
}

describe.skipIf(noBash !== undefined)(`completion in bash${needs(noBash)}`, () => {
  it('is registered for assay', () => {
    const { stdout } = spawnSync('bash', ['--norc'], {
      input: `${script}\ncomplete -p assay\n`,
      encoding: 'utf8',
    });
    expect(stdout).toBe('complete -o bashdefault -o default -F _assay assay\n');
  });

  it('offers commands, actions, flags and shells, and leaves values to files', () => {
    const cases: readonly (readonly [line: string, candidates: readonly string[]])[] = [
      ['assay ', ['image', 'fs', 'filesystem', 'gate', 'db', 'cve', 'completion']],
      ['assay im', ['image']],
      ['assay --quiet im', ['image']],
      ['assay --fail-on high im', ['image']],
      ['assay --fail-on = high im', ['image']],
      ['assay --tags im', ['image']],
      ['assay db ', ['update', 'export']],
      ['assay db u', ['update']],
      ['assay -q db --offline e', ['export']],
      ['assay cve s', ['search']],
      ['assay image --fail', ['--fail-on', '--fail-on-tamper']],
      ['assay i --fail-on-t', ['--fail-on-tamper']],
      ['assay gate --fail', ['--fail-on']],
      ['assay db update --wi', ['--with']],
      ['assay db export --wi', []],
      ['assay db update --quie', ['--quiet']],
      ['assay cve --outp', []],
      ['assay cve search --outp', ['--output']],
      ['assay --fail-on-t', ['--fail-on-tamper']],
      ['assay app.tar --fail-on-t', ['--fail-on-tamper']],
      ['assay --vers', ['--version']],
      ['assay image --vers', []],
      ['assay image --hel', ['--help']],
      ['assay completion ', ['bash', 'zsh', 'fish']],
      ['assay completion bash ', []],
      ['assay --output im', []],
      ['assay --output = im', []],
      ['assay -o im', []],
      ['assay image =', []],
      ['assay image im', []],
      ['assay app.tar im', []],
      ['assay gate -- im', []],
      ['assay gate -- --fail', []],
    ];
    const lines = completed(cases.map(([line]) => line));
    const found = cases.map(([line], index) => [line, lines[index]]);
    expect(found).toEqual(cases);
  });
});

describe('assay completion', () => {
  it('prints scripts for other shells with the texts of commands and flags', () => {
    expect(zshScript(TABLE)).toContain(`'image:do it'`);
    expect(zshScript(TABLE)).toContain(`names+=('--fail-on:what'\\''s bad: x')`);
    expect(fishScript(TABLE)).toContain(` \\'gate\\'' -l fail-on -r -d 'what\\'s bad: x'`);
  });

  it.each([
    [[], 'no shell given'],
    [['tcsh'], '"tcsh"'],
    [['bash', 'zsh'], '"zsh"'],
  ])('refuses %j with exit code 2', async (args, text) => {
    const { exitCode, stdout, stderr } = await ask(['completion', ...args], { cwd: '.' });
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain(text);
    expect(stderr).toContain('assay completion fish');
  });

  it('quotes texts so that shells read them as they are', () => {
    expect(quotedWord(`a'b\\c$d`)).toBe(`'a'\\''b\\c$d'`);
    expect(quotedForFish(`a'b\\c$d`)).toBe(`'a\\'b\\\\c$d'`);
  });
});
