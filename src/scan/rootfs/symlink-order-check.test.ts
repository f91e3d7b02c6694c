import { describe, expect, it } from 'vitest';
import { quietContext } from '../../core/base/context.ts';
import type { LayerEntry } from '../../core/model/artifact/artifact.ts';
import { createCollector } from '../collect/collector.ts';
import { toLayerRecord } from '../collect/layer-collection.ts';
import { mergeLayers } from './merge-layers.ts';
import { compileSelectors } from '../collect/selector.ts';

const selectors = compileSelectors([{ id: 'a/b', files: { paths: ['/var/lib/dpkg/status'] } }]);

/**
 * `path` for a file, `path/` for a folder, `a -> b`, `a => b` (hard), `-path` for a whiteout,
 * `path/*` for an opaque directory; in stored order.
 */
function entryOf(row: string): LayerEntry {
  const [path = '', symbolic] = row.split(' -> ');
  if (symbolic !== undefined) return { type: 'symlink', path, target: symbolic };
  const [name = '', hard] = row.split(' => ');
  if (hard !== undefined) return { type: 'hardlink', path: name, target: hard };
  if (row.startsWith('-')) return { type: 'whiteout', path: row.slice(1) };
  if (row.endsWith('/*')) return { type: 'opaque', path: row.slice(0, -2) || '/' };
  if (row.endsWith('/')) return { type: 'directory', path: row.slice(0, -1), mode: 0o755 };
  return { type: 'file', path: row, mode: 0o644, sizeBytes: 0 };
}

function gapsOf(layers: readonly (readonly string[])[]): readonly string[] {
  const records = layers.map((rows, layer) => {
    const collector = createCollector({ layer, selectors, digests: 'none' }, quietContext());
    for (const row of rows) collector.visit(entryOf(row))?.end();
    return toLayerRecord(collector.finish(), { cataloged: [] });
  });
  return mergeLayers(records).diagnostics.flatMap(({ gap, message }) =>
    gap === undefined ? [] : [message],
  );
}

const LINK = ['/var/lib/dpkg/status', '/s -> /var/lib/dpkg'];

