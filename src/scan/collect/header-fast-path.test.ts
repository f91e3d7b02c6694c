import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quietContext } from '../../core/base/context.ts';
import { CATALOGERS } from '../catalog/list.ts';
import { createLayerTarReader } from '../../formats/archive/tar/layer-tar.ts';
import { writeTar, type TarMember } from '../../formats/archive/tar/tar-writer.ts';
import type { LayerVisitor, RawFileHeader } from '../../core/model/artifact/artifact.ts';
import { createCollector, type CollectorOptions } from './collector.ts';
import { compileSelectors } from './selector.ts';

const selectors = compileSelectors(CATALOGERS);
const nothing = compileSelectors([]);

const FOLDERS = [
  '',
  'usr/share/doc/a',
  'usr/local/lib',
  'srv/app/node_modules/a',
  'etc',
  'var/lib/dpkg/info',
  'nix/store/0123-a/lib',
  'opt/lib/python3.13/site-packages/a.dist-info',
];
const NAMES = [
  'a',
  'index.js',
  'package.json',
  'a.list',
  'status',
  'libz.so.1',
  'x.DLL',
  'METADATA',
  'requirements-dev.txt',
  'requi',
  'libsqlite3.so.0',
  'libsqlx',
  'python3.13',
  'php8.2',
  '.wh.a',
  '.wh..wh..opq',
  'é',
  'debian_version',
];

const members: fc.Arbitrary<TarMember> = fc
  .record({
    folder: fc.constantFrom(...FOLDERS),
    name: fc.constantFrom(...NAMES),
    type: fc.constantFrom<NonNullable<TarMember['type']>[]>(
      'file',
      'file',
      'file',
      'file',
      'directory',
      'symlink',
      'hardlink',
    ),
    start: fc.constantFrom('', './', '/'),
    mode: fc.constantFrom(0o644, 0o755),
    body: fc.constantFrom('', '{}', 'some text'),
  })
  .map(({ folder, name, type, start, mode, body }) => ({
    path: `${start}${folder === '' ? '' : `${folder}/`}${name}`,
    type,
    mode: type === 'file' ? mode : 0o755,
    ...(type === 'file' && { body }),
    ...((type === 'symlink' || type === 'hardlink') && { target: '/usr/share/doc/a/index.js' }),
  }));

const plans: fc.Arbitrary<Pick<CollectorOptions, 'layer' | 'digests' | 'selectors'>> = fc.oneof(
  fc.record({
    layer: fc.constantFrom(0, 1),
    digests: fc.constantFrom<'none' | 'full'>('none', 'full'),
    selectors: fc.constant(selectors),
  }),
  fc.record({
    layer: fc.constantFrom(0, 1),
    digests: fc.constant(new Map([['/etc/a', ['sha256' as const]]])),
    notedPaths: fc.constant(new Set(['/usr/local/lib/a', '/etc/'])),
    extraPaths: fc.constant(new Set(['/srv/app/node_modules/a/index.js'])),
    selectors: fc.constant(nothing),
  }),
);

/** What the collection of a layer gives, as plain data. */
function collect(tar: Uint8Array, options: CollectorOptions, isRaw: boolean): unknown {
  const collector = createCollector(options, quietContext());
  const { visit } = collector;
  const long: LayerVisitor = (entry) => visit(entry);
  const reader = createLayerTarReader(isRaw ? visit : long, {
    layerName: 'layer',
    budget: { addEntry: () => undefined, addBytes: () => undefined },
  });
  reader.write(tar);
  const counts = reader.end();
  for (const steps = collector.digest(); steps.next().done !== true;);
  const { facts, files } = collector.finish();
  const table = facts.files;
  return {
    counts,
    ...facts,
    files: [...table],
    wanted: files.map(({ path, wantedBy, sizeBytes }) => ({ path, wantedBy, sizeBytes })),
  };
}

describe('files taken by their bytes', () => {
  it('leave the same behind as those that are visited', () => {
    fc.assert(
      fc.property(fc.array(members, { maxLength: 40 }), plans, (list, plan) => {
        const tar = writeTar(list);
        expect(collect(tar, plan, true)).toEqual(collect(tar, plan, false));
      }),
      { numRuns: 300 },
    );
  });

  it('are most of the files of a layer', () => {
    const { visit } = createCollector({ layer: 0, digests: 'none', selectors }, quietContext());
    const seen: string[] = [];
    const spy: LayerVisitor = Object.assign(
      (entry: Parameters<LayerVisitor>[0]) => {
        seen.push(entry.path);
        return visit(entry);
      },
      { acceptHeader: (file: RawFileHeader) => visit.acceptHeader?.(file) ?? false },
    );
    const reader = createLayerTarReader(spy, {
      layerName: 'layer',
      budget: { addEntry: () => undefined, addBytes: () => undefined },
    });
    const names = ['usr/include/a.h', 'usr/include/b.h', 'srv/app/README.md', 'etc/os-release'];
    reader.write(writeTar(names.map((path) => ({ path }))));
    expect(reader.end().entryCount).toBe(4);
    expect(seen).toEqual(['/etc/os-release']);
  });
});
