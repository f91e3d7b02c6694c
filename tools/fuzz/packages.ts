/** Programs, and archives that are packages. */

import { deflateSync } from 'node:zlib';

import { WELL_FORMED_INSTALLED } from '../../test/contract/well-formed-installed.ts';
import type { CatalogerRow } from '../../src/scan/catalog/cataloger.ts';
import { CATALOGERS } from '../../src/scan/catalog/list.ts';
import { ELF_START_BYTES, elfCodeSpans } from '../../src/formats/binary/elf/elf-code.ts';
import { findExecutables, readMemory } from '../../src/formats/binary/executable.ts';
import { detectSbomFormat } from '../../src/formats/text/sbom-format.ts';
import { jsonMembers } from '../../src/advisories/feeds/reading/json-members.ts';
import { JsonElementSplitter } from '../../src/advisories/feeds/reading/json-element-splitter.ts';
import { catalogs, expect, fileOf, type FuzzTarget } from './target.ts';

/** The catalogers of files that are not text, by their ids. */
const BINARY_CATALOGERS: readonly string[] = [
  'binary/program-text',
  'cargo/auditable',
  'debian/dpkg-changelog',
  'go/binary',
  'maven/jar',
  'npm/vsix',
  'nix/store-database',
  'nuget/assembly',
  'pypi/egg',
  'rubygems/cached-gem',
];

/** An archive without members, and deflated bytes, for those that have no sample. */
const SPARE_SEEDS = [Buffer.from(`PK\u0005\u0006${'\0'.repeat(18)}`, 'latin1'), deflateSync('{}')];

export const PACKAGE_TARGETS: readonly FuzzTarget[] = [
  {
    id: 'program/images',
    seeds: () => [...seedsOf('go/binary'), ...seedsOf('cargo/auditable')],
    async run(bytes: Uint8Array): Promise<void> {
      const file = fileOf(bytes);
      for (const image of await findExecutables(file)) {
        for (const { offset, sizeBytes } of image.sections) {
          expect(offset >= 0 && sizeBytes >= 0, 'a section before the file');
        }
        const [segment] = image.segments;
        if (segment !== undefined) {
          await readMemory(file, image, { address: segment.address, lengthBytes: 8 });
        }
      }
    },
  },
  {
    id: 'program/code',
    seeds: () => [...seedsOf('go/binary'), ...seedsOf('cargo/auditable')],
    run(bytes: Uint8Array): void {
      let at = ELF_START_BYTES;
      for (const { start, end } of elfCodeSpans(bytes.subarray(0, ELF_START_BYTES))) {
        expect(start >= at && end >= start, 'code that overlaps');
        at = end;
      }
    },
  },
  ...BINARY_CATALOGERS.map((id) => catalogerTarget(id)),
  {
    id: 'json/split',
    seeds: () => [Buffer.from('{"a":[{"b":"\\u00e9]"},{}],"c":{"d":[1]}}')],
    run(bytes: Uint8Array): void {
      detectSbomFormat(bytes.subarray(0, 16 * 1024));
      const whole = new JsonElementSplitter('fuzzed', 4096).push(bytes);
      expect(
        whole.every(({ length }) => length <= 4096),
        'an element above its bound',
      );
      for (const { bytes: member } of jsonMembers('fuzzed', bytes)) {
        expect(member.length <= bytes.length, 'a member larger than its object');
      }
    },
  },
];

function catalogerTarget(id: string): FuzzTarget {
  return {
    id: `catalog/${id.replace('/', '-')}`,
    seeds: () => seedsOf(id),
    async run(bytes: Uint8Array): Promise<void> {
      await catalogs(
        await rowOf(id).load(),
        WELL_FORMED_INSTALLED[id]?.path ?? '/lib/a-1.egg',
        bytes,
      );
    },
  };
}

function rowOf(id: string): CatalogerRow {
  const row = CATALOGERS.find((one) => one.id === id);
  if (row === undefined) throw new TypeError(`no cataloger "${id}"`);
  return row;
}

function seedsOf(id: string): readonly Uint8Array[] {
  const sample = WELL_FORMED_INSTALLED[id];
  return sample === undefined ? SPARE_SEEDS : [Buffer.from(sample.body, 'latin1')];
}
