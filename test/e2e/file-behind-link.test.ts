/**
 * Files that a layer stores behind links, under names that say nothing of what they change. Behind
 * a link of a lower layer runtimes differ, and the packages of both readings are reported.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quietContext } from '../../src/core/base/context.ts';
import { writeTar, type TarMember } from '../../src/formats/archive/tar/tar-writer.ts';
import type { ArtifactResult } from '../../src/core/model/report/report.ts';
import { scan } from '../../src/scan/pipeline/index.ts';
import { dockerArchive, makeImage } from '../support/stored-images.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'assay-behind-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const file = (name: string, body: string): TarMember => ({ path: name, body });
const link = (name: string, target: string): TarMember => ({
  path: name,
  type: 'symlink',
  target,
});
const status = (name: string): string =>
  `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1.0\n\n`;

const GOOD = file('real/data', status('good'));
const TO_DATA = link('var/lib/dpkg/status', '/real/data');

describe('a file stored behind a link', () => {
  it.each<[string, TarMember[][], string[]]>([
    [
      'takes the place of the body',
      [[GOOD, link('s', '/real'), TO_DATA], [file('s/data', status('bad'))]],
      ['bad', 'good'],
    ],
    [
      'is what it was where it takes the place of another file',
      [[GOOD, link('s', '/real'), TO_DATA], [file('s/date', status('bad'))]],
      ['good'],
    ],
    [
      'goes through a chain of links',
      [
        [GOOD, link('a/s', '../b/t'), link('b/t', '../c'), link('c', 'real'), TO_DATA],
        [file('a/s/data', status('bad'))],
      ],
      ['bad', 'good'],
    ],
    [
      'goes through a link in a folder that is behind a link',
      [
        [GOOD, link('q', '/deep/er'), link('deep/er/s', '../../real'), TO_DATA],
        [file('q/s/data', status('bad'))],
      ],
      ['bad', 'good'],
    ],
    [
      'goes through a folder that leads to itself',
      [[GOOD, link('real/x', '.'), TO_DATA], [file('real/x/x/data', status('bad'))]],
      ['bad', 'good'],
    ],
    [
      'goes through a link of its own layer',
      [
        [GOOD, TO_DATA],
        [link('s', '/real'), file('s/data', status('bad'))],
      ],
      ['bad'],
    ],
    [
      'goes through a link that a later layer removes',
      [[GOOD, link('s', '/real'), TO_DATA], [file('s/data', status('bad'))], [file('.wh.s', '')]],
      ['bad', 'good'],
    ],
    [
      'of the lowest layer counts as well',
      [[GOOD, link('s', '/real'), file('s/data', status('bad')), TO_DATA]],
      ['bad'],
    ],
    [
      'of the lowest layer is overwritten by what stands after it',
      [[link('s', '/real'), file('s/data', status('bad')), GOOD, TO_DATA]],
      ['good'],
    ],
    [
      'is executable and overwritten by what stands after it',
      [
        [GOOD, link('s', '/real'), TO_DATA],
        [{ ...file('s/data', status('bad')), mode: 0o755 }, file('real/data', status('new'))],
      ],
      ['new'],
    ],
    [
      'is overwritten by a higher layer',
      [
        [GOOD, link('s', '/real'), TO_DATA],
        [file('s/data', status('bad'))],
        [file('real/data', status('new'))],
      ],
      ['new'],
    ],
    [
      'is overwritten by a layer that does not know the link any more',
      [
        [GOOD, link('s', '/real'), TO_DATA],
        [file('s/data', status('bad'))],
        [file('.wh.s', '')],
        [file('real/data', status('new'))],
      ],
      ['new'],
    ],
    [
      'comes to a wanted folder',
      [
        [file('var/lib/dpkg/status.d/a', status('a')), link('s', '/var/lib/dpkg/status.d')],
        [file('s/b', status('b'))],
      ],
      ['a', 'b'],
    ],
    [
      'comes to a folder that a wanted one leads to',
      [
        [file('real/a', status('a')), link('var/lib/dpkg/status.d', '/real'), link('s', '/real')],
        [file('s/b', status('b')), file('s/a', status('c'))],
      ],
      ['a', 'b', 'c'],
    ],
    [
      'comes to the target of a hard link',
      [
        [
          GOOD,
          { path: 'other/hard', type: 'hardlink', target: 'real/data' },
          link('s', '/other'),
          link('var/lib/dpkg/status', '/other/hard'),
        ],
        [file('s/hard', status('bad'))],
      ],
      ['bad', 'good'],
    ],
  ])('%s', async (_, layers, expected) => {
    const { inventory, diagnostics } = await resultOf(layers);
    expect(inventory.packages.map(({ name }) => name).sort()).toEqual(expected);
    expect(diagnostics.filter(({ gap }) => gap !== undefined)).toEqual([]);
  });

  it.each<[string, TarMember[][]]>([
    [
      'where its own layer changes the link behind it',
      [
        [GOOD, link('s', '/real'), TO_DATA],
        [file('s/data', status('bad')), link('s', '/else')],
      ],
    ],
    [
      'where too many paths lead to the body',
      [
        [GOOD, link('real/x', '.'), link('real/y', '.'), link('real/z', '.'), TO_DATA],
        [file(`real/${'x/y/z/'.repeat(8)}data`, status('bad'))],
      ],
    ],
  ])('is a gap %s', async (_, layers) => {
    const { diagnostics } = await resultOf(layers);
    expect(diagnostics.filter(({ gap }) => gap !== undefined)).toHaveLength(1);
  });
});

async function resultOf(layers: readonly (readonly TarMember[])[]): Promise<ArtifactResult> {
  const reference = path.join(folder, 'app.tar');
  const image = makeImage(layers);
  writeFileSync(reference, writeTar(dockerArchive([{ image, tags: ['app:1'] }])));
  const targets = [{ reference, kind: 'image' as const }];
  const { results } = await scan({ targets, allowEmpty: true }, quietContext());
  const [result] = results;
  if (result === undefined) throw new Error('no result');
  return result;
}
