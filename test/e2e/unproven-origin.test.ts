/** Histories and directory names, which the build that is judged has chosen: they hide nothing. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { createMemoryReader } from '../../src/advisories/store/memory-reader.ts';
import { quietContext } from '../../src/core/base/context.ts';
import { writeTar, type TarMember } from '../../src/formats/archive/tar/tar-writer.ts';
import type { Report } from '../../src/core/model/report/report.ts';
import { applyDisplayFilter } from '../../src/core/model/report/display-filter.ts';
import { parseFailOn } from '../../src/scan/policy/fail-on.ts';
import type { PolicyOptions } from '../../src/scan/policy/options.ts';
import { scan } from '../../src/scan/pipeline/index.ts';
import { affects, anAdvisory, below } from '../support/model.ts';
import { rendered } from '../support/rendered.ts';
import { dockerArchive, makeImage } from '../support/stored-images.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'assay-unproven-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const RUN = { created_by: 'RUN /bin/sh -c something # buildkit' };
const COPY = { created_by: 'COPY app /app # buildkit' };
const CMD = { created_by: 'CMD ["node"]', empty_layer: true };
const OLD_CMD = { created_by: '/bin/sh -c #(nop)  CMD ["node"]', empty_layer: true };
const ENTRY = { created_by: 'ENTRYPOINT ["/app/run"]', empty_layer: true };
const DEBIAN = { created_by: '# debian.sh --arch amd64' };

function packageAt(place: string): TarMember {
  const body = JSON.stringify({ name: 'lodash', version: '4.17.20' });
  return { path: `${place}/node_modules/lodash/package.json`, body };
}

async function scanImage(
  layers: readonly (readonly TarMember[])[],
  history: readonly object[] | undefined,
  policy: Partial<PolicyOptions>,
): Promise<Report> {
  const image = makeImage(layers, history === undefined ? {} : { config: { history } });
  const file = path.join(folder, 'image.tar');
  writeFileSync(file, writeTar(dockerArchive([{ image, tags: ['app:1'] }])));
  return scanned(file, 'image', policy);
}

function scanned(
  reference: string,
  kind: 'image' | 'directory',
  policy: Partial<PolicyOptions>,
): Promise<Report> {
  const advisory = anAdvisory('GHSA-1', {
    affected: [affects('lodash', [below('4.17.21')])],
    ratings: [{ severity: 'high', by: 'test' }],
  });
  const coverage = {
    feed: 'test',
    recordCount: 1,
    dataAt: '2026-01-01T00:00:00Z',
    fetchedAt: '2026-01-01T00:00:00Z',
  };
  const reader = createMemoryReader([advisory], () => [coverage]);
  return scan(
    {
      targets: [{ reference, kind }],
      policy,
      advisories: { open: () => Promise.resolve(reader) },
    },
    quietContext(),
  );
}

const text = (report: Report): Promise<string> => rendered(applyDisplayFilter(report), 'table');

describe('a history that makes layers of the app look like a base', () => {
  it.each<[string, readonly object[] | undefined, number | undefined]>([
    ['by the CMD of an earlier stage', [RUN, COPY, CMD, RUN, CMD], 2],
    ['by an ENTRYPOINT', [RUN, COPY, ENTRY, RUN], 2],
    ['as the older builder writes it', [RUN, COPY, OLD_CMD, RUN], 2],
    ["by Debian's first command", [DEBIAN, COPY, RUN], 1],
    ['by several start commands', [RUN, CMD, COPY, CMD, ENTRY, RUN], 2],
    ['by none', [RUN, COPY, RUN], undefined],
    ['by a history that does not fit', [RUN], undefined],
    ['by no history', [], undefined],
  ])('%s, decides nothing', async (_name, history, hinted) => {
    const layers = [[{ path: 'etc/a', body: '' }], [packageAt('app')], [{ path: 'b', body: '' }]];
    for (const origin of ['app', 'base'] as const) {
      const failOn = parseFailOn(`high+origin=${origin}`);
      const gated = await scanImage(layers, history, { failOn });
      expect(gated.verdict.causes.map(({ rule }) => rule)).toEqual([
        `--fail-on high+origin=${origin}`,
      ]);
      const [result] = gated.results;
      expect(result?.artifact.image?.baseHint?.layerCount).toBe(hinted);

      const only = await scanImage(layers, history, { only: origin, exitCode: 1 });
      expect(only.verdict.status).toBe('fail');
      const shown = await text(only);
      expect(shown).toContain('Total: 1 ');
      expect(shown).toContain(`--only ${origin}: no package is left out`);
      expect(shown.includes('base?')).toBe(hinted === 2);
    }
  });

  it('does not matter in a directory, which is the app', async () => {
    mkdirSync(path.join(folder, 'node_modules/lodash'), { recursive: true });
    writeFileSync(
      path.join(folder, 'node_modules/lodash/package.json'),
      JSON.stringify({ name: 'lodash', version: '4.17.20' }),
    );
    const base = await scanned(folder, 'directory', { only: 'base', exitCode: 1 });
    expect(base.verdict.status).toBe('pass');
    const shown = await text(base);
    expect(shown).toContain('Not shown because of --severity or --only base: 1');
    expect(shown).not.toContain('no package is left out');
  });
});

describe('a directory name in an image', () => {
  const LOCK = '{"lockfileVersion": 3, "packages": ';
  it.each<[string, string, string]>([
    ['test', 'test/package-lock.json', LOCK],
    ['spec above the app', 'spec/app/package-lock.json', LOCK],
    ['fixtures', 'srv/Fixtures/yarn.lock', '\u0000'],
    ['__tests__', 'app/__tests__/node_modules/x/package.json', '{"name": '],
    ['testdata', 'srv/testdata/site-packages/x-1.dist-info/METADATA', '\u0000\u0001'],
    [
      'test inside a package that is resolved',
      'app/node_modules/x/test/node_modules/y/package.json',
      '{',
    ],
    ['test over an archive', 'app/node_modules/x/test/x.jar', 'PK\u0003\u0004 no archive'],
    ['test over a system', 'test/root/var/lib/dpkg/status', 'Package: bash\nVersion: 1\n'],
    ['of an engine over a system', 'var/lib/docker/x/var/lib/dpkg/status', 'Package: bash\n'],
  ])('%s hides nothing', async (_name, place, body) => {
    const { verdict } = await scanImage([[packageAt('ok'), { path: place, body }]], undefined, {
      failOn: parseFailOn('critical'),
    });
    expect(verdict).toMatchObject({ status: 'incomplete', exitCode: 6 });
  });

  it.each<[string, string, string]>([
    ['a broken manifest of a test', 'app/node_modules/x/test/fixtures/package.json', '{"name": '],
    ['a lockfile of a test', 'app/node_modules/@a/x/tests/yarn.lock', '\u0000'],
    ['metadata of a test', 'usr/lib/python3/dist-packages/x/tests/y.dist-info/METADATA', '\u0000'],
    ['a manifest without a name', 'app/node_modules/x/test/fixtures/package.json', '{}'],
    ['a specification of a test', 'gems/x-1.0/spec/specifications/y-1.gemspec', '\u0000'],
  ])('with %s of an installed package hides no package', async (_name, place, body) => {
    const { verdict } = await scanImage([[packageAt('ok'), { path: place, body }]], undefined, {
      failOn: parseFailOn('critical'),
    });
    expect(verdict).toMatchObject({ status: 'pass', exitCode: 0 });
  });
});
