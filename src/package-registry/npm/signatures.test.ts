/**
 * Signatures of registries and attestations through the registry, with a stub uplink that signs.
 */

import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';

import { integrityOf, uplinkTarball } from '../../../test/support/npm-uplink.ts';
import {
  SCENE_BASE,
  startRegistryScene,
  type RegistryScene,
} from '../../../test/support/registry-scene.ts';
import { DEFAULT_PACKAGE_POLICY, type PackagePolicy } from '../../scan/policy/package-policy.ts';

const OLD = '2026-01-01T00:00:00.000Z';
const TYPE = 'ecdsa-sha2-nistp256';
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const other = generateKeyPairSync('ec', { namedCurve: 'P-256' });

function keyRow(keyid: string, key: KeyObject, expires: string | null = null): object {
  const der = key.export({ type: 'spki', format: 'der' }).toString('base64');
  return { expires, keyid, keytype: TYPE, scheme: TYPE, key: der };
}

const KEYS = [
  keyRow('SHA256:one', publicKey),
  keyRow('SHA256:old', publicKey, '2025-01-29T00:00:00.000Z'),
];

/** A signature over `left@VERSION:INTEGRITY`, or over another text. */
function signed(version: string, keyid = 'SHA256:one', text?: string, key = privateKey): object {
  const integrity = integrityOf(uplinkTarball('left', version));
  const signature = sign('sha256', Buffer.from(text ?? `left@${version}:${integrity}`), key);
  return { signatures: [{ keyid, sig: signature.toString('base64') }] };
}

const two = (a: object, b: object): object => ({
  signatures: [a, b].flatMap((one) => (one as { signatures: object[] }).signatures),
});
/** Each version has one kind of signature. */
const VERSIONS = {
  '1.0.0': { time: OLD, dist: signed('1.0.0') },
  '1.1.0': { time: OLD },
  '1.2.0': { time: OLD, dist: signed('1.0.0') },
  '1.3.0': { time: OLD, dist: signed('1.3.0', 'SHA256:one', undefined, other.privateKey) },
  '1.4.0': { time: OLD, dist: signed('1.4.0', 'SHA256:else') },
  '1.5.0': { time: OLD, dist: signed('1.5.0', 'SHA256:old') },
  '1.6.0': { time: '2025-01-01T00:00:00.000Z', dist: signed('1.6.0', 'SHA256:old') },
  '1.7.0': { dist: signed('1.7.0', 'SHA256:old') },
  '1.8.0': { time: OLD, dist: two(signed('1.8.0'), signed('1.8.0', 'SHA256:else')) },
  '1.9.0': { time: OLD, dist: two(signed('1.9.0'), signed('1.0.0')) },
  '1.10.0': { time: OLD, dist: { signatures: [] } },
  '1.11.0': { time: OLD, dist: { signatures: [{ keyid: 'SHA256:one', sig: 'x' }] } },
  '1.12.0': { time: OLD, dist: { signatures: 'SHA256:one' } },
};
const WRONG = 'signature: its signature of the key SHA256:one is not right';
const WRONGS = {
  '1.2.0': WRONG,
  '1.3.0': WRONG,
  '1.5.0': 'signature: its signature is of the key SHA256:old, which had expired',
  '1.9.0': WRONG,
  '1.11.0': WRONG,
};
const UNSIGNED = {
  '1.1.0': 'unsigned: it has no signature',
  '1.4.0': 'unsigned: it is signed with a key that its registry does not publish',
  '1.7.0': 'unsigned: its key has expired, and it has no date of publication',
  '1.10.0': 'unsigned: it has no signature',
  '1.12.0': 'unsigned: it has no signature',
};
const ONLY_SIGNED: PackagePolicy = {
  ...DEFAULT_PACKAGE_POLICY,
  rules: [...DEFAULT_PACKAGE_POLICY.rules, { kind: 'unsigned', action: 'hide' }],
};

let scene: RegistryScene;
let keysAnswer: { status: number; keys?: readonly object[] };
afterEach(() => scene[Symbol.asyncDispose]());

async function start(policy?: PackagePolicy): Promise<RegistryScene> {
  scene = await startRegistryScene(policy);
  keysAnswer = { status: 200, keys: KEYS };
  scene.uplink.packages.set('left', { versions: VERSIONS });
  scene.uplink.intercept = (request, response) => {
    const isAttestation = request.url === '/-/npm/v1/attestations/left@1.0.0';
    if (isAttestation) response.end('{"attestations": [ ]}\n');
    if (request.url !== '/-/npm/v1/keys') return isAttestation;
    response.writeHead(keysAnswer.status).end(JSON.stringify({ keys: keysAnswer.keys }));
    return true;
  };
  return scene;
}

/** Returns the cause for each version that is not served. */
async function causes(): Promise<Readonly<Record<string, string>>> {
  const found: Record<string, string> = {};
  const listed = JSON.parse((await scene.get('/left')).body.toString()) as { versions?: object };
  for (const version of Object.keys(VERSIONS)) {
    const { status } = await scene.get(`/left/-/left-${version}.tgz`);
    expect(status).toBe(Object.hasOwn(listed.versions ?? {}, version) ? 200 : 403);
    const line = scene.logged.at(-1) as { readonly causes?: readonly string[] };
    if (line.causes !== undefined) found[version] = line.causes.join(' | ');
  }
  return found;
}

