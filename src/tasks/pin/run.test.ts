import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { lineFinders, pinRequest } from '../../../test/support/pin-scene.ts';
import { quietContext, type Context } from '../../core/base/context.ts';
import type { PinOutcome } from './outcome.ts';
import type { PinRequest } from './request.ts';
import { pinCauses } from './exit-code.ts';
import type { MakeResolver, ReferenceQuestion, ResolutionResult } from './resolvers.ts';
import { run } from './run.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const OTHER = `sha256:${'b'.repeat(64)}`;

let root: string;
let asked: ReferenceQuestion[];
let answers: Map<string, Partial<ResolutionResult>>;

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'assay-pin-')));
  asked = [];
  answers = new Map();
});
afterEach(() => rmSync(root, { recursive: true }));

const table: MakeResolver = () => ({
  resolve: (question) => {
    asked.push(question);
    const { value } = question;
    const known = answers.get(value);
    const pinned = `${value.replace(/@.*/u, '')}@${DIGEST}`;
    const answer = { ok: true, pinned, digest: DIGEST, notes: [], ...known };
    return Promise.resolve(answer as ResolutionResult);
  },
});

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

const read = (path: string): string => readFileSync(join(root, path), 'utf8');

function pin(part: Partial<PinRequest> = {}, context: Partial<Context> = {}): Promise<PinOutcome> {
  const request = pinRequest(root, { finders: lineFinders, resolvers: { image: table }, ...part });
  return run(request, quietContext({ fetch: globalThis.fetch, ...context }));
}

const states = ({ references }: PinOutcome): readonly string[] =>
  references.map(({ path, state }) => `${path} ${state}`);

describe('a run', () => {
  it('writes digests, leaves all other bytes, and changes nothing again', async () => {
    write('a.images', 'debian:12\r\n\r\n  # text\r\nalpine:3 # note\r\n');
    const first = await pin();
    expect(read('a.images')).toBe(
      `debian:12@${DIGEST}\r\n\r\n  # text\r\nalpine:3@${DIGEST} # note\r\n`,
    );
    expect(first.files).toEqual([{ path: 'a.images', state: 'changed', referenceCount: 2 }]);
    const second = await pin();
    expect(second.files).toEqual([]);
    expect(states(second)).toEqual(['a.images pinned', 'a.images pinned']);
  });

  it('asks each distinct reference once', async () => {
    for (let i = 0; i < 20; i += 1) write(`${i}.images`, 'debian:12\nalpine:3\ndebian:12\n');
    await pin();
    expect(asked.map(({ value }) => value).sort()).toEqual(['alpine:3', 'debian:12']);
  });

  it.each(['show', 'check'] as const)('writes nothing in the mode %s', async (mode) => {
    write('a.images', 'debian:12\n');
    const { files, references } = await pin({ mode });
    expect(read('a.images')).toBe('debian:12\n');
    expect(files.map(({ state }) => state)).toEqual(mode === 'show' ? ['changes'] : []);
    expect(references[0]?.state).toBe(mode === 'show' ? 'pin' : 'mutable');
    expect(asked).toHaveLength(mode === 'show' ? 1 : 0);
  });

  it('gives one diff of all files', async () => {
    write('a.images', 'debian:12\n');
    write('b/c.images', 'alpine:3\n');
    const { diff } = await pin({ mode: 'show', wantsDiff: true });
    expect(diff).toBe(
      `--- a/a.images\n+++ b/a.images\n@@ -1 +1 @@\n-debian:12\n+debian:12@${DIGEST}\n` +
        `--- a/b/c.images\n+++ b/b/c.images\n@@ -1 +1 @@\n-alpine:3\n+alpine:3@${DIGEST}\n`,
    );
  });

  it('keeps the permissions of files', async () => {
    write('a.images', 'debian:12\n');
    chmodSync(join(root, 'a.images'), 0o751);
    await pin();
    expect(statSync(join(root, 'a.images')).mode & 0o7777).toBe(0o751);
  });
});

