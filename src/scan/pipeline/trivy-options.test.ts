/** What trivy's rarer flags find in real targets. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dockerArchive, makeImage } from '../../../test/support/stored-images.ts';
import type { RecordStore } from '../../core/base/record-store.ts';
import { writeTar, type TarMember } from '../../formats/archive/tar/tar-writer.ts';
import { scan } from './index.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-trivy-options-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function records(): RecordStore {
  const kept = new Map<string, Uint8Array>();
  return {
    get: (key) => Promise.resolve(kept.get(key)),
    put: (key, content) => {
      kept.set(key, content);
      return Promise.resolve();
    },
  };
}

describe('--file-patterns', () => {
  const reference = (): string => join(folder, 'app');
  beforeAll(() => {
    mkdirSync(join(folder, 'app', 'deps'), { recursive: true });
    writeFileSync(join(folder, 'app', 'deps', 'web.pins'), 'flask==3.0.0\n');
    writeFileSync(join(folder, 'app', 'package-lock.json'), '{"lockfileVersion":3,"packages":{}}');
  });

  async function names(filePatterns?: readonly string[]): Promise<readonly string[]> {
    const report = await scan({
      targets: [{ reference: reference(), kind: 'directory' }],
      allowEmpty: true,
      ...(filePatterns && { filePatterns }),
    });
    return report.results.flatMap(({ inventory }) => inventory.packages.map(({ name }) => name));
  }

  it.each<[string, readonly string[] | undefined, readonly string[]]>([
    ['a file of another name is not read', undefined, []],
    ['until it is named', [String.raw`pip:web\.pins$`], ['flask']],
    ['by the id of its reader as well', ['pypi/requirements:^deps/'], ['flask']],
    ['and no other is', ['pip:^web'], []],
  ])('%s', async (_name, patterns, expected) => {
    expect(await names(patterns)).toEqual(expected);
  });

  it.each(['pip', 'pipp:a', 'pip:(a', 'dockerfile:a'])('refuses %s', async (pattern) => {
    await expect(names([pattern])).rejects.toMatchObject({ code: 'USAGE' });
  });
});

describe('--removed-pkgs', () => {
  const status = (...names: readonly string[]): TarMember => ({
    path: 'var/lib/dpkg/status',
    body: names
      .map(
        (name) =>
          `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1\n\n`,
      )
      .join(''),
  });

  it('finds what a higher layer removed, apart from the results that are kept', async () => {
    const layers = [
      [status('libc6'), { path: 'etc/debian_version', body: '12.1\n' }],
      [status('libc6', 'gcc', 'make')],
      [status('libc6', 'make')],
    ];
    const path = join(folder, 'app.tar');
    const image = makeImage(layers, { forms: ['plain'] });
    writeFileSync(path, writeTar(dockerArchive([{ image, tags: ['app:1'] }])));
    const cache = records();
    const found = async (includeRemoved: boolean): Promise<readonly string[]> => {
      const targets = [{ reference: path, kind: 'image' as const }];
      const { results } = await scan({ targets, cache, includeRemoved });
      return results.flatMap(({ inventory }) =>
        inventory.packages.map((pkg) => `${pkg.name} ${pkg.presence} ${pkg.introducedIn}`),
      );
    };
    const present = ['libc6 installed 0', 'make installed 1'];
    expect(await found(false)).toEqual(present);
    expect(await found(true)).toEqual(['gcc declared 1', ...present]);
    expect(await found(false)).toEqual(present);
  });
});
