import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { ParseError } from '../base/errors.ts';
import { openBolt, type BoltBucket } from './bolt.ts';

const PAGE_BYTES = 4096;

type Tree = { readonly [key: string]: string | Tree };

/** A page of rows whose keys and values are bytes; a flag of 1 marks a bucket. */
function leafPage(
  id: number,
  rows: readonly (readonly [string, Buffer, number])[],
  isInline = false,
): Buffer {
  const elements = Buffer.alloc(rows.length * 16);
  const bodies: Buffer[] = [];
  let bodyBytes = 0;
  for (const [index, [key, value, flags]] of rows.entries()) {
    elements.writeUInt32LE(flags, index * 16);
    elements.writeUInt32LE(elements.length - index * 16 + bodyBytes, index * 16 + 4);
    elements.writeUInt32LE(Buffer.byteLength(key), index * 16 + 8);
    elements.writeUInt32LE(value.length, index * 16 + 12);
    bodies.push(Buffer.from(key), value);
    bodyBytes += Buffer.byteLength(key) + value.length;
  }
  const page = Buffer.concat([pageHead(id, 2, rows.length), elements, ...bodies]);
  if (isInline) return page;
  const overflow = Math.ceil(page.length / PAGE_BYTES) - 1;
  page.writeUInt32LE(overflow, 12);
  return Buffer.concat([page, Buffer.alloc((overflow + 1) * PAGE_BYTES - page.length)]);
}

function branchPage(id: number, rows: readonly (readonly [string, number])[]): Buffer {
  const page = Buffer.alloc(PAGE_BYTES);
  pageHead(id, 1, rows.length).copy(page);
  let end = 16 + rows.length * 16;
  for (const [index, [key, child]] of rows.entries()) {
    const element = 16 + index * 16;
    page.writeUInt32LE(end - element, element);
    page.writeUInt32LE(Buffer.byteLength(key), element + 4);
    page.writeBigUInt64LE(BigInt(child), element + 8);
    end += page.write(key, end);
  }
  return page;
}

function pageHead(id: number, flags: number, count: number): Buffer {
  const head = Buffer.alloc(16);
  head.writeBigUInt64LE(BigInt(id), 0);
  head.writeUInt16LE(flags, 8);
  head.writeUInt16LE(count, 10);
  return head;
}

function metaPage(id: number, root: number, transaction: number): Buffer {
  const page = Buffer.alloc(PAGE_BYTES);
  pageHead(id, 4, 0).copy(page);
  const meta = page.subarray(16);
  meta.writeUInt32LE(0xed0cdaed, 0);
  meta.writeUInt32LE(2, 4);
  meta.writeUInt32LE(PAGE_BYTES, 8);
  meta.writeBigUInt64LE(BigInt(root), 16);
  meta.writeBigUInt64LE(BigInt(transaction), 48);
  let hash = 0xcbf29ce484222325n;
  for (const byte of meta.subarray(0, 56)) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  }
  meta.writeBigUInt64LE(hash, 56);
  return page;
}

/** All buckets lie in the rows that name them, and the root in page 2. */
function database(tree: Tree): Buffer {
  return Buffer.concat([metaPage(0, 2, 1), metaPage(1, 2, 2), leafPage(2, rowsOf(tree))]);
}

function rowsOf(tree: Tree): (readonly [string, Buffer, number])[] {
  return Object.entries(tree)
    .sort(([a], [b]) => Buffer.from(a).compare(Buffer.from(b)))
    .map(([key, value]) => {
      if (typeof value === 'string') return [key, Buffer.from(value), 0] as const;
      return [key, Buffer.concat([Buffer.alloc(16), leafPage(0, rowsOf(value), true)]), 1] as const;
    });
}

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