describe('what is left out', () => {
  it('names directories of others, and does not follow symlinks', async () => {
    const outside = mkdtempSync(join(tmpdir(), 'assay-outside-'));
    writeFileSync(join(outside, 'o.images'), 'debian:12\n');
    write('a.images', 'debian:12\n');
    for (const name of ['node_modules/x', '.git', 'web/vendor/y'])
      write(`${name}/b.images`, 'x:1\n');
    symlinkSync(join(outside, 'o.images'), join(root, 'link.images'));
    symlinkSync(outside, join(root, 'folder'));
    const { leftOut, references } = await pin();
    expect(leftOut).toEqual({
      directories: ['.git', 'node_modules', 'web/vendor'],
      excluded: [],
      symlinks: ['link.images'],
    });
    expect(references).toHaveLength(1);
    expect(readFileSync(join(outside, 'o.images'), 'utf8')).toBe('debian:12\n');
    rmSync(outside, { recursive: true });
  });

  it.each([
    ['a file', ['b/*.images'], ['b/x.images'], 'a.images pin,a.images pin,c/b/y.images pin'],
    ['a directory', ['**/b'], ['b', 'c/b'], 'a.images pin,a.images pin'],
    [
      'images by name',
      ['image:alpine'],
      [],
      'a.images pin,a.images excluded,b/x.images pin,c/b/y.images pin',
    ],
    [
      'images by pattern',
      ['image:*'],
      [],
      'a.images excluded,a.images excluded,b/x.images excluded,c/b/y.images excluded',
    ],
    [
      'another kind',
      ['action:*/*'],
      [],
      'a.images pin,a.images pin,b/x.images pin,c/b/y.images pin',
    ],
  ])('by --exclude: %s', async (_, exclude, excluded, expected) => {
    write('a.images', 'debian:12\nalpine:3\n');
    write('b/x.images', 'debian:12\n');
    write('c/b/y.images', 'debian:12\n');
    const outcome = await pin({ exclude });
    expect(outcome.leftOut.excluded).toEqual(excluded);
    expect(states(outcome).join(',')).toBe(expected);
  });

  it('exempts a line with a reason, and not without one', async () => {
    write('a.images', 'a:1 # assay: no-pin our own nightly\nb:1 # assay: no-pin\nc:${V}\nd:1\n');
    const outcome = await pin();
    expect(outcome.references.map(({ state, reason }) => [state, reason])).toEqual([
      ['exempt', 'our own nightly'],
      ['blocked', 'the comment that exempts "b:1" gives no reason'],
      ['blocked', '"c:${V}" is computed'],
      ['pin', undefined],
    ]);
    expect(pinCauses(outcome)).toEqual([]);
    const checked = await pin({ mode: 'check' });
    expect(pinCauses(checked)).toEqual(['findings']);
  });
});

