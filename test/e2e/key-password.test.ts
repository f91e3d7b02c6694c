/** Passwords of keys, typed into a real terminal (tmux) and piped, with the built command. */

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { builtCommand, type BuiltCommand } from '../support/build.ts';
import { CommandFolder } from '../support/command-folder.ts';
import { missingTool, needs } from '../support/tools.ts';

const noTmux = missingTool('tmux');
const SECRET = 'correct-horse-battery';

let command: BuiltCommand;
let folder: CommandFolder;

beforeAll(async () => {
  command = await builtCommand();
  folder = new CommandFolder();
});
afterAll(() => {
  folder[Symbol.dispose]();
  command[Symbol.dispose]();
});

/**
 * Runs a command line in a window, types an answer behind each question, and returns what the
 * window shows.
 */
async function typed(
  args: string,
  answers: readonly (readonly [string, string])[],
): Promise<string> {
  const socket = folder.path('tmux');
  const tmux = (...all: readonly string[]): string =>
    spawnSync('tmux', ['-S', socket, '-f', '/dev/null', ...all], { encoding: 'utf8' }).stdout;
  const env = `env -u ASSAY_KEY_PASSWORD -u COSIGN_PASSWORD -u CI TERM=tmux-256color`;
  const line = `cd '${folder.cwd}'; ${env} '${process.execPath}' '${command.script}' ${args}; echo "ended with $?"; sleep 120`;
  tmux('new-session', '-d', '-x', '160', '-y', '50', 'sh', '-c', line);
  const until = async (text: string): Promise<string> => {
    for (let round = 0; round < 900; round += 1) {
      const screen = tmux('capture-pane', '-p');
      if (screen.includes(text)) return screen;
      await wait(100);
    }
    throw new Error(`no "${text}" in: ${tmux('capture-pane', '-p')}`);
  };
  try {
    for (const [question, answer] of answers) {
      await until(question);
      tmux('send-keys', '-l', answer);
      tmux('send-keys', 'Enter');
    }
    return await until('ended with');
  } finally {
    tmux('kill-server');
  }
}

describe.skipIf(noTmux !== undefined)(`the password of a key on a terminal${needs(noTmux)}`, () => {
  it(
    'is asked twice for a new key, once to open it, and never shown',
    { timeout: 300_000 },
    async () => {
      const made = await typed('key generate team', [
        ['New password for team.key:', SECRET],
        ['The same again:', SECRET],
      ]);
      expect(made).toContain('Wrote team.key (ECDSA P-256, encrypted) and team.pub.');
      expect(made).toContain('ended with 0');
      expect(made).not.toContain('correct-horse');
      const opened = await typed('key public team.key', [['Password of', SECRET]]);
      expect(opened).toContain('-----BEGIN PUBLIC KEY-----');
      expect(opened).not.toContain('correct-horse');
      const wrong = await typed('key public team.key', [['Password of', 'wrong']]);
      expect(wrong).toContain('the password is wrong, or the file is damaged');
      expect(wrong).toContain('ended with 2');
    },
  );

  it('leaves nothing behind if the two differ', { timeout: 300_000 }, async () => {
    const differ = await typed('key generate other', [
      ['New password for other.key:', SECRET],
      ['The same again:', 'something else'],
    ]);
    expect(differ).toContain('the two passwords differ');
    expect(existsSync(folder.path('other.key'))).toBe(false);
  });
});

describe('the password of a key in a pipe', () => {
  function piped(args: readonly string[], input: string): ReturnType<typeof spawnSync> {
    const env = { PATH: process.env['PATH'], HOME: folder.cwd, TMPDIR: folder.path('tmp') };
    return spawnSync(process.execPath, [command.script, ...args], {
      cwd: folder.cwd,
      env,
      input,
      encoding: 'utf8',
    });
  }

  it('is read with --key-password-stdin, and stands in no output and no temporary file', () => {
    folder.write('tmp/.keep', '');
    const stdin = ['--key-password-stdin', '--debug'];
    const commands: readonly (readonly string[])[] = [
      ['key', 'generate', 'piped', ...stdin],
      ['key', 'public', 'piped.key', ...stdin],
      ['key', 'export', 'piped.key', 'piped.pem', ...stdin],
      ['key', 'import', 'piped.pem', 'again', ...stdin],
      ['sign-blob', 'piped.pub', '--sign-key', 'again.key', ...stdin],
    ];
    const outputs = commands.map((args) => {
      const { status, stdout, stderr } = piped(args, `${SECRET}\n`);
      expect([args.join(' '), status]).toEqual([args.join(' '), 0]);
      return `${String(stdout)}${String(stderr)}`;
    });
    const failed = piped(['key', 'public', 'piped.key', ...stdin], `${SECRET}!\n`);
    expect(failed.status).toBe(2);
    outputs.push(`${String(failed.stdout)}${String(failed.stderr)}`);
    for (const output of outputs) {
      expect(output).not.toContain(SECRET);
      expect(output).not.toContain('PRIVATE KEY-----');
    }
    expect(readdirSync(folder.path('tmp'))).toEqual(['.keep']);
  });

  it('is not waited for without the flag', () => {
    const { status, stderr } = piped(['key', 'generate', 'never'], SECRET);
    expect([status, stderr]).toEqual([2, expect.stringContaining('no password is given')]);
    expect(existsSync(folder.path('never.key'))).toBe(false);
  });
});
