import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FileTable } from '../../core/model/layer/file-table.ts';
import type { FileFact } from '../../core/model/layer/layer-record.ts';
import { DirectoryEntries, PlacedLayerFiles } from './directory-entries.ts';

interface Node {
  readonly label: string;
}

const factOf = (path: string): FileFact => ({
  ...{ path, mode: 0o644, sizeBytes: 1, digests: [], isExecutable: false },
});

/** One layer with the same names in two folders. */
const NAMES = ['a', 'b', 'c', 'd', 'e', 'f'];
function sourceOf(layer: number): PlacedLayerFiles {
  const paths = ['/x', '/y'].flatMap((folder) => NAMES.map((name) => `${folder}/${name}`));
  return new PlacedLayerFiles(FileTable.from(paths.map(factOf)), layer, 12 * layer);
}

const nodeOf = ({ files, layer }: PlacedLayerFiles, row: number): Node => ({
  label: `${files.path(row)}@${String(layer)}`,
});

const anyName = fc.constantFrom(...NAMES);
const steps = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('set' as const), name: anyName }),
    fc.record({ kind: fc.constant('delete' as const), name: anyName }),
    fc.record({ kind: fc.constant('get' as const), name: anyName }),
    fc.record({
      kind: fc.constant('rows' as const),
      layer: fc.nat({ max: 2 }),
      start: fc.nat({ max: 11 }),
      count: fc.integer({ min: 1, max: 3 }),
    }),
  ),
  { maxLength: 12 },
);

describe('Children', () => {
  it('are what a map of nodes would be, in its order', () => {
    fc.assert(
      fc.property(steps, (list) => {
        const sources = [0, 1, 2].map(sourceOf);
        const children = new DirectoryEntries<Node>(nodeOf);
        const map = new Map<string, string>();
        const given = new Set<string>();
        for (const [at, step] of list.entries()) {
          if (step.kind === 'set') {
            const label = `node ${String(at)}`;
            children.set(step.name, { label });
            map.set(step.name, label);
          } else if (step.kind === 'delete') {
            children.delete(step.name);
            map.delete(step.name);
          } else if (step.kind === 'get') {
            expect(children.get(step.name)?.label).toBe(map.get(step.name));
            expect(children.get(step.name)).toBe(children.get(step.name));
          } else {
            const source = sources[step.layer];
            if (source === undefined) continue;
            const end = Math.min(step.start + step.count, source.files.endOfFolder(step.start));
            const rows = Array.from({ length: end - step.start }, (_, more) => step.start + more);
            // A layer has each file once, and it is placed once.
            const keys = rows.map((row) => `${String(step.layer)} ${String(row)}`);
            if (keys.some((key) => given.has(key))) continue;
            const isNew = rows.every((row) => !map.has(source.files.name(row)));
            expect(children.addRows(source, step.start, end)).toBe(isNew);
            if (!isNew) continue;
            for (const key of keys) given.add(key);
            for (const row of rows) map.set(source.files.name(row), nodeOf(source, row).label);
          }
        }
        const seen: [string, string][] = [];
        children.forEach({
          node: (name, { label }) => seen.push([name, label]),
          rows: (source, start, end) => {
            for (let row = start; row < end; row += 1) {
              seen.push([source.files.name(row), nodeOf(source, row).label]);
            }
          },
        });
        expect(seen).toEqual([...map]);
        expect(children.names()).toEqual([...map.keys()]);
        expect(children.names().map((name) => children.get(name)?.label)).toEqual([
          ...map.values(),
        ]);
        const nodes: string[] = [];
        children.forEachNode((name) => nodes.push(name));
        expect(nodes).toEqual([...map.keys()]);
      }),
      { numRuns: 2000 },
    );
  });
});
