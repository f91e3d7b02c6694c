/**
 * The package registry under load, in front of an uplink that lies, dies and is slow, killed in
 * downloads, and on a full disk. No client may get a file that is not whole and right, and nothing
 * unfinished may stay.
 */

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { Agent, request as httpRequest, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { writeTar } from '../../src/formats/archive/tar/tar-writer.ts';
import { builtCommand, type BuiltCommand } from '../support/build.ts';
import { missingForInterop } from '../support/interop.ts';
import { startNpmUplink, uplinkTarball, type NpmUplink } from '../support/npm-uplink.ts';
import { startRegistryProcess, type RegistryProcess } from '../support/registry-process.ts';
import { startRegistry } from '../support/running-registry.ts';
import { missingSmallMount, mountSmall } from '../support/small-mount.ts';
import { needs } from '../support/tools.ts';

const missing = missingForInterop();
const CLIENTS = 200;
/** Downloads that are under way when the registry is killed. */
const KILLED_DOWNLOADS = 50;
const MAX_ROUNDS = 60;

let folder = '';
let command: BuiltCommand;
let uplink: NpmUplink;
beforeAll(async () => {
  if (missing !== undefined) return;
  folder = mkdtempSync(path.join(tmpdir(), 'assay-hard-'));
  command = await builtCommand();
  uplink = await startNpmUplink();
  // One round starts before the other has ended its connections.
  for (const name of Object.keys(FILES)) {
    uplink.packages.set(name, { versions: { '1.0.0': { file: fileOf(name) } } });
  }
  uplink.intercept = (request, response) => behave(request.url ?? '', response);
});
afterAll(async () => {
  if (missing !== undefined) return;
  await uplink[Symbol.asyncDispose]();
  command[Symbol.dispose]();
  rmSync(folder, { recursive: true, force: true });
});

/** What the uplink sends for the file of a package. `good`: every client must get it. */
const FILES: Readonly<
  Record<string, { readonly good: boolean; readonly send?: (to: ServerResponse) => void }>
> = {
  plain: { good: true },
  large: { good: true },
  slow: { good: true, send: (to) => void sendSlowly(to, fileOf('slow')) },
  moved: { good: true, send: (to) => to.writeHead(302, { location: '/hidden/moved' }).end() },
  dying: { good: false, send: (to) => cutOff(to, fileOf('dying'), fileOf('dying').length) },
  longer: { good: false, send: (to) => cutOff(to, fileOf('longer'), 10_000_000) },
  shorter: { good: false, send: (to) => to.end(fileOf('shorter').subarray(0, 500)) },
  other: { good: false, send: (to) => to.end(fileOf('plain')) },
  packed: {
    good: false,
    send: (to) => to.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('x'.repeat(99))),
  },
  bomb: { good: false },
  round: { good: false, send: (to) => to.writeHead(302, { location: '/hidden/round' }).end() },
  inside: {
    good: false,
    send: (to) => to.writeHead(302, { location: 'http://169.254.169.254/x' }).end(),
  },
  silent: { good: false, send: (to) => void setTimeout(() => to.destroy(), 3000) },
};

const made = new Map<string, Buffer>();

function fileOf(name: string): Buffer {
  const known = made.get(name);
  if (known !== undefined) return known;
  const noise = (length: number): string =>
    createHash('shake256', { outputLength: length }).update(name).digest('hex');
  const file =
    name === 'bomb'
      ? bomb()
      : uplinkTarball(name, '1.0.0', { 'data.bin': noise(name === 'large' ? 2_000_000 : 60_000) });
  made.set(name, file);
  return file;
}

/** Unpacks to more than 1 GiB, and has the digest that its document names. */
function bomb(): Buffer {
  const start = writeTar([{ path: 'package/package.json', body: '{"name":"bomb"}' }]);
  const zeros = gzipSync(Buffer.alloc(64 * 1024 * 1024));
  return Buffer.concat([gzipSync(start), ...Array.from({ length: 17 }, () => zeros)]);
}

function behave(target: string, response: ServerResponse): boolean {
  if (target === '/hidden/moved') response.end(fileOf('moved'));
  else if (target === '/hidden/round') {
    response.writeHead(302, { location: '/hidden/round' }).end();
  } else {
    const [, name = '', file] = target.split('/');
    const send = file === undefined ? undefined : FILES[name]?.send;
    if (send === undefined) return false;
    send(response);
  }
  return true;
}

