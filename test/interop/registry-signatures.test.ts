/**
 * `npm audit signatures` of the real npm through the package registry: keys, signatures and
 * attestations come from it, and the root of Sigstore from a mirror of TUF.
 */

import { execFile } from 'node:child_process';
import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { missingForInterop } from '../support/interop.ts';
import {
  integrityOf,
  startNpmUplink,
  uplinkTarball,
  type NpmUplink,
} from '../support/npm-uplink.ts';
import {
  provenanceRow,
  PUBLISH,
  publishRow,
  rootsOf,
  SLSA,
  statementAbout,
} from '../support/package-attestations.ts';
import { startRegistry, type RunningRegistry } from '../support/running-registry.ts';
import { SigstoreMock } from '../support/sigstore-mock.ts';
import { needs } from '../support/tools.ts';
import { startTufMirror, type TufMirror } from '../support/tuf-mirror.ts';

const missing = missingForInterop('npm', 'openssl');
const OLD = '2026-01-01T00:00:00.000Z';
const TYPE = 'ecdsa-sha2-nistp256';
const HINT = 'SHA256:one';
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const KEYS = [
  {
    expires: null,
    keyid: HINT,
    keytype: TYPE,
    scheme: TYPE,
    key: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
  },
];
/** What a document states about attestations; clients take the path of the address alone. */
const stated = (name: string): object => ({
  attestations: {
    url: `https://else.example/-/npm/v1/attestations/${name}@1.0.0`,
    provenance: { predicateType: SLSA },
  },
});

/** A signature of the registry. */
function signedDist(name: string, version: string): object {
  const text = `${name}@${version}:${integrityOf(uplinkTarball(name, version))}`;
  const sig = sign('sha256', Buffer.from(text), privateKey).toString('base64');
  return { signatures: [{ keyid: HINT, sig }] };
}

describe.skipIf(missing !== undefined)(`npm audit signatures${needs(missing)}`, () => {
  let uplink: NpmUplink;
  let mirror: TufMirror;
  let folder = '';
  let registry: RunningRegistry;
  let url = '';

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'assay-signatures-'));
    const mock = await SigstoreMock.start();
    mirror = await startTufMirror(folder, mock.root());
    uplink = await startNpmUplink();
    const documents = new Map<string, string>();
    for (const name of ['proven', 'forged']) {
      const purl = `pkg:npm/${name}@1.0.0`;
      const bytes = uplinkTarball(name, '1.0.0');
      const wrong = uplinkTarball(name, '2.0.0');
      const rows = [
        await publishRow(
          mock,
          { hint: HINT, privateKey, publicKey },
          statementAbout(purl, bytes, { type: PUBLISH }),
        ),
        await provenanceRow(
          mock,
          await mock.certify(),
          statementAbout(purl, name === 'forged' ? wrong : bytes),
        ),
      ];
      documents.set(`/-/npm/v1/attestations/${name}@1.0.0`, JSON.stringify({ attestations: rows }));
      const dist = { ...signedDist(name, '1.0.0'), ...stated(name) };
      uplink.packages.set(name, { versions: { '1.0.0': { time: OLD, dist } } });
    }
    const plain = { '1.0.0': { time: OLD, dist: signedDist('plain', '1.0.0') } };
    uplink.packages.set('plain', { versions: plain });
    uplink.intercept = ({ url: target = '' }, response) => {
      const document =
        target === '/-/npm/v1/keys' ? JSON.stringify({ keys: KEYS }) : documents.get(target);
      if (document !== undefined) response.end(document);
      return document !== undefined;
    };
    registry = await startRegistry(folder, {
      settings: { uplinks: [new URL(uplink.url)] },
      sources: { roots: rootsOf(mock) },
    });
    ({ url } = registry);
  });
  afterAll(async () => {
    await registry[Symbol.asyncDispose]();
    await uplink[Symbol.asyncDispose]();
    await mirror[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  function npm(
    label: string,
    dependencies: Readonly<Record<string, string>>,
    registry: string,
    args: readonly string[],
  ): Promise<{ readonly code: number; readonly output: string }> {
    const cwd = path.join(folder, label);
    const cache = path.join(folder, `${label}-cache`);
    mkdirSync(cwd, { recursive: true });
    mirror.seed(cache);
    const manifest = { name: 'app', version: '1.0.0', private: true, dependencies };
    writeFileSync(path.join(cwd, 'package.json'), JSON.stringify(manifest));
    const env = {
      PATH: process.env['PATH'] ?? '',
      HOME: folder,
      npm_config_registry: registry,
      npm_config_cache: cache,
      npm_config_fetch_retries: '0',
      npm_config_update_notifier: 'false',
      ...mirror.env,
    };
    return new Promise((resolve) => {
      execFile('npm', [...args], { cwd, env, timeout: 240_000 }, (error, stdout, stderr) => {
        const code = error === null ? 0 : Number(error.code ?? 1);
        resolve({ code, output: stdout + stderr });
      });
    });
  }

  const INSTALL = ['install', '--no-audit', '--no-fund'];

  it('verifies signatures and attestations that the registry serves', async () => {
    const dependencies = { proven: '1.0.0', plain: '1.0.0' };
    expect(await npm('right', dependencies, url, INSTALL)).toMatchObject({ code: 0 });
    const { code, output } = await npm('right', dependencies, url, ['audit', 'signatures']);
    expect(output).toContain('2 packages have verified registry signatures');
    expect(output).toContain('1 package has a verified attestation');
    expect(code).toBe(0);
    expect(mirror.requests).toContain('/timestamp.json');
  });

  it('finds the same attestation wrong that the registry refuses', async () => {
    const dependencies = { forged: '1.0.0' };
    const refused = await npm('refused', dependencies, url, INSTALL);
    expect(refused.code).not.toBe(0);
    expect(refused.output).toContain(
      'forged@1.0.0 is refused: one of its attestations is about another file',
    );
    // Without the registry npm installs it, and finds out only when it is asked.
    expect(await npm('direct', dependencies, uplink.url, INSTALL)).toMatchObject({ code: 0 });
    const audited = await npm('direct', dependencies, uplink.url, ['audit', 'signatures']);
    expect(audited.code).not.toBe(0);
    expect(audited.output).toContain("doesn't match what was signed");
  });
});
