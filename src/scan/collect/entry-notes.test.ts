import { expect, it } from 'vitest';

import { EntryNotesBuilder } from './entry-notes.ts';

const CRITERIA = {
  fileModes: 0o6000,
  directoryModes: 0o002,
  countedDirectories: ['/var/cache/apt', '/var/cache/apk'],
};

function builder(): EntryNotesBuilder {
  return new EntryNotesBuilder(CRITERIA);
}

it('notes files and directories with the modes that are looked for', () => {
  const notes = builder();
  notes.add({ type: 'file', path: '/su', mode: 0o4755, uid: 0, gid: 42, sizeBytes: 1 });
  notes.add({ type: 'file', path: '/ls', mode: 0o755, uid: 0, gid: 0, sizeBytes: 1 });
  notes.add({ type: 'directory', path: '/tmp', mode: 0o1777, uid: 0, gid: 0 });
  notes.add({ type: 'directory', path: '/opt', mode: 0o755, uid: 0, gid: 0 });
  notes.add({ type: 'directory', path: '/srv', mode: 0o777 });
  expect(notes.notes().modes).toEqual([
    { kind: 'file', path: '/su', mode: 0o4755, uid: 0, gid: 42 },
    { kind: 'directory', path: '/tmp', mode: 0o1777, uid: 0, gid: 0 },
    { kind: 'directory', path: '/srv', mode: 0o777 },
  ]);
});

it('takes the last entry of a path', () => {
  const notes = builder();
  notes.add({ type: 'file', path: '/su', mode: 0o4755, sizeBytes: 1 });
  notes.add({ type: 'file', path: '/su', mode: 0o755, sizeBytes: 1 });
  notes.add({ type: 'file', path: '/x', mode: 0o755, sizeBytes: 1 });
  notes.add({ type: 'file', path: '/x', mode: 0o2755, sizeBytes: 1 });
  expect(notes.notes().modes.map(({ path }) => path)).toEqual(['/x']);
});

it('counts files at any depth of a directory, without empty ones', () => {
  const notes = builder();
  for (const [path, sizeBytes] of [
    ['/var/cache/apt/pkgcache.bin', 10],
    ['/var/cache/apt/archives/x.deb', 20],
    ['/var/cache/apt/archives/lock', 0],
    ['/var/cache/aptitude/x', 5],
    ['/var/cache/apk', 5],
    ['/x/var/cache/apk/x', 5],
  ] as const) {
    notes.add({ type: 'file', path, mode: 0o644, sizeBytes });
  }
  expect(notes.notes().counted).toEqual([{ path: '/var/cache/apt', fileCount: 2, sizeBytes: 30 }]);
});

it('reports entries beyond the limit as a gap', () => {
  const notes = builder();
  for (let at = 0; at < 100_003; at += 1) {
    notes.add({ type: 'directory', path: `/d${at}`, mode: 0o777 });
  }
  expect(notes.notes().modes).toHaveLength(100_000);
  const [gap, ...others] = notes.gaps(2);
  expect(gap).toMatchObject({ gap: 'limit' });
  expect(gap?.message).toContain('layer 3');
  expect(gap?.message).toContain(' 3 files');
  expect(others).toEqual([]);
  expect(builder().gaps(0)).toEqual([]);
});