async function sendSlowly(to: ServerResponse, bytes: Buffer): Promise<void> {
  to.writeHead(200, { 'content-length': bytes.length });
  for (let at = 0; at < bytes.length; at += 4096) {
    to.write(bytes.subarray(at, at + 4096));
    await wait(20);
  }
  to.end();
}

function cutOff(to: ServerResponse, bytes: Buffer, length: number): void {
  to.writeHead(200, { 'content-length': length });
  to.write(bytes.subarray(0, bytes.length / 2), () => to.destroy());
}

/** An answer; `undefined` if the connection ended before its end. */
type Got = { readonly status: number; readonly body: Buffer } | undefined;

function get(url: string, agent?: Agent): Promise<Got> {
  return new Promise((resolve) => {
    const asked = httpRequest(url, agent === undefined ? {} : { agent }, (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => void pieces.push(piece));
      response.on('error', () => resolve(undefined));
      response.on('close', () =>
        resolve(
          response.complete
            ? { status: response.statusCode ?? 0, body: Buffer.concat(pieces) }
            : undefined,
        ),
      );
    });
    asked.on('error', () => resolve(undefined));
    asked.end();
  });
}

const tarballOf = (name: string): string => `${name}/-/${name}-1.0.0.tgz`;

/** Every file has the content of its name, and nothing unfinished is there. */
function expectSound(data: string): void {
  const names = readdirSync(data, { recursive: true, encoding: 'utf8' });
  expect(names.filter((name) => path.basename(name).startsWith('.tmp-'))).toEqual([]);
  for (const name of names) {
    const base = path.basename(name);
    if (!/^[0-9a-f]{128}$/u.test(base)) continue;
    const digest = createHash('sha512')
      .update(readFileSync(path.join(data, name)))
      .digest('hex');
    expect(digest).toBe(base);
  }
}

async function serving(data: string, work: (url: string) => Promise<void>): Promise<void> {
  const home = path.join(folder, 'home');
  mkdirSync(home, { recursive: true });
  await using registry = await startRegistry(home, {
    settings: { folder: data, uplinks: [new URL(uplink.url)], ecosystems: ['npm'] },
  });
  await work(registry.url);
}