describe('signatures', () => {
  it('that are wrong hide the version, by default', async () => {
    await start();
    expect(await causes()).toEqual(WRONGS);
  });

  it('are required by a rule', async () => {
    await start(ONLY_SIGNED);
    expect(await causes()).toEqual({ ...WRONGS, ...UNSIGNED });
  });

  it('are compared with nothing where the uplink publishes no keys', async () => {
    await start(ONLY_SIGNED);
    keysAnswer = { status: 404 };
    expect(await causes()).toEqual({});
    expect((await scene.get('/-/npm/v1/keys')).status).toBe(404);
  });

  it('count as missing while the keys cannot be fetched', async () => {
    await start(ONLY_SIGNED);
    keysAnswer = { status: 400 };
    const text = 'unsigned: the keys of its registry could not be fetched';
    expect(Object.values(await causes())).toEqual(Object.keys(VERSIONS).map(() => text));
    keysAnswer = { status: 200, keys: KEYS };
    scene.now += 3_600_000;
    expect(await causes()).toEqual({ ...WRONGS, ...UNSIGNED });
  });

  it('are compared with the keys that were seen before, also without a network', async () => {
    await start();
    await causes();
    const others = [{ ...KEYS[0], keytype: 'rsa' }];
    for (const answer of [
      { status: 404 },
      { status: 200, keys: [] },
      { status: 200, keys: others },
    ]) {
      keysAnswer = answer;
      scene.now += 3 * 3_600_000;
      expect(await causes()).toEqual(WRONGS);
      await scene.restart();
      expect(await causes()).toEqual(WRONGS);
    }
    scene.isOffline = true;
    await scene.restart();
    const documented = JSON.parse((await scene.get('/left')).body.toString()) as object;
    expect(documented).toMatchObject({ 'dist-tags': { latest: '1.12.0' } });
    expect(JSON.stringify(documented)).not.toContain('left-1.2.0.tgz');
  });

  it.each([
    ['an entry without rules', { package: 'left' }, true],
    ['a pattern', { package: 'l*', lifts: ['signature'] }, true],
    ['an entry that names package and rule', { package: 'left', lifts: ['signature'] }, false],
  ])('are not lifted by %s: %o', async (_, entry, isHidden) => {
    const allow = [{ ...entry, reason: 'seen', owner: 'sec' }];
    await start({ ...DEFAULT_PACKAGE_POLICY, allow });
    expect(await causes()).toEqual(isHidden ? WRONGS : {});
  });

  it('and keys are served as they are published', async () => {
    const { get } = await start();
    expect(JSON.parse((await get('/-/npm/v1/keys')).body.toString())).toEqual({ keys: KEYS });
    for (const accept of ['*/*', 'application/vnd.npm.install-v1+json']) {
      const { body } = await get('/left', { accept });
      const { versions } = JSON.parse(body.toString()) as {
        readonly versions: Readonly<Record<string, { readonly dist: object }>>;
      };
      expect(versions['1.0.0']?.dist).toMatchObject(VERSIONS['1.0.0'].dist);
    }
  });
});

describe('attestations', () => {
  const url = 'https://elsewhere.example.com/-/npm/v1/attestations/left@1.0.0';
  const dist = { attestations: { url, provenance: { predicateType: 'p' } } };

  it('are served byte for byte, from the store as well', async () => {
    const { get, uplink } = await start();
    uplink.packages.set('left', { versions: { '1.0.0': { time: OLD, dist } } });
    const manifest = JSON.parse((await get('/left/1.0.0')).body.toString()) as {
      readonly dist: { readonly attestations: { readonly url: string } };
    };
    const address = manifest.dist.attestations.url;
    expect(address).toBe(`${SCENE_BASE}-/npm/v1/attestations/left@1.0.0`);
    const { pathname } = new URL(address);
    for (const isOffline of [false, true]) {
      scene.isOffline = isOffline;
      expect((await get(pathname)).body.toString()).toBe('{"attestations": [ ]}\n');
    }
    expect(uplink.requests.filter((one) => one.includes('attestations'))).toHaveLength(1);
  });

  it('are refused for hidden versions, and missing where the document names none', async () => {
    const block = [{ package: 'left', versions: '1.0.0', reason: 'no', owner: 'sec' }];
    const { get, uplink } = await start({ rules: [], allow: [], block });
    const versions = { '1.0.0': { time: OLD, dist }, '1.1.0': { time: OLD } };
    uplink.packages.set('left', { versions });
    expect((await get('/-/npm/v1/attestations/left@1.0.0')).status).toBe(403);
    expect((await get('/-/npm/v1/attestations/left@1.1.0')).status).toBe(404);
    expect((await get('/-/npm/v1/attestations/left@1.2.0')).status).toBe(404);
    expect((await get('/-/npm/v1/attestations/left')).status).toBe(404);
    expect((await get('/-/npm/v1/attestations/@a%2fb@1.0.0')).status).toBe(404);
    expect(uplink.requests.filter((one) => one.includes('attestations'))).toEqual([]);
  });
});
