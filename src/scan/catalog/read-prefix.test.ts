import { describe, expect, it } from 'vitest';

import { catalogFile } from '../../../test/support/catalog-file.ts';
import { readPrefix, ROW_STARTS } from './read-prefix.ts';
import { CatalogBuilder } from './catalog-builder.ts';

const MIB = 1024 * 1024;

/** A file of 13 MiB that repeats a row. */
function large(row: string): string {
  return row.repeat(Math.ceil((13 * MIB) / row.length));
}

describe('a text file that is too large for its reader', () => {
  it.each([
    ['lines', 'pkg==1.0 # a comment behind it\n', ROW_STARTS.lines],
    [
      'lockfiles of Yarn',
      'a@^1:\n  version "1.0"\n  dependencies:\n    b "1"\n\n',
      ROW_STARTS.outer,
    ],
    [
      'tables of TOML',
      '[[package]]\nname = "a"\nversion = "1"\ndependencies = [\n "b",\n]\n\n',
      ROW_STARTS.tables,
    ],
    [
      'keys of YAML',
      '  /a@1.0:\n    resolution: {integrity: x}\n    dev: false\n',
      ROW_STARTS.yaml,
    ],
    ['items of YAML', '  - A (1.0):\n    - B (= 1.0)\n', ROW_STARTS.yaml],
    [
      'packages of SPDX',
      'PackageName: a\nPackageVersion: 1\nSPDXID: SPDXRef-a\n\n',
      ROW_STARTS.packages,
    ],
    ['lines that end in CRLF', 'a==1\r\n', ROW_STARTS.lines],
  ])('is read up to the end of a row: %s', async (_, row, rowStart) => {
    const text = large(row);
    const result = new CatalogBuilder('/a');
    const bytes = await readPrefix(catalogFile('/a', text), result, rowStart);
    expect(bytes.length).toBeLessThanOrEqual(12 * MIB);
    expect(bytes.length).toBeGreaterThan(12 * MIB - row.length - 16);
    expect(bytes.length % row.length).toBe(0);
    expect(result.isCut).toBe(true);
    const { diagnostics = [] } = result.done();
    expect(diagnostics.map(({ gap }) => gap)).toEqual(['limit']);
    expect(diagnostics[0]?.message).toContain(
      `${String(bytes.length)} of ${String(text.length)} bytes`,
    );
  });

  it('is read to the last byte that is allowed where no row begins', async () => {
    const result = new CatalogBuilder('/a');
    const file = catalogFile('/a', large(' x'));
    expect(await readPrefix(file, result, ROW_STARTS.tables)).toHaveLength(12 * MIB);
    expect(result.hasGap).toBe(true);
  });

  it.each(['', 'a', 'a\n'])('is no other file: "%s"', async (text) => {
    const result = new CatalogBuilder('/a');
    const bytes = await readPrefix(catalogFile('/a', text), result, ROW_STARTS.lines);
    expect(new TextDecoder().decode(bytes)).toBe(text);
    expect(result.isCut).toBe(false);
    expect(result.done().diagnostics).toBeUndefined();
  });
});
