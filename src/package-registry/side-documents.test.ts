import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { startNpmUplink } from '../../test/support/npm-uplink.ts';
import { quietContext } from '../core/base/context.ts';
import { openSideDocuments, type SideDocuments, type SideRequest } from './side-documents.ts';

const HOUR_MS = 3_600_000;

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'assay-side-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Documents of a clock, in front of an uplink that has each of them. */
function opened(clock: { now: number }): SideDocuments {
  const uplinks = {
    registriesOf: () => [],
    accessTo: () => Promise.resolve({}),
    loginHint: '',
    loopMark: 'here',
  };
  const context = quietContext({ now: () => clock.now, fetch: globalThis.fetch });
  return openSideDocuments({ folder, uplinks }, context);
}

it('are removed with the files that they are about, and without these not at once', async () => {
  await using uplink = await startNpmUplink();
  uplink.intercept = (request, response) => {
    response.end(request.url);
    return true;
  };
  const clock = { now: Date.now() };
  const requestFor = (key: string, file?: string): SideRequest => ({
    ...{ key, url: new URL(key, uplink.url).href, uplink: uplink.url, file },
    freshMs: Number.POSITIVE_INFINITY,
  });
  const gone = requestFor('gone', 'sha512:aa');
  const wrong = requestFor('wrong', 'sha512:bb');
  const there = requestFor('there', 'sha256:cc');
  const keys = requestFor('keys');
  const side = opened(clock);
  for (const one of [gone, wrong, there, keys]) await side.get(one);
  await side.keep(wrong);
  await side.keep({ key: 'unknown', uplink: uplink.url });
  const asked: string[] = [];
  const hasFile = (digest: string): Promise<boolean> => {
    asked.push(digest);
    return Promise.resolve(digest === 'sha256:cc');
  };
  expect(await side.prune(hasFile)).toBe(0);
  expect(asked).toEqual([]);
  clock.now += HOUR_MS + 1000;
  // A later process reads what is on disk.
  for (const documents of [side, opened(clock)]) {
    expect(await documents.prune(hasFile)).toBe(documents === side ? 1 : 0);
    expect(await documents.stored(gone)).toBeUndefined();
    for (const one of [wrong, there, keys]) {
      expect(Buffer.from((await documents.stored(one)) ?? []).toString()).toBe(`/${one.key}`);
    }
  }
  expect([...new Set(asked)].sort()).toEqual(['sha256:cc', 'sha512:aa']);
  expect(readdirSync(path.join(folder, 'side-documents'))).toHaveLength(3);
  expect(uplink.requests).toHaveLength(4);
  await side.get(gone);
  expect(uplink.requests).toHaveLength(5);
});

it('are passed on if they cannot be stored', async () => {
  await using uplink = await startNpmUplink();
  uplink.intercept = (request, response) => {
    response.end(request.url);
    return true;
  };
  // A file in place of the directory stands for a disk that takes nothing.
  writeFileSync(path.join(folder, 'side-documents'), '');
  const request = { key: 'a', url: `${uplink.url}a`, uplink: uplink.url, freshMs: 0 };
  const bytes = await opened({ now: Date.now() }).get(request);
  expect(Buffer.from(bytes ?? []).toString()).toBe('/a');
});
