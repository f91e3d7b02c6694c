import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { openAdvisoryBase } from '../store/open-advisory-base.ts';
import { quietContext, type Context } from '../../core/base/context.ts';
import { writeTar, type TarMember } from '../../formats/archive/tar/tar-writer.ts';
import {
  formatBundleManifest,
  formatSignatures,
  readBundleManifest,
  sha256Hex,
  type BundleManifest,
} from './bundle/bundle-format.ts';
import { readSigningKey } from '../../trust/signing/ed25519-key.ts';
import {
  readBaseStatus,
  exportBase,
  importIntoBase,
  verifyBase,
  verifyBundle,
  type ExportRequest,
} from './index.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const NOW = Date.parse('2026-01-31T12:00:00Z');
const NPM = { ecosystem: 'npm' } as const;

let root = '';
/** A base with two sets, and the same base a day later. */
let [older, newer] = ['', ''];
let folder = '';
let said: string[] = [];

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'assay-bundle-'));
  for (const name of ['a', 'b', 'c']) makeKey(name);
  older = await makeBase('older', ['left', 'right'], NOW);
  newer = await makeBase('newer', ['left', 'right', 'middle'], NOW + DAY_MS);
});
beforeEach(() => {
  folder = mkdtempSync(join(root, 'base-'));
  said = [];
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

function makeKey(name: string): void {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const pem = (key: KeyObject, type: 'pkcs8' | 'spki'): string =>
    key.export({ type, format: 'pem' } as { type: 'pkcs8'; format: 'pem' }).toString();
  writeFileSync(join(root, `${name}.pem`), pem(privateKey, 'pkcs8'));
  writeFileSync(join(root, `${name}.pub`), pem(publicKey, 'spki'));
}

async function makeBase(name: string, packages: readonly string[], now: number): Promise<string> {
  const records = join(root, `${name}-records`);
  mkdirSync(records);
  for (const item of packages) writeFileSync(join(records, `${item}.json`), record(item));
  const base = join(root, name);
  await importIntoBase({ folder: base, paths: [records] }, context(now));
  return base;
}

/** A record that speaks of npm and of PyPI, so that there are two sets. */
function record(name: string): string {
  const fixed: Readonly<Record<string, string>> = { npm: '2.0.0', PyPI: '2.1' };
  const affected = Object.keys(fixed).map((ecosystem) => ({
    // Another name, else both sets would have the same file.
    package: { ecosystem, name: ecosystem === 'npm' ? name : `py-${name}` },
    ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: fixed[ecosystem] }] }],
  }));
  return JSON.stringify({ id: `X-${name}`, modified: '2025-05-05T00:00:00Z', affected });
}

function context(now = NOW): Context {
  const say = (message: string): void => void said.push(message);
  return quietContext({ now: () => now, log: { debug: () => undefined, info: say, warn: say } });
}

const path = (name: string): string => join(root, name);
const privateKeys = (names: string): string[] => Array.from(names, (name) => path(`${name}.pem`));
const publicKeys = (names: string): string[] => Array.from(names, (name) => path(`${name}.pub`));

let bundleCount = 0;
/** Exports a base signed by the keys named, one letter each. */
async function bundle(
  base: string,
  signers: string,
  more: Partial<ExportRequest> = {},
): Promise<string> {
  bundleCount += 1;
  const file = path(`bundle-${bundleCount}.tar`);
  await exportBase({ folder: base, file, signKeys: privateKeys(signers), ...more }, context());
  return file;
}

interface ImportSetup {
  readonly keys?: string;
  readonly threshold?: number;
  readonly forgetKeys?: boolean;
  readonly now?: number;
}

async function load(file: string, setup: ImportSetup = {}): ReturnType<typeof importIntoBase> {
  const { keys = '', now, ...rest } = setup;
  return importIntoBase(
    { folder, paths: [file], verifyKeys: publicKeys(keys), ...rest },
    context(now),
  );
}

async function npmNames(base: string): Promise<string[]> {
  const reader = await openAdvisoryBase(base).open([NPM], context());
  const names = ['left', 'right', 'middle'].filter(
    (name) => [...reader.byPackage(NPM, name)].length > 0,
  );
  reader.close();
  return names;
}

