/**
 * SIGTERM and SIGINT end every run within two seconds, whatever it waits for, and leave nothing
 * behind.
 */

import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { processMark } from '../../src/core/base/cache-directory.ts';
import { builtCommand, type BuiltCommand } from '../support/build.ts';
import { procTimes } from '../support/proc-times.ts';
import { missingTool, needs } from '../support/tools.ts';

const missing = missingTool('bash', 'git', 'mkfifo');

const LIMIT_MS = 2000;
/** A busy machine also takes its time to start and end a process. */
const SLACK_MS = 1500;

let command: BuiltCommand;
let cwd = '';
let temporary = '';
/** Takes connections and never answers. */
let silent: Server;
const sockets: Socket[] = [];

beforeAll(async () => {
  command = await builtCommand();
  cwd = mkdtempSync(path.join(tmpdir(), 'assay-signals-'));
  temporary = path.join(cwd, 'tmp');
  mkdirSync(temporary);
  mkdirSync(path.join(cwd, 'app'));
  const packages = Object.fromEntries(
    Array.from({ length: 3000 }, (_, index) => [
      `node_modules/package-${index}`,
      { version: '1.0.0' },
    ]),
  );
  const lock = { name: 'app', lockfileVersion: 3, packages: { '': { name: 'app' }, ...packages } };
  writeFileSync(path.join(cwd, 'app/package-lock.json'), JSON.stringify(lock));
  if (missing === undefined) execFileSync('mkfifo', [path.join(cwd, 'full')]);
  silent = createServer((socket) => {
    socket.on('error', () => undefined);
    sockets.push(socket);
  });
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
});

afterAll(() => {
  for (const socket of sockets) socket.destroy();
  silent.close();
  command[Symbol.dispose]();
  rmSync(cwd, { recursive: true });
});

function port(): number {
  return (silent.address() as AddressInfo).port;
}

/** A shell line in which `$ASSAY` runs the command in place of the shell. */
const WAITS: readonly (readonly [what: string, line: () => string])[] = [
  ['a registry', () => `$ASSAY image --insecure --image-src remote 127.0.0.1:${port()}/a/b:1`],
  ['a mirror', () => `$ASSAY db update --mirror http://127.0.0.1:${port()}/`],
  ['git, which waits for its server', () => `$ASSAY repo http://127.0.0.1:${port()}/x.git`],
  ['an ignore file from a shell', () => '$ASSAY fs app --ignorefile <(exec sleep 30)'],
  ['a VEX document from a shell', () => '$ASSAY fs app --vex <(exec sleep 30) --offline'],
  ['a report from standard input', () => '$ASSAY gate - --fail-on high < <(exec sleep 30)'],
  ['an image from standard input', () => '$ASSAY image --input - < <(exec sleep 30)'],
  ['a reader of its output', () => '$ASSAY fs app --scanners packages -f json > full'],
  ['a lock', () => '$ASSAY db update --mirror none --cache-dir locked'],
];

/** So much of the processor is taken by a start alone. */
const START_MS = 60;
const STILL_MS = 250;

/**
 * Waits until a process has started and then took no time of the processor for a while, or has
 * ended.
 */
