/**
 * Packages of lockfiles in the store of a registry: stored, refused, other digests, missing; and
 * served without an uplink.
 */

import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { affects, anAdvisory } from '../../test/support/model.ts';
import { startNpmUplink, uplinkTarball, type NpmUplink } from '../../test/support/npm-uplink.ts';
import { startPypiUplink, type PypiUplink } from '../../test/support/pypi-uplink.ts';
import { wheelBytes } from '../../test/support/wheels.ts';
import { createMemoryReader } from '../advisories/store/memory-reader.ts';
import { quietContext } from '../core/base/context.ts';
import type { Digest } from '../core/model/artifact/artifact.ts';
import { DEFAULT_PACKAGE_POLICY } from '../scan/policy/package-policy.ts';
import { DEFAULT_REGISTRY_SETTINGS } from './settings.ts';
import { warmStore, type WarmPackage, type WarmResult } from './warm.ts';

let folder = '';
let uplink: NpmUplink;
let index: PypiUplink;
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'assay-warm-'));
  uplink = await startNpmUplink();
  index = await startPypiUplink();
  uplink.packages.set('left', { versions: { '1.0.0': {}, '1.1.0': {} } });
  index.projects.set('right', [
    { name: 'right-1.0-py3-none-any.whl', bytes: wheelBytes({ name: 'right', version: '1.0' }) },
    { name: 'right-1.0.tar.gz', bytes: Buffer.from('x') },
  ]);
});
afterEach(async () => {
  await uplink[Symbol.asyncDispose]();
  await index[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

const MALWARE = anAdvisory('MAL-2026-1', {
  affected: [affects('left', [], { versions: ['1.1.0'] })],
});

function digestOf(algorithm: 'sha1' | 'sha256' | 'sha512', bytes: Uint8Array): Digest {
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`;
}

function npm(version: string, digests: readonly Digest[] = [], name = 'left'): WarmPackage {
  return { ecosystem: 'npm', name, version, digests };
}

function python(version: string, digests: readonly Digest[] = []): WarmPackage {
  return { ecosystem: 'pypi', name: 'right', version, digests };
}

async function warm(
  packages: readonly WarmPackage[],
  isOffline = false,
): Promise<readonly (readonly [WarmResult['outcome'], string | undefined])[]> {
  const results = await warmStore(
    {
      settings: {
        ...DEFAULT_REGISTRY_SETTINGS,
        folder,
        policy: DEFAULT_PACKAGE_POLICY,
        uplinks: [new URL(uplink.url)],
        pypi: { uplinks: [new URL(index.url)], privateNames: [] },
      },
      sources: {
        npm: { registryOf: () => undefined, accessTo: () => Promise.resolve({}) },
        pip: { indexes: [], extraIndexes: [], accessTo: () => Promise.resolve({}) },
        trust: undefined,
      },
      advisories: {
        open: () => Promise.resolve(createMemoryReader([MALWARE])),
        state: () => 'one',
      },
      packages,
      onEvent: () => undefined,
    },
    quietContext(isOffline ? {} : { fetch: globalThis.fetch }),
  );
  return results.map(({ outcome, text }) => [outcome, text]);
}

it('stores what agrees, and says what does not', async () => {
  const good = digestOf('sha512', uplinkTarball('left', '1.0.0'));
  const bad: Digest = `sha512:${'0'.repeat(128)}`;
  expect(
    await warm([
      npm('1.0.0', [good]),
      npm('1.0.0', [bad]),
      npm('1.0.0', [digestOf('sha1', uplinkTarball('left', '1.0.0'))]),
      npm('1.1.0'),
      npm('2.0.0'),
      npm('1.0.0', [], 'absent'),
    ]),
  ).toEqual([
    ['stored', undefined],
    ['mismatch', `the lockfile has ${bad}, and its registry names ${good}`],
    ['stored', undefined],
    ['refused', 'it is known to be malicious (MAL-2026-1)'],
    ['missing', 'no configured registry has it'],
    ['missing', 'no configured registry has it'],
  ]);
});

it('stores the files of Python that the lockfile names, else a wheel for all platforms', async () => {
  const sum = digestOf('sha256', Buffer.from('x'));
  expect(await warm([python('1.0.0')])).toEqual([['stored', undefined]]);
  expect(index.requests.filter((one) => one.includes('/files/'))).toEqual([
    'GET /files/right-1.0-py3-none-any.whl',
  ]);
  expect(await warm([python('1.0', [sum])])).toEqual([['stored', undefined]]);
  expect(await warm([python('1.0', [`sha256:${'0'.repeat(64)}`])])).toMatchObject([
    ['mismatch', expect.any(String)],
  ]);
  expect(index.requests.filter((one) => one.includes('/files/'))).toHaveLength(2);
});

it('is served afterwards without an uplink, and what is not stored fails', async () => {
  await warm([npm('1.0.0'), python('1.0')]);
  expect(await warm([npm('1.0.0'), python('1.0'), npm('1.0.0', [], 'other')], true)).toEqual([
    ['stored', undefined],
    ['stored', undefined],
    ['missing', 'no configured registry has it'],
  ]);
  uplink.intercept = (_, response) => {
    response.writeHead(500).end();
    return true;
  };
  expect(await warm([npm('1.0.0', [], 'other')])).toMatchObject([['failed', expect.any(String)]]);
});