/** Name and content of every file below a folder. */
function contentOf(base: string): ReadonlyMap<string, string> {
  return new Map(
    readdirSync(base)
      .sort()
      .map((name) => [name, readFileSync(join(base, name)).toString('base64')]),
  );
}

describe('export', () => {
  it('gives the same bytes for the same base, and what it says of itself', async () => {
    const [one, two] = [await bundle(older, 'ab'), await bundle(older, 'ba')];
    expect(readFileSync(one).equals(readFileSync(two))).toBe(true);
    const expires = { afterMs: 7 * DAY_MS };
    const file = path('facts.tar');
    const written = await exportBase(
      { folder: older, file, signKeys: privateKeys('ab'), expires },
      context(),
    );
    expect(written).toMatchObject({
      file,
      sizeBytes: readFileSync(file).length,
      version: 20260131120000,
      createdAt: '2026-01-31T12:00:00.000Z',
      expiresAt: '2026-02-07T12:00:00.000Z',
    });
    expect(written.signedBy).toHaveLength(2);
  });

  it('takes a version and a date', async () => {
    const more = { version: 7, expires: { at: '2026-03-01T00:00:00.000Z' } };
    const file = await bundle(older, '', more);
    const checked = await verifyBundle({ path: file, verifyKeys: [] }, context());
    expect(checked).toMatchObject({ version: 7, expiresAt: '2026-03-01T00:00:00.000Z' });
  });

  it('refuses an empty base, and leaves no file', async () => {
    await expect(bundle(folder, 'a')).rejects.toMatchObject({ code: 'ADVISORY_DATA_MISSING' });
    expect(existsSync(path(`bundle-${bundleCount}.tar`))).toBe(false);
  });

  it('refuses what would have expired already', async () => {
    const request = { folder: older, file: path('late.tar'), signKeys: [] };
    const expires = { afterMs: DAY_MS };
    await expect(
      exportBase({ ...request, expires }, context(NOW + 2 * DAY_MS)),
    ).rejects.toMatchObject({ code: 'ADVISORY_DATA_STALE' });
    expect(existsSync(request.file)).toBe(false);
  });

  it('refuses a damaged base, keeps the old bundle, and leaves nothing unfinished', async () => {
    const file = await bundle(older, 'a');
    const before = readFileSync(file);
    for (const name of readdirSync(newer)) copyFileSync(join(newer, name), join(folder, name));
    const block = join(folder, readdirSync(folder).find((name) => name.endsWith('.adv')) ?? '');
    flip(block, 40);
    await expect(exportBase({ folder, file, signKeys: [] }, context())).rejects.toMatchObject({
      code: 'ADVISORY_DATA_UNVERIFIED',
      message: expect.stringContaining('does not have its digest') as string,
    });
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(readdirSync(root).filter((name) => name.startsWith('.tmp'))).toEqual([]);
  });

  it.each([
    ['a folder that is not there', 'nowhere/x.tar', 'NOT_FOUND'],
    ['a folder in its place', 'older', 'ACCESS_DENIED'],
  ])('refuses %s', async (_what, name, code) => {
    const request = { folder: older, file: path(name), signKeys: [] };
    await expect(exportBase(request, context())).rejects.toMatchObject({ code });
  });
});

