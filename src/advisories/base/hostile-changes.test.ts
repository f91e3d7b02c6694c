/** Single records and lists of changes as a broken or hostile server gives them. */

import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { zip } from '../../../test/support/zip.ts';
import { openAdvisoryBase } from '../store/open-advisory-base.ts';
import { quietContext } from '../../core/base/context.ts';
import { updateBase } from './index.ts';

const NPM = { ecosystem: 'npm' } as const;
const OLD = '2025-01-01T00:00:00Z';
const NEW = '2025-06-01T00:00:00Z';
const context = quietContext({
  fetch: globalThis.fetch,
  now: () => Date.parse('2026-01-01T00:00:00Z'),
});

let folder = '';
let server: Server;
let seen: string[] = [];
const files = new Map<string, Uint8Array | string>();

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'assay-hostile-changes-'));
  files.clear();
  seen = [];
  server = createServer((request, response) => {
    const path = (request.url ?? '').replace('/osv/npm/', '');
    const content = files.get(path);
    if (content !== undefined) seen.push(path);
    response.writeHead(content === undefined ? 404 : 200).end(content);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => {
  server.close().closeAllConnections();
  rmSync(folder, { recursive: true, force: true });
});

async function update(): Promise<void> {
  const { port } = server.address() as AddressInfo;
  seen = [];
  await updateBase({ folder, mirror: `http://127.0.0.1:${port}/`, needs: [NPM] }, context);
}

function record(id: string, modified: string, summary = ''): string {
  const affected = [{ package: { ecosystem: 'npm', name: 'left' }, versions: ['1.0.0'] }];
  return JSON.stringify({ id, modified, summary, affected });
}

type Row = readonly [id: string, modified: string, summary?: string];

function publish(rows: readonly Row[]): void {
  const body = ([id, modified, summary]: Row): string => record(id, modified, summary);
  files.set('all.zip', zip(rows.map((row) => ({ name: `${row[0]}.json`, body: body(row) }))));
  files.set('modified_id.csv', rows.map(([id, modified]) => `${modified},${id}`).join('\n'));
  for (const row of rows) files.set(`${row[0]}.json`, body(row));
}

async function loaded(): Promise<readonly string[]> {
  const reader = await openAdvisoryBase(folder).open([NPM], context);
  try {
    return [...reader.byPackage(NPM, 'left')].map(({ id, summary }) => id + summary).sort();
  } finally {
    reader.close();
  }
}

it('loads all where a server answers with another record than the one asked for', async () => {
  publish([
    ['X-1', OLD],
    ['X-2', OLD],
  ]);
  await update();
  publish([
    ['X-1', OLD],
    ['X-2', NEW, '!'],
  ]);
  files.set('X-2.json', record('X-1', NEW));
  await update();
  expect(seen).toEqual(['modified_id.csv', 'X-2.json', 'all.zip']);
  expect(await loaded()).toEqual(['X-1', 'X-2!']);
});

it('loads all where single records are larger than an archive should be', async () => {
  publish([['X-1', OLD]]);
  await update();
  const ids = Array.from({ length: 5 }, (_item, index) => `X-${index + 1}`);
  publish(ids.map((id) => [id, NEW]));
  const blanks = ' '.repeat(20 * 1024 * 1024);
  for (const id of ids) files.set(`${id}.json`, blanks + record(id, NEW));
  await update();
  expect(seen).toContain('all.zip');
  expect(await loaded()).toEqual(ids);
});

it('is not kept from later changes by a record of the future', async () => {
  publish([
    ['X-1', '9999-12-31T00:00:00Z'],
    ['X-2', OLD],
  ]);
  await update();
  publish([
    ['X-1', '9999-12-31T00:00:00Z'],
    ['X-2', NEW, '!'],
  ]);
  await update();
  expect(await loaded()).toEqual(['X-1', 'X-2!']);
});

it('sees a record that is published late, with an older date than others have', async () => {
  publish([
    ['X-1', OLD],
    ['X-2', NEW],
  ]);
  await update();
  publish([
    ['X-1', OLD],
    ['X-2', NEW],
    ['X-3', OLD],
  ]);
  await update();
  expect(await loaded()).toEqual(['X-1', 'X-2', 'X-3']);
});
