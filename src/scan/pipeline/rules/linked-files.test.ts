/** Files that detectors select by the path of a symlink. */

import { describe, expect, it } from 'vitest';

import type { RootfsEntry } from '../../../core/model/layer/rootfs-view.ts';
import { DETECTORS } from '../../../rules/detect/list.ts';
import { detectLinked, linkedFiles } from './linked-files.ts';

const ROWS = [{ id: 'test/names', files: { names: ['Dockerfile', 'Containerfile'] } }];
const BYTES = new Uint8Array([1]);

type View = Parameters<typeof linkedFiles>[0];

/** A directory in which `/Dockerfile` is a link. */
function view(target: string, entry: Partial<RootfsEntry>): View {
  const links = [{ path: '/Dockerfile', target, isHard: false, layer: 0 }];
  return { links, root: { lookUp: () => entry } } as unknown as View;
}

describe('links to files', () => {
  it('are read where no detector selects the target', () => {
    const { files, gaps } = linkedFiles(
      view('a.txt', { kind: 'file', path: '/a.txt' }),
      ROWS,
      () => BYTES,
    );
    expect(files).toEqual([{ id: 'test/names', path: '/Dockerfile', layer: 0, bytes: BYTES }]);
    expect(gaps).toEqual([]);
  });

  it.each<[string, string, Partial<RootfsEntry>]>([
    ['a target with a name of its own', 'x/Dockerfile', { kind: 'file', path: '/x/Dockerfile' }],
    ['a directory', 'x', { kind: 'folder', path: '/x' }],
    ['nothing', 'x', { kind: 'nothing', path: '/x', isCertain: true }],
  ])('not of %s', (_name, target, entry) => {
    expect(linkedFiles(view(target, entry), ROWS, () => BYTES)).toEqual({ files: [], gaps: [] });
  });

  it.each<[string, Partial<RootfsEntry>, boolean]>([
    ['/.github/workflows', { kind: 'folder', path: '/ci' }, true],
    ['/a/.gitea', { kind: 'nothing', path: '/x', isCertain: false }, true],
    ['/.gitea/workflows', { kind: 'folder', path: '/.github/workflows' }, false],
    ['/.github/workflows', { kind: 'nothing', path: '/x', isCertain: true }, false],
    ['/node_modules/a/.github', { kind: 'folder', path: '/ci' }, false],
    ['/docs', { kind: 'folder', path: '/ci' }, false],
  ])('may hide pipelines: %s to %j: %s', (path, entry, expected) => {
    const links = [{ path, target: '../x', isHard: false, layer: 0 }];
    const one = { links, root: { lookUp: () => entry } } as unknown as View;
    const { gaps } = linkedFiles(one, ROWS, () => BYTES);
    const message = `"${path}" is a symlink to "../x", where rules have not looked for pipelines`;
    expect(gaps.map((gap) => gap.message)).toEqual(expected ? [message] : []);
  });

  it.each<[string, Parameters<typeof linkedFiles>[2]]>([
    ['what cannot be read', () => undefined],
    ['anything where no other file is read', undefined],
  ])('are a gap for %s', (_name, read) => {
    const outside = view('/\0/etc/x', { kind: 'nothing', path: '/x', isCertain: false });
    const { files, gaps } = linkedFiles(outside, ROWS, read);
    expect(files).toEqual([]);
    expect(gaps).toMatchObject([
      {
        gap: 'unread',
        message: '"/Dockerfile" is a symlink to "/etc/x", which rules have not looked at',
      },
    ]);
  });
});

describe('detectors that select files by their paths', () => {
  it.each(['misconfig', 'origin'] as const)('of %s look behind links', async (scanner) => {
    const looked: string[] = [];
    const detection = {
      detect: (id: string) => Promise.resolve(looked.push(id) > 0),
      rules: [],
      gaps: () => [],
    };
    const rows = DETECTORS.filter((row) => row.scanner === scanner);
    const linked = view('a.txt', { kind: 'file', path: '/a.txt' });
    await detectLinked('directory', linked, { rows, read: () => BYTES, detection });
    expect(looked.length).toBeGreaterThan(0);

    const outside = view('/\0/etc/x', { kind: 'nothing', path: '/x', isCertain: false });
    const { diagnostics } = await detectLinked('directory', outside, {
      ...{ rows, detection },
      read: undefined,
    });
    expect(diagnostics).toMatchObject([{ gap: 'unread' }]);
  });
});