describe('import', () => {
  it('makes a bundle the base, with the same content', async () => {
    const file = await bundle(newer, 'a');
    const change = await load(file, { keys: 'a' });
    expect(change.bundle).toMatchObject({ version: 20260201120000, isVerified: true });
    expect(await npmNames(folder)).toEqual(['left', 'right', 'middle']);
    const sets = (await readBaseStatus(newer, context())).sets;
    expect((await readBaseStatus(folder, context())).sets).toEqual(sets);
    expect(said).toEqual([]);
    // The same again is no step backwards, and its own export is the same file.
    await load(file, { keys: 'a' });
    expect(readFileSync(await bundle(folder, 'a')).equals(readFileSync(file))).toBe(true);
  });

  it('takes the place of all that was there, and names what is lost', async () => {
    const base = await makeBase('npm-only', ['left', 'right', 'middle'], NOW);
    rmSync(join(base, 'manifest.json'));
    const alone = join(root, 'alone-records');
    mkdirSync(alone);
    const text = record('left');
    const npm = { ...(JSON.parse(text) as object), affected: [affectedOf(text)[0]] };
    writeFileSync(join(alone, 'left.json'), JSON.stringify(npm));
    await importIntoBase({ folder: base, paths: [alone] }, context());
    const small = await bundle(base, 'a');
    const big = await makeBase('to-be-replaced', ['left'], NOW);
    folder = big;
    await load(small, { keys: 'a' });
    expect((await readBaseStatus(folder, context())).sets.map((set) => set.ecosystem)).toEqual([
      'npm',
    ]);
    expect(said.join()).toContain('osv/pypi');
  });

  it.each([
    ['two of two', 'ab', 'ab', undefined],
    ['one of two, as asked', 'a', 'ab', 1],
    ['two of three', 'ac', 'abc', 2],
    ['a key given twice counts once', 'a', 'aa', undefined],
    ['signatures of others beside', 'abc', 'b', undefined],
  ])('takes %s', async (_what, signers, keys, threshold) => {
    const setup = { keys, ...(threshold === undefined ? {} : { threshold }) };
    await load(await bundle(older, signers), setup);
    expect(await npmNames(folder)).toEqual(['left', 'right']);
  });

  it.each([
    ['an unsigned bundle', { signers: '', keys: 'a' }, 'is not signed'],
    ['a wrong key', { signers: 'b', keys: 'a' }, '0 of 1 required signature'],
    ['one of two required', { signers: 'a', keys: 'ab' }, '1 of 2 required signatures'],
    ['one of three, and not two', { signers: 'a', keys: 'abc', threshold: 2 }, '1 of 2 required'],
  ])('refuses %s', async (_what, { signers, ...setup }, reason) => {
    const file = await bundle(newer, signers);
    folder = await copyOf(older);
    await refuses(() => load(file, setup), 'ADVISORY_DATA_UNVERIFIED', reason);
  });

  it('refuses an expired bundle, from its last instant on', async () => {
    const file = await bundle(older, 'a', { expires: { afterMs: DAY_MS } });
    await load(file, { keys: 'a', now: NOW + DAY_MS - 1 });
    await refuses(() => load(file, { keys: 'a', now: NOW + DAY_MS }), 'ADVISORY_DATA_STALE');
  });

  it('refuses an older version, and remembers over changed keys that overlap', async () => {
    const [old, recent] = [await bundle(older, 'ab'), await bundle(newer, 'ab')];
    await load(recent, { keys: 'a' });
    await refuses(() => load(old, { keys: 'a' }), 'ADVISORY_DATA_STALE', 'older than version');
    await load(recent, { keys: 'ab' });
    await load(recent, { keys: 'b' });
    await refuses(() => load(old, { keys: 'b' }), 'ADVISORY_DATA_STALE');
    await load(old, { keys: 'b', forgetKeys: true });
    expect(await npmNames(folder)).toEqual(['left', 'right']);
  });

  it('refuses the same version with other content, and takes a later expiry', async () => {
    await load(await bundle(older, 'a', { version: 5 }), { keys: 'a' });
    const other = await bundle(newer, 'a', { version: 5 });
    await refuses(() => load(other, { keys: 'a' }), 'ADVISORY_DATA_UNVERIFIED', 'other content');
    await load(await bundle(older, 'a', { version: 5, expires: { afterMs: DAY_MS } }), {
      keys: 'a',
    });
  });

  it('refuses other keys and unsigned data after an import with keys, unless they are forgotten', async () => {
    await load(await bundle(older, 'a'), { keys: 'a' });
    const foreign = await bundle(newer, 'b');
    await refuses(() => load(foreign, { keys: 'b' }), 'ADVISORY_DATA_UNVERIFIED', 'not signed by');
    await refuses(() => load(foreign), 'ADVISORY_DATA_UNVERIFIED', 'not verified');
    const feed = path('newer-records');
    await refuses(() => load(feed), 'ADVISORY_DATA_UNVERIFIED', 'not verified');
    await load(foreign, { forgetKeys: true });
    expect((await verifyBase(folder, context())).lastVerified).toBeUndefined();
    await load(feed);
  });

  it('takes an unsigned bundle where no key was ever given, and warns', async () => {
    await load(await bundle(older, ''));
    expect(said.join()).toContain('no --verify-key');
  });

  it('refuses a feed where keys are given', async () => {
    const feed = path('older-records');
    await expect(load(feed, { keys: 'a' })).rejects.toMatchObject({
      code: 'ADVISORY_DATA_UNVERIFIED',
    });
  });

  it('refuses a bundle that lost most of what was known', async () => {
    const few = await makeBase('few', ['left'], NOW + DAY_MS);
    folder = await copyOf(newer);
    const file = await bundle(few, 'a');
    await refuses(() => load(file, { keys: 'a' }), 'ADVISORY_DATA_IMPLAUSIBLE');
  });

  it.each([
    ['a threshold above the keys', { keys: 'a', threshold: 2 }],
    ['a threshold without keys', { threshold: 1 }],
  ])('does not understand %s', async (_what, setup) => {
    await expect(load(await bundle(older, 'a'), setup)).rejects.toMatchObject({ code: 'USAGE' });
  });

  it('takes a bundle only by itself', async () => {
    const file = await bundle(older, 'a');
    const request = { folder, paths: [file, path('older-records')] };
    await expect(importIntoBase(request, context())).rejects.toMatchObject({ code: 'USAGE' });
  });
});

