/** What was served before an advisory was known, from the log of a registry. */

import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { affects, anAdvisory } from '../../test/support/model.ts';
import { startRegistryScene } from '../../test/support/registry-scene.ts';
import { wheelBytes } from '../../test/support/wheels.ts';
import { createMemoryReader } from '../advisories/store/memory-reader.ts';
import { reportDownloads } from './report.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'assay-report-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const OLD = anAdvisory('CVE-2026-1', {
  ratings: [{ by: 'osv', severity: 'low' }],
  affected: [affects('left', [{ introduced: '0' }])],
});
const NEW = anAdvisory('CVE-2026-2', {
  ratings: [{ by: 'osv', severity: 'high' }],
  affected: [
    affects('left', [], { versions: ['1.1.0'] }),
    affects('right', [], { ecosystem: 'pypi', versions: ['2.0'] }),
  ],
});
const CLOCK = { now: () => Date.parse('2026-06-02T00:00:00Z') };

it('lists the downloads of the versions that a new advisory is about, and no others', async () => {
  await using scene = await startRegistryScene();
  scene.uplink.packages.set('left', { versions: { '1.0.0': {}, '1.1.0': {} } });
  const name = 'right-2.0-py3-none-any.whl';
  const bytes = wheelBytes({ name: 'right', version: '2.0' });
  scene.index.projects.set('right', [{ name, bytes }]);
  scene.advisories = [OLD];
  scene.now += 1000;
  await scene.get('/left');
  for (const version of ['1.0.0', '1.1.0', '1.1.0', '9.9.9']) {
    await scene.get(`/left/-/left-${version}.tgz`);
  }
  await scene.get('/left/-/left-1.1.0.tgz', {}, 'HEAD');
  await scene.get(`/pypi/files/right/${name}`);
  const lines = scene.logged.map((line) => `${JSON.stringify(line)}\n`);
  writeFileSync(path.join(folder, 'registry.log'), lines.join(''));
  const before = await reportDownloads(folder, createMemoryReader([OLD]), CLOCK);
  expect(before).toEqual({ versions: [], downloadCount: 4, unreadableCount: 0 });
  const advisory = { id: 'CVE-2026-2', aliases: [], severity: 'high', isMalicious: false };
  const client = {
    address: '127.0.0.1',
    firstAt: '2026-06-01T00:00:01.000Z',
    lastAt: '2026-06-01T00:00:01.000Z',
  };
  const after = await reportDownloads(folder, createMemoryReader([OLD, NEW]), CLOCK);
  expect(after.versions).toEqual([
    {
      ...{ ecosystem: 'npm', package: 'left', version: '1.1.0', advisories: [advisory] },
      clients: [{ ...client, downloadCount: 2 }],
    },
    {
      ...{ ecosystem: 'pypi', package: 'right', version: '2.0', advisories: [advisory] },
      clients: [{ ...client, downloadCount: 1 }],
    },
  ]);
});

it('reads the older log first, takes an alias for the same advisory, and counts what it cannot read', async () => {
  const row = {
    ...{ time: '2026-01-01T00:00:00.000Z', address: '10.0.0.1', token: 'ci', method: 'GET' },
    ...{ kind: 'tarball', status: 200, package: 'left', version: '1.1.0' },
  };
  const line = (more: object): string => `${JSON.stringify({ ...row, ...more })}\n`;
  const log = path.join(folder, 'registry.log');
  writeFileSync(`${log}.1`, line({ advisories: ['GHSA-1'] }));
  writeFileSync(log, `${line({ status: 403 })}{"half\n[1]\n`);
  const alias = { ...NEW, aliases: ['GHSA-1'] };
  const known = await reportDownloads(folder, createMemoryReader([alias]), CLOCK);
  expect(known).toEqual({ versions: [], downloadCount: 1, unreadableCount: 2 });
  appendFileSync(log, line({ time: '2026-02-01T00:00:00.000Z' }));
  const { versions } = await reportDownloads(folder, createMemoryReader([alias]), CLOCK);
  expect(versions).toMatchObject([
    { clients: [{ token: 'ci', downloadCount: 1, firstAt: '2026-02-01T00:00:00.000Z' }] },
  ]);
});

it('is empty without a log', async () => {
  const report = await reportDownloads(folder, createMemoryReader([NEW]), CLOCK);
  expect(report).toEqual({ versions: [], downloadCount: 0, unreadableCount: 0 });
});
