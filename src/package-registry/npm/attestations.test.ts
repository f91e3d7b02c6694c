/** Attestations of npm that are verified by a trusted root, with a stub uplink. */

import { generateKeyPairSync } from 'node:crypto';
import { symlinkSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';

import { uplinkTarball } from '../../../test/support/npm-uplink.ts';
import {
  PUBLISH,
  provenanceRow,
  publishRow,
  rootsOf,
  SLSA,
  statementAbout,
} from '../../../test/support/package-attestations.ts';
import { startRegistryScene, type RegistryScene } from '../../../test/support/registry-scene.ts';
import { SigstoreMock, type Json } from '../../../test/support/sigstore-mock.ts';
import { createMemoryReader } from '../../advisories/store/memory-reader.ts';
import { quietContext } from '../../core/base/context.ts';
import { DEFAULT_PACKAGE_POLICY, type PackagePolicy } from '../../scan/policy/package-policy.ts';
import { explainPackage } from '../explain.ts';
import { DEFAULT_REGISTRY_SETTINGS } from '../settings.ts';

const OLD = '2026-01-01T00:00:00.000Z';
const HINT = 'SHA256:one';
const TYPE = 'ecdsa-sha2-nistp256';
const registry = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const other = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const KEY = {
  expires: null,
  keyid: HINT,
  keytype: TYPE,
  scheme: TYPE,
  key: registry.publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
};
const EXPIRED = { ...KEY, keyid: 'SHA256:old', expires: '2026-01-29T00:00:00.000Z' };
const STATED = { attestations: { url: 'x', provenance: { predicateType: SLSA } } };

let mock: SigstoreMock;
/** The document of each version; `undefined`: the uplink has none. */
let documents: Readonly<Record<string, string | undefined>>;
let scene: RegistryScene;
afterEach(() => scene[Symbol.asyncDispose]());

const about = (version: string, more?: { readonly type?: string }): object =>
  statementAbout(`pkg:npm/left@${version}`, uplinkTarball('left', version), more);

beforeAll(async () => {
  mock = await SigstoreMock.start();
  const foreign = await SigstoreMock.start();
  const signer = await mock.certify();
  const stranger = await foreign.certify();
  const proven = (version: string, statement = about(version)): Promise<Json> =>
    provenanceRow(mock, signer, statement);
  const published = (version: string, hint = HINT, pair = registry): Promise<Json> =>
    publishRow(mock, { ...pair, hint }, about(version, { type: PUBLISH }));
  const changed = async (version: string): Promise<Json> => {
    const row = await proven('1.0.0');
    const { dsseEnvelope, ...bundle } = row['bundle'] as { readonly dsseEnvelope: Json };
    const payload = Buffer.from(JSON.stringify(about(version))).toString('base64');
    return { ...row, bundle: { ...bundle, dsseEnvelope: { ...dsseEnvelope, payload } } };
  };
  const list = (...rows: readonly Json[]): string => JSON.stringify({ attestations: rows });
  const right = list(await published('1.0.0'), await proven('1.0.0'));
  const otherName = statementAbout('pkg:npm/right@1.2.0', uplinkTarball('left', '1.2.0'));
  const apart = {
    ...about('1.13.0'),
    subject: [
      { name: 'pkg:npm/left@1.13.0', digest: { sha512: 'ab' } },
      { name: 'pkg:npm/else@1.0.0', digest: digestOf(about('1.13.0')) },
    ],
  };
  documents = {
    '1.0.0': right,
    '1.1.0': list(await proven('1.1.0', statementAbout('pkg:npm/left@1.1.0', Buffer.from('else')))),
    '1.2.0': list(await proven('1.2.0', otherName)),
    '1.3.0': list(await provenanceRow(foreign, stranger, about('1.3.0'))),
    '1.4.0': list(await changed('1.4.0')),
    '1.5.0': list(),
    '1.6.0': list(await published('1.6.0')),
    '1.7.0': undefined,
    '1.8.0': list(await published('1.8.0', 'SHA256:else'), await proven('1.8.0')),
    '1.9.0': list(await published('1.9.0', HINT, other), await proven('1.9.0')),
    '1.10.0': 'oops',
    '1.11.0': right,
    '1.12.0': list({ ...(await proven('1.12.0')), predicateType: PUBLISH }),
    '1.13.0': list(await proven('1.13.0', apart)),
    '1.14.0': list(await published('1.14.0', 'SHA256:old'), await proven('1.14.0')),
    '1.15.0': list(...Array.from({ length: 33 }, () => ({}))),
    '1.16.0': '{"attestations": [], "attestations": [{}]}',
    '1.17.0': list({ predicateType: SLSA, bundle: 'x' }),
  };
});

function digestOf(statement: object): object | undefined {
  const { subject } = statement as { readonly subject: readonly { readonly digest: object }[] };
  return subject[0]?.digest;
}

const WRONG: Readonly<Record<string, string>> = {
  '1.1.0': 'one of its attestations is about another file',
  '1.2.0': 'one of its attestations is about another file',
  '1.3.0':
    'one of its attestations has a certificate that the trusted root does not confirm for that time',
  '1.4.0': 'one of its attestations has a log entry that is about another signature',
  '1.5.0': 'its registry states provenance that its attestations do not contain',
  '1.6.0': 'its registry states provenance that its attestations do not contain',
  '1.9.0': 'one of its attestations was not made by the key SHA256:one',
  '1.10.0': 'its attestations are not JSON',
  '1.11.0': 'one of its attestations is about another file',
  '1.12.0': 'one of its attestations is listed under another type than it has',
  '1.13.0': 'one of its attestations is about another file',
  '1.14.0': 'one of its attestations is of the key SHA256:old, which had expired',
  '1.15.0': 'it has more than 32 attestations',
  '1.16.0': 'its attestations have a key twice',
  '1.17.0': 'one of its attestations is no bundle',
};
const SERVED: Readonly<Record<string, string>> = {
  '1.0.0': 'verified',
  '1.7.0': 'unchecked: its registry states attestations and does not serve them',
  '1.8.0': 'unchecked: one of its attestations is of a key that its registry does not publish',
};

async function start(
  policy: PackagePolicy = DEFAULT_PACKAGE_POLICY,
  more: NonNullable<Parameters<typeof startRegistryScene>[1]> = { roots: rootsOf(mock) },
): Promise<RegistryScene> {
  scene = await startRegistryScene(policy, more);
  const versions = Object.keys(documents).map(
    (version) => [version, { time: OLD, dist: STATED }] as const,
  );
  scene.uplink.packages.set('left', { versions: Object.fromEntries(versions) });
  scene.uplink.intercept = ({ url = '' }, response) => {
    const document = documents[url.slice('/-/npm/v1/attestations/left@'.length)];
    if (url === '/-/npm/v1/keys') response.end(JSON.stringify({ keys: [KEY, EXPIRED] }));
    else if (url.startsWith('/-/npm/v1/attestations/') && document !== undefined) {
      response.end(document);
    } else return false;
    return true;
  };
  return scene;
}

const tarball = (version: string): string => `/left/-/left-${version}.tgz`;

async function listed(): Promise<readonly string[]> {
  const { body } = await scene.get('/left');
  return Object.keys((JSON.parse(body.toString()) as { readonly versions: object }).versions);
}

const lastLine = (): { readonly causes?: readonly string[]; readonly attestations?: string } =>
  scene.logged.at(-1) as { readonly causes?: readonly string[]; readonly attestations?: string };

describe('attestations', () => {
  it('that are wrong hide the version once its file was requested, and the log has all results', async () => {
    const { get } = await start();
    expect(await listed()).toEqual(Object.keys(documents));
    const refused: Record<string, string> = {};
    const served: Record<string, string | undefined> = {};
    for (const version of Object.keys(documents)) {
      const { status } = await get(tarball(version));
      if (status === 200) served[version] = lastLine().attestations;
      else refused[version] = `${status} ${lastLine().causes?.join() ?? ''}`;
    }
    const expected = Object.entries(WRONG).map(
      ([version, text]) => [version, `403 attestation: ${text}`] as const,
    );
    expect(refused).toEqual(Object.fromEntries(expected));
    expect(served).toEqual(SERVED);
    expect(await listed()).toEqual(Object.keys(SERVED));
    // They are known: the file and the document of no version are fetched again.
    const { length } = scene.uplink.requests;
    expect((await get(tarball('1.0.0'))).status).toBe(200);
    expect((await get(tarball('1.3.0'))).status).toBe(403);
    expect(scene.uplink.requests).toHaveLength(length);
  });

  it('that are wrong let none of many requests pass, also after a restart without a network', async () => {
    const { get } = await start();
    await listed();
    for (const isOffline of [false, true]) {
      scene.isOffline = isOffline;
      if (isOffline) await scene.restart();
      const answers = await Promise.all(Array.from({ length: 20 }, () => get(tarball('1.3.0'))));
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 403));
    }
    const asked = scene.uplink.requests.filter((one) => one.includes('left@1.3.0'));
    expect(asked).toHaveLength(1);
  });

  it('that were damaged on the way are fetched again after a restart', async () => {
    const { get } = await start();
    const right = scene.uplink.intercept;
    scene.uplink.intercept = ({ url = '' }, response) => {
      if (url.includes('attestations')) response.end('<html>Log in to the network</html>');
      return url.includes('attestations');
    };
    expect((await get(tarball('1.0.0'))).status).toBe(403);
    scene.uplink.intercept = right;
    scene.now += 60_000;
    await scene.restart();
    expect((await get(tarball('1.0.0'))).status).toBe(200);
    expect(lastLine().attestations).toBe('verified');
  });

  it.each([
    [
      '{"attestations":[]}',
      {},
      'unchecked: its registry states attestations, and the list of them is empty',
    ],
    ['1.0.0', {}, 'verified'],
    ['1.0.0', { provenance: {} }, 'verified'],
  ])('%s that are stated as %o are %s', async (document, attestations, result) => {
    const { get } = await start();
    const dist = { attestations };
    scene.uplink.packages.set('left', { versions: { '1.0.0': { time: OLD, dist } } });
    const right = scene.uplink.intercept;
    scene.uplink.intercept = (request, response) => {
      if (document === '1.0.0' || request.url?.includes('attestations') !== true) {
        return right?.(request, response) === true;
      }
      response.end(document);
      return true;
    };
    expect((await get(tarball('1.0.0'))).status).toBe(200);
    expect(lastLine().attestations).toBe(result);
  });

  it('that could not be fetched are tried again later', async () => {
    const { get } = await start();
    const { intercept } = scene.uplink;
    scene.uplink.intercept = ({ url = '' }, response) => {
      if (!url.includes('attestations')) return false;
      response.writeHead(400).end();
      return true;
    };
    expect((await get(tarball('1.3.0'))).status).toBe(200);
    expect(lastLine().attestations).toMatch(/^unchecked: its attestations could not be fetched: /u);
    scene.uplink.intercept = intercept;
    expect((await get(tarball('1.3.0'))).status).toBe(200);
    scene.now += 300_000;
    expect((await get(tarball('1.3.0'))).status).toBe(403);
  });

  it.each([
    ['without a root', DEFAULT_PACKAGE_POLICY, {}, undefined],
    ['in a dry run', DEFAULT_PACKAGE_POLICY, { isDryRun: true }, `wrong: ${WRONG['1.3.0'] ?? ''}`],
    [
      'by an entry that names package and rule',
      {
        ...DEFAULT_PACKAGE_POLICY,
        allow: [{ package: 'left', lifts: ['attestation'], reason: 'seen', owner: 'sec' }],
      },
      {},
      `wrong: ${WRONG['1.3.0'] ?? ''}`,
    ],
  ])('are served %s', async (name, policy, more, result) => {
    const { get } = await start(policy, {
      ...more,
      ...(name !== 'without a root' && { roots: rootsOf(mock) }),
    });
    const answers = await Promise.all([1, 2, 3].map(() => get(tarball('1.3.0'))));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(lastLine().attestations).toBe(result);
  });

  it('that are stored are explained, and decide as they do in the registry', async () => {
    const { get } = await start();
    for (const version of ['1.0.0', '1.3.0']) await get(tarball(version));
    symlinkSync(scene.folder, path.join(scene.folder, 'npm'));
    const uplink = new URL(scene.uplink.url);
    const npm = { registryOf: () => uplink, accessTo: () => Promise.resolve({}) };
    const explained = async (spec: string): Promise<object | undefined> => {
      const { version } = await explainPackage(
        {
          spec,
          settings: {
            ...DEFAULT_REGISTRY_SETTINGS,
            folder: scene.folder,
            policy: DEFAULT_PACKAGE_POLICY,
          },
          advisories: { open: () => Promise.resolve(createMemoryReader([])), state: () => '' },
          sources: {
            npm,
            pip: { indexes: [], extraIndexes: [], accessTo: npm.accessTo },
            trust: undefined,
            roots: rootsOf(mock),
          },
        },
        quietContext({ now: () => scene.now }),
      );
      return version;
    };
    expect(await explained('left@1.0.0')).toMatchObject({
      action: 'serve',
      attestations: { state: 'verified' },
    });
    expect(await explained('left@1.3.0')).toMatchObject({
      action: 'hide',
      causes: [{ rule: 'attestation', text: WRONG['1.3.0'] }],
      attestations: { state: 'wrong' },
    });
    expect(await explained('left@1.1.0')).toMatchObject({
      action: 'serve',
      attestations: { state: 'unchecked', reason: 'its attestations were not fetched yet' },
    });
  });

  it('of a scope have its name encoded or not', async () => {
    const { get, uplink } = await start();
    const file = uplinkTarball('@acme/left', '1.0.0');
    for (const name of ['pkg:npm/%40acme/left@1.0.0', 'pkg:npm/@acme/left@1.0.0']) {
      const row = await provenanceRow(mock, await mock.certify(), statementAbout(name, file));
      uplink.packages.set('@acme/left', { versions: { '1.0.0': { time: OLD, dist: STATED } } });
      uplink.intercept = ({ url = '' }, response) => {
        if (!url.includes('/attestations/')) return false;
        response.end(JSON.stringify({ attestations: [row] }));
        return true;
      };
      expect((await get('/@acme/left/-/left-1.0.0.tgz')).status).toBe(200);
      expect(lastLine().attestations).toBe('verified');
      await scene.restart();
    }
  });
});

it('a file that runs scripts which its document does not name passes none of many requests', async () => {
  const rules = [{ kind: 'install-scripts', action: 'hide' }] as const;
  scene = await startRegistryScene({ rules, allow: [], block: [] });
  const files = { 'package.json': JSON.stringify({ scripts: { install: 'node x.js' } }) };
  scene.uplink.packages.set('left', { versions: { '1.0.0': { time: OLD, files } } });
  const answers = await Promise.all(Array.from({ length: 20 }, () => scene.get(tarball('1.0.0'))));
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 403));
});