/** Runs what must fail with this code and reason, and must leave the base as it was. */
async function refuses(act: () => Promise<unknown>, code: string, reason = ''): Promise<void> {
  const before = contentOf(folder);
  await expect(act()).rejects.toMatchObject({
    code,
    message: expect.stringContaining(reason) as string,
  });
  expect(contentOf(folder)).toEqual(before);
}

function affectedOf(text: string): readonly unknown[] {
  return (JSON.parse(text) as { readonly affected: readonly unknown[] }).affected;
}

async function copyOf(base: string): Promise<string> {
  for (const name of readdirSync(base)) copyFileSync(join(base, name), join(folder, name));
  await verifyBase(folder, context());
  return folder;
}

function flip(file: string, offset: number): void {
  const bytes = readFileSync(file);
  bytes[offset] = (bytes[offset] ?? 0) ^ 1;
  writeFileSync(file, bytes);
}

describe('a damaged bundle', () => {
  it('shows a flipped bit anywhere', async () => {
    const whole = readFileSync(await bundle(older, 'ab', { expires: { afterMs: DAY_MS } }));
    const file = path('flipped.tar');
    const request = { path: file, verifyKeys: publicKeys('ab') };
    const unnoticed: number[] = [];
    for (let offset = 0; offset < whole.length; offset += 11) {
      const bytes = Buffer.from(whole);
      bytes[offset] = (bytes[offset] ?? 0) ^ (1 << (offset % 8));
      writeFileSync(file, bytes);
      const code = await verifyBundle(request, context()).then(() => undefined, codeOf);
      if (code !== 'ADVISORY_DATA_UNVERIFIED') unnoticed.push(offset);
    }
    expect(unnoticed).toEqual([]);
  });

  it('is refused wherever it is cut off, and with anything after it', async () => {
    const whole = readFileSync(await bundle(older, 'a'));
    folder = await copyOf(older);
    const file = path('cut.tar');
    for (let length = 10; length < whole.length; length += 331) {
      writeFileSync(file, whole.subarray(0, length));
      const code = await load(file, { keys: 'a' }).then(() => undefined, codeOf);
      expect(code).toBe('ADVISORY_DATA_UNVERIFIED');
    }
    for (const more of [1, 512, 10240]) {
      writeFileSync(file, Buffer.concat([whole, Buffer.alloc(more)]));
      await refuses(() => load(file, { keys: 'a' }), 'ADVISORY_DATA_UNVERIFIED', 'more than it');
    }
  });

  it('leaves no file behind where the last file is flipped', async () => {
    const file = await bundle(newer, 'a');
    folder = await copyOf(older);
    flip(file, readFileSync(file).length - 1024 - 600);
    await refuses(() => load(file, { keys: 'a' }), 'ADVISORY_DATA_UNVERIFIED', 'digest');
  });
});

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : error;
}

