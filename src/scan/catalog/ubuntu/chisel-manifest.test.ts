import { describe, expect, it } from 'vitest';

import { namesOf, readCatalog } from '../../../../test/support/catalog-file.ts';
import { ParseError } from '../../../core/base/errors.ts';
import { chiselManifest } from './chisel-manifest.ts';

const PATH = '/var/lib/chisel/manifest.wall';
const SHA256 = 'a'.repeat(64);

function lines(...records: readonly object[]): string {
  const all = [{ jsonwall: '1.0', schema: '1.0', count: records.length }, ...records];
  return all.map((record) => `${JSON.stringify(record)}\n`).join('');
}

// The compressed form is read in the conformance cases; what is not compressed is read as it is.
describe('chiselManifest', () => {
  it('reads packages and what their slices own', async () => {
    const result = await readCatalog(
      chiselManifest,
      PATH,
      lines(
        { kind: 'content', slice: 'libssl3_libs', path: '/usr/lib/libssl.so.3' },
        {
          kind: 'package',
          name: 'libssl3',
          version: '3.0.2-0ubuntu1.18',
          sha256: SHA256,
          arch: 'amd64',
        },
        { kind: 'path', path: '/usr/lib/', mode: '0755', slices: ['libssl3_libs'] },
        {
          kind: 'path',
          path: '/usr/lib/libssl.so.3',
          slices: ['libssl3_libs'],
          sha256: SHA256,
          size: 1,
        },
        {
          kind: 'path',
          path: '/etc/a',
          slices: ['libssl3_a'],
          sha256: SHA256,
          final_sha256: 'b'.repeat(64),
        },
        { kind: 'path', path: '/lib', slices: ['libssl3_libs'], link: 'usr/lib' },
        { kind: 'slice', name: 'libssl3_libs' },
      ),
    );
    expect(result.packages).toEqual([
      {
        name: 'libssl3',
        version: '3.0.2-0ubuntu1.18',
        line: 3,
        qualifiers: new Map([['arch', 'amd64']]),
        digests: [`sha256:${SHA256}`],
        ownedFiles: [
          { path: '/usr/lib/libssl.so.3', kind: 'file', digest: `sha256:${SHA256}` },
          { path: '/etc/a', kind: 'file', digest: `sha256:${'b'.repeat(64)}` },
          { path: '/lib', kind: 'link', target: 'usr/lib' },
        ],
      },
    ]);
    expect(result.diagnostics?.map(({ gap }) => gap)).toEqual(['noAdvisoryData']);
  });

  it('reports rows that it cannot read, and reads the others', async () => {
    const text = `${lines({ kind: 'package', name: 'a', version: '1' })}{\n[]\n{"kind":"package","name":"b"}\n`;
    const result = await readCatalog(chiselManifest, PATH, text);
    expect(namesOf(result)).toEqual(['a@1']);
    expect(result.diagnostics?.filter(({ gap }) => gap === 'unreadable')).toHaveLength(3);
  });

  it.each(['', 'invalid\n\ninvalid\n', '{}\n{}\n'])('%j is refused', async (text) => {
    await expect(readCatalog(chiselManifest, PATH, text)).rejects.toThrow(ParseError);
  });
});
