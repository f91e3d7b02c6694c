import { describe, expect, it } from 'vitest';

import { imageOf } from '../../../../test/support/detected.ts';
import { IMAGE_ROWS } from '../rows/image.ts';
import { CACHE_RULES } from './entry-rules.ts';
import { imageEntries } from './entries.ts';

function ruleOf(kind: 'file' | 'directory', mode: number): string | undefined {
  const [draft] = imageEntries.detect(
    imageOf({ modes: [{ kind, path: '/srv/x', mode, uid: 0, gid: 42 }] }),
  );
  return draft?.rule;
}

describe('modes', () => {
  it.each([
    ['set-user-ID', 'file', 0o4755, 'image/setuid-file'],
    ['set-group-ID', 'file', 0o2755, 'image/setuid-file'],
    ['both', 'file', 0o6755, 'image/setuid-file'],
    ['set-user-ID that only its owner starts', 'file', 0o4700, 'image/setuid-file'],
    ['set-user-ID that everyone writes', 'file', 0o4777, 'image/writable-setuid-file'],
    ['set-group-ID that everyone writes', 'file', 0o2757, 'image/writable-setuid-file'],
    ['set-user-ID without execution', 'file', 0o4644, undefined],
    ['set-group-ID of mandatory locking', 'file', 0o2644, undefined],
    ['a file that everyone writes', 'file', 0o777, undefined],
    ['a directory that everyone writes', 'directory', 0o777, 'image/world-writable-directory'],
    ['one with set-group-ID', 'directory', 0o2777, 'image/world-writable-directory'],
    ['a sticky directory', 'directory', 0o1777, undefined],
    ['a directory of a group', 'directory', 0o2775, undefined],
  ] as const)('%s', (_name, kind, mode, rule) => {
    expect(ruleOf(kind, mode)).toBe(rule);
  });

  it('names mode, owner, layer and instruction', () => {
    const image = imageOf({});
    const [draft] = imageEntries.detect({
      ...image,
      layers: [{}, { createdBy: 'RUN |1 DB_PASSWORD=hunter2 /bin/sh -c chmod u+s /x # buildkit' }],
      modes: [{ kind: 'file', path: '/x', mode: 0o4755, uid: 0, gid: 42, layer: 1 }],
    });
    expect(draft).toMatchObject({
      message: '"/x" runs with the rights of its owner, root: mode 4755, owner 0:42.',
      location: { path: '/x', layer: 1 },
      instruction: 'RUN chmod u+s /x',
    });
  });

  it('says nothing about Windows', () => {
    const modes = [{ kind: 'file', path: '/x', mode: 0o4755 }] as const;
    expect(imageEntries.detect({ ...imageOf({ modes }), os: 'windows' })).toEqual([]);
  });
});

describe('caches', () => {
  it('has a rule for each directory whose files are counted', () => {
    const counted = IMAGE_ROWS.flatMap((row) =>
      row.kind === 'image' ? (row.entries?.countedDirectories ?? []) : [],
    );
    expect([...CACHE_RULES.keys()].sort()).toEqual([...counted].sort());
  });

  it('says how much a layer stores', () => {
    const counted = [{ path: '/var/lib/apt/lists', fileCount: 1, sizeBytes: 1_500_001 }];
    const [draft] = imageEntries.detect(imageOf({ counted }));
    expect(draft?.message).toBe(
      'The layer stores files of a cache in "/var/lib/apt/lists": 1 file, 1501 kB.',
    );
  });
});