async function untilItWaits(child: ChildProcess): Promise<void> {
  let [spentMs, since] = [0, performance.now()];
  while (child.exitCode === null && child.pid !== undefined) {
    const { ownMs, isAsleep } = procTimes(child.pid);
    if (!isAsleep || ownMs < START_MS || ownMs !== spentMs) {
      [spentMs, since] = [ownMs, performance.now()];
    }
    if (performance.now() - since >= STILL_MS) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** More than a start takes, so that the computation has begun. */
const COMPUTES_MS = 600;

/** Waits until a process has taken this time of the processor, or has ended. */
async function untilItComputes(child: ChildProcess): Promise<void> {
  while (child.exitCode === null && child.pid !== undefined) {
    if (procTimes(child.pid).ownMs >= COMPUTES_MS) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

const CASES = WAITS.flatMap(([what, line]) =>
  (['SIGTERM', 'SIGINT'] as const).map((signal) => [signal, what, line] as const),
);

describe.skipIf(missing !== undefined)(`a signal ends a run${needs(missing)}`, () => {
  it.each(CASES)('%s, while it waits for %s', async (signal, what, line) => {
    // A reader that never reads: the pipe is full after 64 KiB.
    const held =
      what === 'a reader of its output' ? openSync(path.join(cwd, 'full'), 'r+') : undefined;
    if (what === 'a lock') holdLock();
    const { PATH = '', HOME = '' } = process.env;
    const child = spawn('bash', ['-c', line().replace('$ASSAY', 'exec "$NODE" "$SCRIPT"')], {
      cwd,
      env: {
        ...{ PATH, HOME, XDG_CACHE_HOME: cwd, TMPDIR: temporary },
        ...{ NODE: process.execPath, SCRIPT: command.script },
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    await untilItWaits(child);
    expect(child.exitCode, stderr).toBeNull();
    const begun = performance.now();
    const ended = once(child, 'exit');
    child.kill(signal);
    const [exitCode] = (await ended) as [number | null];
    const tookMs = performance.now() - begun;
    if (held !== undefined) closeSync(held);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 130,
      stderr: expect.stringContaining(`ERROR ended by ${signal}\n`) as string,
    });
    expect(tookMs).toBeLessThan(LIMIT_MS + SLACK_MS);
    expect(readdirSync(temporary)).toEqual([]);
    expect(programsOfGit()).toEqual([]);
  });
});

/** Writes what a long computation reads, and returns its command line. */
const COMPUTATIONS = {
  'of a large SBOM': () => {
    const components = Array.from({ length: 400_000 }, (_, index) => ({
      type: 'library',
      name: `p${index % 50}`,
      version: `1.0.${index}`,
      purl: `pkg:npm/p${index % 50}@1.0.${index}`,
    }));
    const document = { bomFormat: 'CycloneDX', specVersion: '1.5', version: 1, components };
    writeFileSync(path.join(cwd, 'large.cdx.json'), JSON.stringify(document));
    return ['sbom', 'large.cdx.json', '--scanners', 'packages'];
  },
  'of the password of a key': () => {
    writeFileSync(path.join(cwd, 'costly.pem'), costlyKey());
    writeFileSync(path.join(cwd, 'password'), 'password');
    return ['key', 'public', 'costly.pem', '--key-password-file', 'password'];
  },
};

/** An OpenSSH key that asks for 1,024 rounds of bcrypt. See `PROTOCOL.key` of openssh-portable. */
function costlyKey(): string {
  const string = (content: string | Buffer): Buffer => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(Buffer.byteLength(content));
    return Buffer.concat([length, Buffer.from(content)]);
  };
  const options = Buffer.concat([string(Buffer.alloc(16, 1)), Buffer.from('00000400', 'hex')]);
  const bytes = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    ...[string('aes256-ctr'), string('bcrypt'), string(options)],
    ...[Buffer.from('00000001', 'hex'), string('public'), string(Buffer.alloc(160))],
  ]);
  const lines = bytes.toString('base64').match(/.{1,70}/gu) ?? [];
  const label = 'OPENSSH PRIVATE KEY';
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}

describe.each(Object.entries(COMPUTATIONS))('a signal in a long computation %s', (_, prepare) => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    '%s ends the process',
    { timeout: 60_000 },
    async (signal) => {
      const { PATH = '', HOME = '' } = process.env;
      const child = spawn(process.execPath, [command.script, ...prepare()], {
        cwd,
        env: { PATH, HOME, XDG_CACHE_HOME: cwd, TMPDIR: temporary },
        stdio: 'ignore',
      });
      await untilItComputes(child);
      expect(child.exitCode).toBeNull();
      const begun = performance.now();
      const ended = once(child, 'exit');
      child.kill(signal);
      const end = (await ended) as [number | null, string | null];
      expect([
        [130, null],
        [null, signal],
      ]).toContainEqual(end);
      expect(performance.now() - begun).toBeLessThan(LIMIT_MS + SLACK_MS);
    },
  );
});

/** A lock of a process of this machine that lives: the test's own. */
function holdLock(): void {
  const folder = path.join(cwd, 'locked/advisories');
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'update.lock'), processMark());
}

/** Command lines of programs that git has started for this test and that still run. */
function programsOfGit(): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/u.test(name))
    .flatMap((name) => {
      try {
        const text = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ');
        return text.startsWith('/usr/lib/git-core') || text.startsWith('git ') ? [text] : [];
      } catch {
        return [];
      }
    })
    .filter((text) => text.includes(`127.0.0.1:${port()}`));
}
