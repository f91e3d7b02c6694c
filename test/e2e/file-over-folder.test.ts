/**
 * A plain file that a layer puts over a folder: what lay in the folder is gone, and nothing else.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS, quietContext } from '../../src/core/base/context.ts';
import { writeTar, type TarMember } from '../../src/formats/archive/tar/tar-writer.ts';
import type { ArtifactResult } from '../../src/core/model/report/report.ts';
import { scan } from '../../src/scan/pipeline/index.ts';
import { dockerArchive, makeImage } from '../support/stored-images.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'assay-over-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const LODASH = installed('app/node_modules/lodash', 'lodash');
const MS = installed('srv/node_modules/ms', 'ms');
const file = (name: string, body = 'plain'): TarMember => ({ path: name, body });

describe('a plain file of a higher layer', () => {
  it.each<[string, TarMember[][], string[]]>([
    ['nowhere', [[LODASH, MS]], ['lodash', 'ms']],
    ['in the place of a folder above a package', [[LODASH, MS], [file('app')]], ['ms']],
    ['in the place of the folder of packages', [[LODASH, MS], [file('srv')]], ['lodash']],
    [
      'elsewhere',
      [
        [LODASH, MS],
        [file('apps'), file('app/notes.txt')],
      ],
      ['lodash', 'ms'],
    ],
    [
      'whose path has the hash of a folder',
      [[installed('srv/13rnw/node_modules/lodash', 'lodash')], [file('srv/1kpba')]],
      ['lodash'],
    ],
    [
      'below a folder that returns',
      [[LODASH], [file('app')], [installed('app/node_modules/ms', 'ms')]],
      ['ms'],
    ],
    ['that a folder of packages replaces', [[file('app')], [LODASH]], ['lodash']],
    [
      'over the folder of a file that only a link leads to',
      [
        [
          installed('data/store/0f', 'lodash', 'body'),
          {
            path: 'app/node_modules/lodash/package.json',
            type: 'symlink',
            target: '/data/store/0f/body',
          },
        ],
        [file('data')],
      ],
      [],
    ],
  ])('%s', async (_, layers, expected) => {
    const { inventory, diagnostics } = await resultOf(layers);
    expect(inventory.packages.map(({ name }) => name)).toEqual(expected);
    expect(diagnostics.filter(({ gap }) => gap !== undefined)).toEqual([]);
  });

  it('may be larger than what is read of any file', async () => {
    const layers = [[LODASH, MS], [file('app', 'x'.repeat(5000))]];
    const { inventory, diagnostics } = await resultOf(layers, 1000);
    expect(inventory.packages.map(({ name }) => name)).toEqual(['ms']);
    expect(diagnostics).toEqual([]);
  });

  it('ends the life of a package that returns later', async () => {
    const { inventory } = await resultOf([[LODASH], [file('app')], [LODASH]]);
    expect(inventory.packages.map(({ introducedIn }) => introducedIn)).toEqual([2]);
  });
});

function installed(at: string, name: string, base = 'package.json'): TarMember {
  return { path: `${at}/${base}`, body: JSON.stringify({ name, version: '1.0.0' }) };
}

async function resultOf(
  layers: readonly (readonly TarMember[])[],
  maxFileBytes = DEFAULT_LIMITS.maxFileBytes,
): Promise<ArtifactResult> {
  const reference = path.join(folder, 'app.tar');
  const image = makeImage(layers);
  writeFileSync(reference, writeTar(dockerArchive([{ image, tags: ['app:1'] }])));
  const context = quietContext({ limits: { ...DEFAULT_LIMITS, maxFileBytes } });
  const targets = [{ reference, kind: 'image' as const }];
  const { results } = await scan({ targets, allowEmpty: true }, context);
  const [result] = results;
  if (result === undefined) throw new Error('no result');
  return result;
}
