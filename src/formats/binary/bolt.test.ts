import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  boltDatabase as database,
  branchPage,
  leafPage,
  metaPage,
  PAGE_BYTES,
  type Tree,
} from '../../../test/support/bolt-database.ts';
import { ParseError } from '../../core/base/errors.ts';
import { openBolt, type BoltBucket } from './bolt.ts';

function source(bytes: Buffer): Parameters<typeof openBolt>[0] {
  return {
    path: 'meta.db',
    sizeBytes: bytes.length,
    readAt: (offset, length) => Promise.resolve(bytes.subarray(offset, offset + length)),
  };
}

async function treeOf(bucket: BoltBucket): Promise<Tree> {
  const tree: Record<string, string | Tree> = {};
  for await (const entry of bucket.entries()) {
    const key = entry.key.toString();
    tree[key] = 'value' in entry ? entry.value.toString() : await treeOf(entry.bucket);
  }
  return tree;
}

const TREE: Tree = {
  v1: { default: { images: { 'a:1': { digest: 'x', size: '1' }, 'b:2': {} } } },
  z: 'end',
};

describe('openBolt', () => {
  it('reads buckets within buckets', async () => {
    const { root } = await openBolt(source(database(TREE)));
    expect(await treeOf(root)).toEqual(TREE);
    const images = await (await (await root.bucket('v1'))?.bucket('default'))?.bucket('images');
    expect((await (await images?.bucket('a:1'))?.value('digest'))?.toString()).toBe('x');
    expect(await root.bucket('z')).toBeUndefined();
    expect(await root.value('v1')).toBeUndefined();
    expect(await root.value('none')).toBeUndefined();
  });

  it('reads trees of several pages, and rows that are larger than one', async () => {
    const big = 'b'.repeat(3 * PAGE_BYTES);
    const large = leafPage(4, [['m', Buffer.from(big), 0]]);
    const bytes = Buffer.concat([
      metaPage(0, 2, 1),
      metaPage(1, 2, 2),
      branchPage(2, [
        ['a', 3],
        ['m', 4],
      ]),
      leafPage(3, [
        ['a', Buffer.from('1'), 0],
        ['b', Buffer.from('2'), 0],
      ]),
      large,
    ]);
    const { root } = await openBolt(source(bytes));
    expect(await treeOf(root)).toEqual({ a: '1', b: '2', m: big });
    for (const [key, value] of [
      ['a', '1'],
      ['b', '2'],
      ['m', big],
    ] as const) {
      expect((await root.value(key))?.toString()).toBe(value);
    }
    expect(await root.value('A')).toBeUndefined();
    expect(await root.value('c')).toBeUndefined();
  });

  it.each([0, 1])('does with one meta page where the other is damaged: %d', async (damaged) => {
    const bytes = database(TREE);
    bytes.fill(0, damaged * PAGE_BYTES, (damaged + 1) * PAGE_BYTES);
    expect(await treeOf((await openBolt(source(bytes))).root)).toEqual(TREE);
  });

  it('tells that a transaction was written meanwhile', async () => {
    const bytes = database(TREE);
    const opened = await openBolt(source(bytes));
    expect(await opened.isCurrent()).toBe(true);
    metaPage(0, 2, 3).copy(bytes, 0);
    expect(await opened.isCurrent()).toBe(false);
  });

  it('refuses a tree that leads back to itself', async () => {
    const bytes = Buffer.concat([metaPage(0, 2, 1), metaPage(1, 2, 2), branchPage(2, [['a', 2]])]);
    const { root } = await openBolt(source(bytes));
    await expect(treeOf(root)).rejects.toThrow('its tree is too deep');
    await expect(root.value('a')).rejects.toThrow('its tree is too deep');
  });

  it('refuses other files', async () => {
    await expect(openBolt(source(Buffer.alloc(3 * PAGE_BYTES)))).rejects.toThrow(ParseError);
    await expect(openBolt(source(Buffer.from('short')))).rejects.toThrow(ParseError);
  });

  it('gives a tree or a ParseError, whatever bytes change', async () => {
    const good = database(TREE);
    const change = fc.tuple(fc.nat({ max: good.length - 1 }), fc.nat({ max: 255 }));
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 8 }), async (changes) => {
        const bytes = Buffer.from(good);
        for (const [at, byte] of changes) bytes[2 * PAGE_BYTES + (at % PAGE_BYTES)] = byte;
        try {
          await treeOf((await openBolt(source(bytes))).root);
        } catch (error) {
          expect(error).toBeInstanceOf(ParseError);
        }
      }),
    );
  });
});
