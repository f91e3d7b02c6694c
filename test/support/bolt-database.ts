/** Databases of bbolt, made of a tree of names and values as its own writer would lay it out. */

/** Of every page. */
export const PAGE_BYTES = 4096;

/** Values and buckets by key. */
export type Tree = { readonly [key: string]: string | Tree };

/** A page of rows whose keys and values are bytes; a flag of 1 marks a bucket. */
export function leafPage(
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

/** A page that names other pages by their first keys. */
export function branchPage(id: number, rows: readonly (readonly [string, number])[]): Buffer {
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

/** The page that names the root of a transaction. */
export function metaPage(id: number, root: number, transaction: number): Buffer {
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
export function boltDatabase(tree: Tree): Buffer {
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