describe.skipIf(missing !== undefined)(`a registry${needs(missing)}`, () => {
  it('serves 200 clients at once from an uplink that cannot be trusted', async () => {
    const data = path.join(folder, 'clients');
    const names = Object.keys(FILES);
    const statuses = new Map<string, Set<number>>(names.map((name) => [name, new Set()]));
    let wrongCount = 0;
    await serving(data, async (url) => {
      const client = async (number: number): Promise<void> => {
        const agent = new Agent({ keepAlive: true, maxSockets: 4 });
        const turned = names.map((_, at) => names[(at + number) % names.length] ?? '');
        await Promise.all(
          turned.map(async (name) => {
            await get(`${url}${name}`, agent);
            const answer = await get(`${url}${tarballOf(name)}`, agent);
            statuses.get(name)?.add(answer?.status ?? 0);
            const isRight = answer?.body.equals(fileOf(name)) === true;
            if (answer?.status === 200 && !isRight) wrongCount += 1;
          }),
        );
        agent.destroy();
      };
      await Promise.all(Array.from({ length: CLIENTS }, (_, number) => client(number)));
    });
    expect(wrongCount).toBe(0);
    for (const [name, { good }] of Object.entries(FILES)) {
      const found = [...(statuses.get(name) ?? [])];
      if (good) expect([name, found]).toEqual([name, [200]]);
      else expect([name, found.filter((one) => one < 400)]).toEqual([name, []]);
    }
    expectSound(data);
  });

  it('that is killed in downloads starts clean, and serves nothing unfinished', async () => {
    const data = path.join(folder, 'killed');
    let underWay = 0;
    for (let round = 0; round < MAX_ROUNDS && underWay < KILLED_DOWNLOADS; round += 1) {
      const { child, url } = await start(data);
      // Nothing of the run before is left.
      const left = readdirSync(data, { recursive: true, encoding: 'utf8' });
      expect(left.filter((name) => path.basename(name).startsWith('.tmp-'))).toEqual([]);
      const answers = ['slow', 'plain', 'large', 'moved'].map(async (name) => {
        const answer = await get(`${url}${tarballOf(name)}`);
        if (answer === undefined) underWay += 1;
        else expect(answer.body.equals(fileOf(name))).toBe(true);
      });
      await wait((round * 7) % 120);
      child.kill('SIGKILL');
      await Promise.all(answers);
      // What was stored is forgotten, so that the next round downloads again.
      if (round % 5 === 4) rmSync(path.join(data, 'files'), { recursive: true, force: true });
    }
    expect(underWay).toBeGreaterThanOrEqual(KILLED_DOWNLOADS);
    // The log has what a client has got, although the process ends at that moment.
    const sentBefore = sentIn(data);
    const killed = await start(data);
    expect((await get(`${killed.url}${tarballOf('plain')}`))?.status).toBe(200);
    killed.child.kill('SIGKILL');
    expect(sentIn(data)).toBe(sentBefore + 1);
    const { child, url } = await start(data);
    for (const name of ['slow', 'plain', 'large', 'moved']) {
      const answer = await get(`${url}${tarballOf(name)}`);
      expect([name, answer?.status]).toEqual([name, 200]);
      expect(answer?.body.equals(fileOf(name))).toBe(true);
    }
    // A download that is under way at the end is finished.
    rmSync(path.join(data, 'files'), { recursive: true, force: true });
    const last = get(`${url}${tarballOf('slow')}`);
    await wait(100);
    const ended = new Promise((resolve) => child.once('close', resolve));
    child.kill('SIGTERM');
    expect((await last)?.body.equals(fileOf('slow'))).toBe(true);
    expect(await ended).toBe(0);
    expectSound(data);
  });

  const noMount = missingSmallMount();
  it.skipIf(noMount !== undefined)(
    `on a full disk serves what it has, and goes on when there is room${needs(noMount)}`,
    async () => {
      const disk = path.join(folder, 'disk');
      expect(mountSmall(disk, '1m')).toBe(true);
      try {
        const filler = path.join(disk, 'filler');
        const data = path.join(disk, 'data');
        await serving(data, async (url) => {
          expect((await get(`${url}${tarballOf('plain')}`))?.status).toBe(200);
          fill(filler);
          const full = await get(`${url}${tarballOf('large')}`);
          expect(full?.status).toBe(502);
          expect(full?.body.toString()).toContain('no room left');
          expect((await get(`${url}${tarballOf('slow')}`))?.status).toBe(502);
          const stored = await get(`${url}${tarballOf('plain')}`);
          expect(stored?.body.equals(fileOf('plain'))).toBe(true);
          expectSound(data);
          rmSync(filler);
          const slow = await get(`${url}${tarballOf('slow')}`);
          expect(slow?.body.equals(fileOf('slow'))).toBe(true);
        });
        fill(filler);
        // It starts on a full disk too.
        await serving(data, async (url) => {
          const stored = await get(`${url}${tarballOf('plain')}`);
          expect(stored?.body.equals(fileOf('plain'))).toBe(true);
        });
        expectSound(data);
        const lines = readFileSync(path.join(data, 'registry.log'), 'utf8')
          .split('\n')
          .slice(0, -1);
        for (const line of lines) expect(JSON.parse(line)).toBeInstanceOf(Object);
      } finally {
        spawnSync('umount', [disk]);
      }
    },
  );
});

/** Returns how many answers with status 200 the log has. */
function sentIn(data: string): number {
  const file = path.join(data, 'registry.log');
  const log = existsSync(file) ? readFileSync(file, 'utf8') : '';
  return log.split('\n').filter((line) => line.includes('"status":200')).length;
}

function fill(file: string): void {
  try {
    for (let at = 0; ; at += 1) writeFileSync(file, Buffer.alloc(4096), { flag: 'a' });
  } catch {
    // It is full.
  }
}

function start(data: string): Promise<RegistryProcess> {
  const home = path.join(folder, 'home');
  mkdirSync(home, { recursive: true });
  return startRegistryProcess(command.script, { home, data, uplink: uplink.url });
}
