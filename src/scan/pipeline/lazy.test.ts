import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { chunkedLayer } from '../../../test/support/chunked-layer.ts';
import { NO_ADVISORIES } from '../../../test/support/no-advisories.ts';
import {
  scriptedRegistry,
  storeLayout,
  type ScriptedRegistry,
} from '../../../test/support/registry-server.ts';
import { makeImage, ociFiles } from '../../../test/support/stored-images.ts';
import { quietContext } from '../../core/base/context.ts';
import type { RecordStore } from '../../core/base/record-store.ts';
import type { TarMember } from '../../formats/archive/tar/tar-writer.ts';
import type { Diagnostic } from '../../core/model/finding/finding.ts';
import type { ArtifactResult } from '../../core/model/report/report.ts';
import { rematch, scan, type ScanRequest } from './index.ts';

const CONTEXT = quietContext({ fetch: globalThis.fetch });

const status = (...names: string[]): string =>
  names
    .map(
      (name) => `Package: ${name}\nStatus: install ok installed\nArchitecture: all\nVersion: 1\n\n`,
    )
    .join('');
const BASE: readonly TarMember[] = [
  { path: 'etc/os-release', body: 'ID=debian\nVERSION_ID="12"\n' },
  { path: 'usr/lib/libssl.so.3', body: 'OpenSSL 3.0.1 14 Dec 2021', mode: 0o755 },
  { path: 'usr/bin/tool', body: '\u007fELF…', mode: 0o755 },
  { path: 'usr/lib/libcrypto.so', type: 'symlink', target: 'libssl.so.3' },
  { path: 'var/lib/dpkg/status', body: status('one', 'two') },
  // A link that leads to itself by another.
  { path: 'etc/a', type: 'hardlink', target: 'etc/b' },
  { path: 'etc/b', type: 'hardlink', target: 'etc/a' },
];
const ABOVE: readonly TarMember[] = [{ path: 'srv/app/.wh.old' }, { path: 'srv/app/x', body: 'x' }];

let server: ScriptedRegistry;
let ranges: string[] = [];
const records = new Map<string, Uint8Array>();
const cache: RecordStore = {
  get: (key) => Promise.resolve(records.get(key)),
  put: (key, content) => {
    records.set(key, content);
    return Promise.resolve();
  },
};

beforeAll(async () => {
  server = await scriptedRegistry();
  const layers = [chunkedLayer(BASE), ...makeImage([ABOVE]).layers];
  const rootfs = { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) };
  const image = { ...makeImage([], { config: { rootfs } }), layers };
  storeLayout(server, 'app', ociFiles([{ image, tag: '1' }]));
  server.answers.push(({ headers }) => {
    if (headers.range !== undefined) ranges.push(headers.range);
    return false;
  });
});
afterAll(() => server[Symbol.dispose]());

function request(changes: Partial<ScanRequest> & { readonly isLazy?: boolean } = {}): ScanRequest {
  const { isLazy = true, ...rest } = changes;
  const env = { HOME: '/nonexistent' };
  const reference = `${server.host}/app:1`;
  const target = { reference, kind: 'image', imageSources: ['remote'], env, isLazy } as const;
  return { targets: [target], ...rest };
}

async function scanned(asked: ScanRequest): Promise<ArtifactResult> {
  const [result] = (await scan(asked, CONTEXT)).results;
  if (result === undefined) throw new Error('no result');
  return result;
}

describe('a lazy scan', () => {
  it('finds the packages of a full one, leaves programs alone, and says what it is', async () => {
    const full = await scanned(request({ isLazy: false, verify: 'none' }));
    ranges = [];
    const lazy = await scanned(request());
    expect(full.inventory.packages).toHaveLength(2);
    expect(lazy.inventory).toEqual(full.inventory);
    expect(lazy.layerDigests).toBe('notChecked');
    const isOfSource = ({ stage }: Diagnostic): boolean => stage === 'source';
    expect(lazy.diagnostics.filter(isOfSource).map(({ gap }) => gap)).toEqual(['lazy', undefined]);
    // Among them what the links that lead to each other are.
    expect(full.diagnostics).not.toEqual([]);
    expect(lazy.diagnostics.filter((row) => !isOfSource(row))).toEqual(full.diagnostics);
    // The table, the system, the package database.
    expect(ranges.length).toBeLessThanOrEqual(3);
  });

  it('keeps nothing of what it read by a table, and uses nothing that was kept', async () => {
    records.clear();
    await scanned(request({ cache }));
    const after = records.size;
    // The layer that was read whole.
    expect(after).toBe(1);
    await scanned(request({ cache, isLazy: false, verify: 'none' }));
    expect(records.size).toBeGreaterThan(after);
    const again = await scanned(request({ cache }));
    expect(again.layerDigests).toBe('notChecked');
    expect(again.diagnostics[0]?.gap).toBe('lazy');
  });

  it.each<[string, Partial<ScanRequest>]>([
    ['--fail-on', { policy: { failOn: [{ text: 'high', atLeast: 'high' }] } }],
    ['--exit-code', { policy: { exitCode: 1 } }],
    ['--exit-on-eol', { policy: { exitOnEol: 3 } }],
    ['--min-evidence', { policy: { minEvidence: 'claimed' } }],
    ['--verify full', { verify: 'full' }],
    ['--verify manifests', { verify: 'manifests' }],
  ])('is refused with %s before anything is asked', async (_, changes) => {
    const asked = server.requests.length;
    const advisories = { open: () => Promise.reject(new Error('opened')) };
    await expect(scan(request({ advisories, ...changes }), CONTEXT)).rejects.toMatchObject({
      code: 'USAGE',
      hint: expect.stringContaining('Leave out') as string,
    });
    expect(server.requests).toHaveLength(asked);
  });

  it('is incomplete to a gate that is asked of its report later', async () => {
    const report = await scan(request(), CONTEXT);
    const asked = { advisories: NO_ADVISORIES, policy: { exitCode: 1 } };
    const judged = await rematch(report, asked, CONTEXT);
    expect(judged.verdict).toMatchObject({ status: 'incomplete', exitCode: 6 });
    expect(judged.verdict.causes.map(({ rule }) => rule)).toContain('incomplete/lazy');
  });
});
