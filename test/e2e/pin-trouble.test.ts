/**
 * `assay pin` when something goes wrong: killed runs, refused logins, links out of the directory,
 * read-only and very long files.
 */

import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { writeLayout } from '../../src/app/cli/commands/demo/layout.ts';
import {
  builtCommand,
  runBuilt,
  type BuiltCommand,
  type CommandOutcome,
} from '../support/build.ts';
import { refuse, scriptedRegistry } from '../support/registry-server.ts';

const FILES = 80;

let command: BuiltCommand;
let cwd = '';

beforeAll(async () => {
  command = await builtCommand();
  cwd = mkdtempSync(path.join(tmpdir(), 'assay-pin-trouble-'));
  await writeLayout(path.join(cwd, 'images'), 'demo/base:1', []);
}, 60_000);
afterAll(() => {
  command[Symbol.dispose]();
  rmSync(cwd, { recursive: true, force: true });
});
beforeEach(() => {
  rmSync(path.join(cwd, 'src'), { recursive: true, force: true });
  mkdirSync(path.join(cwd, 'src'));
});

const file = (name: string): string => path.join(cwd, 'src', name);
const write = (name: string, text: string): void => writeFileSync(file(name), text);
const read = (name: string): string => readFileSync(file(name), 'utf8');
const pin = (
  flags: readonly string[],
  options: Partial<Parameters<typeof runBuilt>[2]> = {},
): Promise<CommandOutcome> =>
  runBuilt(command, ['pin', 'src', '--config', 'none', ...flags], { cwd, ...options });
const apply = ['--layout', 'images', '--offline', '--apply'];

describe('a run that is ended in the middle of 80 files', () => {
  it.each(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)(
    'leaves whole files: %s',
    async (signal) => {
      const before = (index: number): string => `FROM demo/base:1 AS s${index}\r\n`;
      for (let index = 0; index < FILES; index += 1) write(`${index}.dockerfile`, before(index));
      let timer: NodeJS.Timeout | undefined;
      const { exitCode } = await pin(apply, {
        onStart: (child) => {
          timer = setInterval(() => {
            if (!read('30.dockerfile').includes('@')) return;
            clearInterval(timer);
            child.kill(signal);
          }, 1);
        },
      });
      clearInterval(timer);
      const texts = Array.from({ length: FILES }, (_, index) => read(`${index}.dockerfile`));
      const states = texts.map((text, index) => {
        if (text === before(index)) return 'old';
        const isNew = /^FROM demo\/base:1@sha256:[0-9a-f]{64} AS s\d+\r\n$/u.test(text);
        return isNew ? 'new' : `broken: ${text}`;
      });
      expect(states.filter((state) => state !== 'old' && state !== 'new')).toEqual([]);
      expect(states).toContain('new');
      // On a fast disk the run may have ended before the signal.
      if (signal !== 'SIGKILL' && states.includes('old')) expect(exitCode).toBe(130);
      const again = await pin(apply);
      expect(again.exitCode).toBe(0);
      expect(again.stdout).toContain(`${FILES} references in ${FILES} files`);
      expect(read('79.dockerfile')).toMatch(/@sha256:[0-9a-f]{64} AS s79\r\n$/u);
      const left = readdirSync(file('')).filter((name) => !name.endsWith('.dockerfile'));
      if (signal !== 'SIGKILL') expect(left).toEqual([]);
    },
    60_000,
  );
});

describe('files that are not written', () => {
  it('are links out of the directory, and what they lead to', async () => {
    mkdirSync(path.join(cwd, 'outside'), { recursive: true });
    writeFileSync(path.join(cwd, 'outside/Dockerfile'), 'FROM demo/base:1\n');
    write('a.dockerfile', 'FROM demo/base:1\n');
    symlinkSync('../outside/Dockerfile', file('Dockerfile'));
    symlinkSync('../outside', file('folder'));
    const { exitCode, stdout } = await pin(apply);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('Not followed: 1 symlink (Dockerfile)');
    expect(readFileSync(path.join(cwd, 'outside/Dockerfile'), 'utf8')).toBe('FROM demo/base:1\n');
    const alone = await runBuilt(command, ['pin', 'src/Dockerfile', ...apply], { cwd });
    expect(alone.exitCode).toBe(2);
    expect(alone.stderr).toContain('"src/Dockerfile" is a symlink');
  });

  it('are read-only, and the others are written', async () => {
    write('a.dockerfile', 'FROM demo/base:1\n');
    write('b.dockerfile', 'FROM demo/base:1\n');
    chmodSync(file('a.dockerfile'), 0o444);
    const { exitCode, stdout } = await pin(apply);
    expect(exitCode).toBe(3);
    expect(stdout).toContain('a.dockerfile: left as it was: it is read-only');
    expect(read('a.dockerfile')).toBe('FROM demo/base:1\n');
    expect(read('b.dockerfile')).toContain('@sha256:');
  });

  it('are those of a login that is refused', async () => {
    using server = await scriptedRegistry();
    server.answers.push((_request, response) => {
      refuse(response, 401, 'UNAUTHORIZED', 'authentication required');
      return true;
    });
    const text = `FROM ${server.host}/private/app:1\n`;
    write('Dockerfile', text);
    const { exitCode, stdout } = await pin(['--apply']);
    expect(exitCode).toBe(3);
    expect(stdout).toContain('unresolved');
    expect(stdout).toMatch(/login|credentials|denied|401/u);
    expect(read('Dockerfile')).toBe(text);
  });
});

it('changes one line of a file of 50,000, and no other byte', async () => {
  const line = (index: number): string => `RUN echo ${index} \\\n\t&& true\n`;
  const many = Array.from({ length: 25_000 }, (_, index) => line(index)).join('');
  write('Dockerfile', `FROM demo/base:1\n${many}`);
  const { exitCode } = await pin(apply);
  expect(exitCode).toBe(0);
  expect(read('Dockerfile').replace(/@sha256:\w+/u, '')).toBe(`FROM demo/base:1\n${many}`);
  expect(read('Dockerfile')).toMatch(/^FROM demo\/base:1@sha256:/u);
});

it('says what is wrong with arguments and values, and writes nothing', async () => {
  write('Dockerfile', 'ARG V\nFROM demo/base:${V}\nFROM demo/base:1\n');
  const { exitCode, stdout } = await pin(apply);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/2:6 +not pinned +demo\/base:\$\{V\}/u);
  for (const [flags, message] of [
    [['--check', '--apply'], '--check uses no network, and --apply needs it'],
    [['--min-age', '3d'], '--min-age applies to newer digests, and --update is missing'],
    [['--update', '--min-age', 'soon'], 'soon'],
    [['--platform', 'all'], 'Name one platform'],
    [['--actions-url', 'nonsense'], 'https://github.example.com'],
    [['--layout', 'nowhere', '--offline'], 'cannot read the OCI layout'],
  ] as const) {
    write('Dockerfile', 'FROM demo/base:1\n');
    const outcome = await pin(flags);
    expect([flags, outcome.exitCode]).toEqual([flags, flags[0] === '--layout' ? 3 : 2]);
    expect(outcome.stdout + outcome.stderr).toContain(message);
  }
  expect(existsSync(file('assay.lock'))).toBe(false);
});