/** Bundles that are signed rightly and are not what they should be. */
describe('a bundle of somebody who has the key', () => {
  interface Parts {
    manifest: BundleManifest;
    members: TarMember[];
  }

  /** Takes a good bundle apart, lets it be changed, and signs it again. */
  async function forged(change: (parts: Parts) => void): Promise<string> {
    const base = newer;
    const text = readFileSync(join(base, 'manifest.json'));
    const blocks = readdirSync(base)
      .filter((name) => name.endsWith('.adv'))
      .sort();
    const whole = readFileSync(await bundle(base, ''));
    const size = Number.parseInt(whole.toString('latin1', 124, 135), 8);
    const parts: Parts = {
      manifest: readBundleManifest('x', whole.subarray(512, 512 + size)),
      members: [
        { path: 'manifest.json', body: text },
        ...blocks.map((name) => ({ path: name, body: readFileSync(join(base, name)) })),
      ],
    };
    change(parts);
    const signed = formatBundleManifest(parts.manifest);
    const key = await readSigningKey(path('a.pem'), undefined);
    const signatures = formatSignatures(signed, [{ keyId: key.id, signature: key.sign(signed) }]);
    bundleCount += 1;
    const file = path(`bundle-${bundleCount}.tar`);
    const head = [
      { path: 'bundle.json', body: signed },
      { path: 'signatures.json', body: signatures },
    ];
    writeFileSync(file, writeTar([...head, ...parts.members]));
    return file;
  }

  function withManifest(parts: Parts, text: Buffer): void {
    const first = { name: 'manifest.json', sha256: sha256Hex(text), sizeBytes: text.length };
    parts.manifest = { ...parts.manifest, files: [first, ...parts.manifest.files.slice(1)] };
    parts.members[0] = { path: 'manifest.json', body: text };
  }

  it('is taken where nothing is changed', async () => {
    const file = await forged(() => undefined);
    await load(file, { keys: 'a' });
    expect(readFileSync(file).equals(readFileSync(await bundle(newer, 'a')))).toBe(true);
  });

  const cases: readonly [string, string, (parts: Parts) => void][] = [
    ['a file more than it names', 'more than it names', ({ members }) => members.push(extra())],
    ['a file less than it names', 'is cut off', ({ members }) => members.pop()],
    [
      'the name of a file twice',
      'where',
      ({ members }) => (members[2] = { ...members[2], path: members[1]?.path ?? 'more.adv' }),
    ],
    ['two files in another order', 'where', ({ members }) => members.reverse()],
    [
      'a way out of the folder in the archive',
      'where',
      ({ members }) => (members[1] = { ...members[1], path: '../../escaped.adv' }),
    ],
    [
      'a link in place of a file',
      '',
      ({ members }) => (members[1] = { path: 'x', type: 'symlink', target: '/etc/passwd' }),
    ],
    [
      'another mode than export gives',
      'does not write',
      ({ members }) => (members[1] = { ...(members[1] ?? extra()), mode: 0o777 }),
    ],
    [
      'a way out of the folder in its manifest',
      'has no place there',
      (parts) => {
        const file = { name: '../escaped.adv', sha256: sha256Hex(Buffer.from('x')), sizeBytes: 1 };
        parts.manifest = { ...parts.manifest, files: [...parts.manifest.files, file] };
        parts.members.push({ path: file.name, body: 'x' });
      },
    ],
    [
      'a file that its base does not name',
      'does not name',
      (parts) => {
        const sha256 = sha256Hex(Buffer.from('x'));
        const file = { name: `${sha256}.adv`, sha256, sizeBytes: 1 };
        const blocks = [...parts.manifest.files.slice(1), file];
        blocks.sort((a, b) => (a.name < b.name ? -1 : 1));
        parts.manifest = {
          ...parts.manifest,
          files: [...parts.manifest.files.slice(0, 1), ...blocks],
        };
        parts.members.splice(blocks.indexOf(file) + 1, 0, { path: file.name, body: 'x' });
      },
    ],
    [
      'a size beyond all reason',
      'more than any base has',
      (parts) => {
        const files = parts.manifest.files.flatMap((file, index) =>
          index === 0
            ? [file]
            : Array.from({ length: 20 }, (_item, copy) => {
                const sha256 = sha256Hex(Buffer.from(`${index}-${copy}`));
                return { name: `${sha256}.adv`, sha256, sizeBytes: 2 ** 33 - 1 };
              }),
        );
        const [first, ...blocks] = files;
        blocks.sort((a, b) => (a.name < b.name ? -1 : 1));
        parts.manifest = {
          ...parts.manifest,
          files: first === undefined ? [] : [first, ...blocks],
        };
      },
    ],
    [
      'a version that is none',
      'bad "version"',
      (parts) => (parts.manifest = { ...parts.manifest, version: -1 }),
    ],
    ['no manifest of a base', 'does not begin', (parts) => (parts.manifest = noFiles(parts))],
    [
      'a manifest of a base that is none',
      'cannot be read',
      (parts) => withManifest(parts, Buffer.from('{')),
    ],
  ];

  function extra(): TarMember {
    return { path: 'more.adv', body: 'more' };
  }

  function noFiles({ manifest }: Parts): BundleManifest {
    return { ...manifest, files: [] };
  }

  it.each(cases)('is refused with %s', async (_what, reason, change) => {
    const file = await forged(change);
    folder = await copyOf(older);
    await refuses(() => load(file, { keys: 'a' }), 'ADVISORY_DATA_UNVERIFIED', reason);
    expect(existsSync(join(root, 'escaped.adv'))).toBe(false);
  });

  it('is refused with a base of nothing', async () => {
    const { formatManifest } = await import('../store/store-manifest.ts');
    const file = await forged((parts) => {
      parts.manifest = { ...parts.manifest, files: parts.manifest.files.slice(0, 1) };
      parts.members.splice(1);
      withManifest(parts, Buffer.from(formatManifest([])));
    });
    folder = await copyOf(older);
    await refuses(() => load(file, { keys: 'a' }), 'ADVISORY_DATA_IMPLAUSIBLE', 'no advisory');
  });
});