describe('the order of entries', () => {
  it.each<[string, string[][]]>([
    ['a folder over a link', [LINK, ['/s/status', '/s/']]],
    ['a link over a link', [LINK, ['/s/status', '/s -> /o']]],
    ['a file over a link', [LINK, ['/s/status', '/s']]],
    ['a folder over a link, deeper', [['/s -> /var/lib'], ['/s/dpkg/status', '/s/']]],
    ['a link, with a whiteout for it', [LINK, ['/s/status', '/s/', '-/s']]],
    [
      'a link behind the link',
      [
        ['/s -> /t', '/t -> /var/lib/dpkg'],
        ['/s/status', '/t -> /o'],
      ],
    ],
    [
      'the same, the first link being stored again',
      [['/t -> /v'], ['/s -> /t', '/s/status', '/t -> /o']],
    ],
    ['a link twice in one layer', [['/s -> /var', '/s/status', '/s -> /o']]],
    ['a link twice, and a third entry between', [['/s -> /var', '/d/', '/s -> /o']]],
    ['a late opaque directory above a link', [['/d/s -> /var/lib'], ['/d/s/status', '/d/*']]],
    [
      'a late opaque directory, with an entry of its own',
      [['/d/s -> /var/lib'], ['/d/', '/d/s/status', '/d/*']],
    ],
    ['a late opaque root', [['/s -> /var/lib/dpkg'], ['/s/status', '/*']]],
    [
      'two links for one place',
      [['/s -> /r/e', '/r/e/l -> /o', '/s/l -> /var/lib/dpkg', '/r/e/l/status']],
    ],
    [
      'two links for one place, the stored one first',
      [['/s -> /r/e', '/s/l -> /o', '/r/e/l -> /var/lib/dpkg', '/s/l/status']],
    ],
    [
      'two links for one place, both behind a link',
      [['/s -> /r', '/t -> /r', '/s/l -> /o', '/t/l -> /var/lib/dpkg', '/s/l/status']],
    ],
    [
      'two links for one place of which nothing lies behind',
      [['/real/status'], ['/s -> /var/lib', '/var/lib/dpkg -> /o', '/s/dpkg -> /real']],
    ],
    [
      'a folder and a link for one place',
      [['/s -> /r/e', '/s/l -> /var/lib/dpkg', '/r/e/l/', '/s/l/status']],
    ],
    ['a folder over a link of one layer', [['/s -> /var', '/s/status', '/s/']]],
    ['a forgotten file over a link of one layer', [['/s -> /var', '/s/status', '/s']]],
    ['the target of a hard link', [['/z', '/var/lib/dpkg/status => /z', '/z']]],
    ['the target of a hard link to a lower layer', [['/z'], ['/var/lib/dpkg/status => /z', '/z']]],
  ])('is a gap where entries lie behind what they change: %s', (_name, layers) => {
    expect(gapsOf(layers)).toHaveLength(1);
  });

  it.each<[string, string[][]]>([
    ['a folder in the place of a link', [LINK, ['/s/', '/s/status']]],
    ['a link in the place of a link', [LINK, ['/s -> /o', '/s/status']]],
    ['entries below a link of a lower layer', [LINK, ['/s/status']]],
    ['entries below a link of the same layer', [['/s -> var', '/s/status']]],
    ['a relative link in a linked folder', [['/u/l -> ../v', '/k -> /u'], ['/k/l/status']]],
    ['a folder after what lies in it', [['/x'], ['/d/status', '/d/']]],
    ['a link that nothing is stored behind', [LINK, ['/s -> /o']]],
    ['the same link twice', [['/s -> /var', '/s/status', '/s -> /var', '/s/status']]],
    ['an archive twice', [['/z', '/y => /z', '/z', '/y => /z']]],
    ['a link to the root', [['/r -> /'], ['/r/var/lib/dpkg/status']]],
    [
      'a system that becomes merged',
      [
        ['/lib/', '/lib/a/status'],
        ['-/lib', '/lib -> usr/lib', '/usr/lib/a/status'],
      ],
    ],
    ['a chain of links that all are new', [['/x'], ['/a -> b', '/b -> c', '/c/', '/a/status']]],
    ['a link that leads in circles', [['/s -> s'], ['/s/status']]],
    ['a link that the next entry replaces', [['/s -> /var', '/s -> /o', '/s/status']]],
    ['a link that the next entry removes', [['/s -> /var', '/s', '/d/status']]],
    ['a link that is replaced twice', [['/s -> /a', '/s -> /b', '/s/', '/s/status']]],
    ['an opaque directory above a link', [['/d/s -> /var/lib'], ['/d/*', '/d/s/status']]],
    ['the same, with its own entry', [['/d/s -> /var/lib'], ['/d/', '/d/*', '/d/s/status']]],
    ['an opaque root', [['/s -> /var/lib/dpkg'], ['/*', '/s/status']]],
    [
      'a link that is stored behind another one of its layer',
      [['/v -> /app', '/v/d -> ../srv/x', '/v/d/status']],
    ],
    [
      'the same behind a relative link',
      [['/v -> app', '/v/b/', '/v/b/d -> ../../srv', '/v/b/d/status', '/z => /v/b/d/status']],
    ],
    [
      'two equal links for one place',
      [['/s -> /r/e', '/r/e/l -> /o', '/s/l -> /o', '/r/e/l/status', '/s/l/status']],
    ],
    [
      'one folder under two names',
      [
        ['/usr/lib/x/', '/lib -> usr/lib'],
        ['/lib/x/', '/usr/lib/x/', '/lib/x/y', '/lib/z -> y'],
      ],
    ],
    ['a folder behind a link of its layer', [['/v -> /app', '/v/d/', '/v/d/e/status']]],
  ])('is of no account for %s', (_name, layers) => {
    expect(gapsOf(layers)).toEqual([]);
  });
});