describe('what goes wrong', () => {
  it('stays as it was and is named: a read-only file', async () => {
    write('a.images', 'debian:12\n');
    write('b.images', 'debian:12\n');
    chmodSync(join(root, 'a.images'), 0o444);
    const outcome = await pin();
    expect(outcome.files).toEqual([
      { path: 'a.images', state: 'failed', referenceCount: 1, message: 'it is read-only' },
      { path: 'b.images', state: 'changed', referenceCount: 1 },
    ]);
    expect(read('a.images')).toBe('debian:12\n');
    expect(pinCauses(outcome)).toEqual(['unresolved']);
  });

  it('stays as it was and is named: a file that changed meanwhile', async () => {
    write('a.images', 'debian:12\n');
    const slow: MakeResolver = (...args) => ({
      resolve: (question, context) => {
        write('a.images', 'debian:13\n');
        return table(...args).resolve(question, context);
      },
    });
    const outcome = await pin({ resolvers: { image: slow } });
    expect(outcome.files[0]?.message).toBe('it was changed while this run was working');
    expect(read('a.images')).toBe('debian:13\n');
  });

  it('stays as it was and is named: an edit that reads otherwise', async () => {
    write('a.images', 'debian:12\n');
    answers.set('debian:12', { pinned: 'debian:12 not-a-value' });
    const outcome = await pin();
    expect(outcome.files[0]).toMatchObject({ state: 'failed' });
    expect(read('a.images')).toBe('debian:12\n');
    expect(pinCauses(outcome)).toEqual(['unresolved']);
  });

  it('is resolved or not, each reference by itself', async () => {
    write('a.images', 'gone:1\ndebian:12\nevil:1\n');
    const problem = { ok: false, id: 'x', message: 'm', advice: 'Do.' } as const;
    answers.set('gone:1', { ...problem, status: 'unresolved' });
    answers.set('evil:1', { ...problem, status: 'refused' });
    const outcome = await pin();
    expect(read('a.images')).toBe(`gone:1\ndebian:12@${DIGEST}\nevil:1\n`);
    expect(pinCauses(outcome)).toEqual(['refused', 'unresolved']);
  });

  it('needs a network where something is to be resolved, and only there', async () => {
    write('a.images', 'debian:12\n');
    await expect(pin({ resolvers: {} }, { fetch: undefined })).rejects.toMatchObject({
      code: 'OFFLINE',
      message: '--offline: "debian:12" cannot be resolved',
    });
    write('a.images', `debian:12@${DIGEST}\n`);
    expect(states(await pin({}, { fetch: undefined }))).toEqual(['a.images pinned']);
  });

  it.each<[string, Partial<PinRequest>, string]>([
    ['a missing target', { target: 'none' }, 'there is no file or directory "none"'],
    [
      'a file of another format',
      { target: 'x.txt' },
      '"x.txt" is of no format that assay pin reads',
    ],
    ['a symlink to a file', { target: 'l.images' }, '"l.images" is a symlink'],
    ['a directory without files', { target: 'empty' }, '"empty" has no file that assay pin reads'],
    [
      'a bad pattern',
      { exclude: ['a[b'] },
      'the pattern "a[b" cannot be used: a "[" is not closed',
    ],
  ])('ends the run: %s', async (_, part, message) => {
    write('a.images', 'debian:12\n');
    write('x.txt', 'debian:12\n');
    write('empty/x.txt', '');
    symlinkSync('a.images', join(root, 'l.images'));
    await expect(pin(part)).rejects.toThrow(message);
  });

  it('leaves whole files when a signal ends it', async () => {
    for (let i = 10; i < 90; i += 1) write(`${i}.images`, `debian:${i}\n`);
    const controller = new AbortController();
    let log = '';
    const context = {
      signal: controller.signal,
      log: { debug: () => undefined, info: () => undefined, warn: (text: string) => (log = text) },
    };
    const running = pin({}, context);
    const timer = setInterval(() => {
      if (read('20.images').includes('@')) controller.abort();
    }, 0);
    await expect(running).rejects.toMatchObject({ code: 'INTERRUPTED' });
    clearInterval(timer);
    expect(log).toMatch(/^ended after \d+ of 80 files; each of them is whole$/u);
    const texts = Array.from({ length: 80 }, (_, i) => read(`${i + 10}.images`));
    for (const [i, text] of texts.entries()) {
      expect([`debian:${i + 10}\n`, `debian:${i + 10}@${DIGEST}\n`]).toContain(text);
    }
    expect(texts.filter((text) => text.includes('@')).length).toBeLessThan(80);
    expect(readdirSync(root).filter((name) => name.startsWith('.assay'))).toEqual([]);
  });
});

describe('an update', () => {
  it('takes a newer digest and leaves what is current', async () => {
    write('a.images', `debian:12@${OTHER}\nalpine:3@${DIGEST}\n`);
    const outcome = await pin({ isUpdate: true });
    expect(states(outcome)).toEqual(['a.images update', 'a.images pinned']);
    expect(read('a.images')).toBe(`debian:12@${DIGEST}\nalpine:3@${DIGEST}\n`);
  });
});