describe('verify', () => {
  it('reads a bundle without keys, and says that nobody vouches', async () => {
    const file = await bundle(older, 'a');
    const checked = await verifyBundle({ path: file, verifyKeys: [] }, context());
    expect(checked).toMatchObject({ isVerified: false, version: 20260131120000 });
    expect(checked.sets).toHaveLength(2);
  });

  it('refuses what is no bundle', async () => {
    const request = { path: path('a.pub'), verifyKeys: [] };
    await expect(verifyBundle(request, context())).rejects.toMatchObject({
      code: 'ADVISORY_DATA_UNVERIFIED',
    });
  });

  it('finds every flipped byte of the stored base', async () => {
    await load(await bundle(older, 'a'), { keys: 'a' });
    expect(await verifyBase(folder, context())).toMatchObject({
      lastVerified: { version: 20260131120000, isUnchanged: true },
    });
    for (const name of readdirSync(folder).filter((item) => /\.adv$|^manifest/.test(item))) {
      const file = join(folder, name);
      const whole = readFileSync(file);
      for (let offset = 0; offset < whole.length; offset += 53) {
        flip(file, offset);
        const code = await verifyBase(folder, context()).then(() => undefined, codeOf);
        // White space and member order of the manifest say nothing and are not signed.
        const isNoticed = code === 'ADVISORY_DATA_UNVERIFIED' || whole[offset] === 0x20;
        expect([name, offset, isNoticed]).toEqual([name, offset, true]);
        writeFileSync(file, whole);
      }
    }
  });

  it('says where an update changed what was verified', async () => {
    await load(await bundle(older, 'a'), { keys: 'a' });
    const feed = path('newer-records');
    const last = readFileSync(join(folder, 'last-verified.json'));
    await load(feed, { forgetKeys: true });
    writeFileSync(join(folder, 'last-verified.json'), last);
    expect(await verifyBase(folder, context())).toMatchObject({
      lastVerified: { isUnchanged: false },
    });
  });

  it('refuses where what was remembered cannot be read', async () => {
    const file = await bundle(older, 'a');
    await load(file, { keys: 'a' });
    writeFileSync(join(folder, 'last-verified.json'), '{}');
    await refuses(() => load(file, { keys: 'a' }), 'ADVISORY_DATA_UNVERIFIED', 'cannot be read');
    await load(file, { keys: 'a', forgetKeys: true });
  });
});
