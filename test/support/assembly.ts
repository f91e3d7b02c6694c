/**
 * Programs of Windows and .NET, as far as their readers look: headers, one section, a version
 * resource.
 */

const HEADER_BYTES = 64 + 24 + 240 + 40;
const ADDRESS = 0x2000;

export interface AssemblyFacts {
  /** In the order in which compilers write them. */
  readonly strings?: Readonly<Record<string, string>>;
  /** As in `13.0.3.27908`. */
  readonly fileVersion?: string;
  /** False: a program of Windows. */
  readonly isManaged?: boolean;
}

/** A PE32+ file whose one section is its resources. */
export function assemblyFile({
  strings = {},
  fileVersion = '1.0.0.0',
  isManaged = true,
}: AssemblyFacts): Buffer {
  const resources = tree(versionBlock(strings, fileVersion));
  const header = Buffer.alloc(HEADER_BYTES);
  header.write('MZ');
  header.writeUInt32LE(64, 60);
  header.write('PE', 64);
  header.writeUInt16LE(1, 70);
  header.writeUInt16LE(240, 84);
  header.writeUInt16LE(0x20b, 88);
  const directories = 88 + 112;
  header.writeUInt32LE(16, directories - 4);
  header.writeUInt32LE(ADDRESS, directories + 2 * 8);
  header.writeUInt32LE(resources.length, directories + 2 * 8 + 4);
  if (isManaged) header.writeUInt32LE(72, directories + 14 * 8 + 4);
  const section = 64 + 24 + 240;
  header.write('.rsrc', section);
  header.writeUInt32LE(ADDRESS, section + 12);
  header.writeUInt32LE(resources.length, section + 16);
  header.writeUInt32LE(HEADER_BYTES, section + 20);
  return Buffer.concat([header, resources]);
}

/** Type 16, name 1, language 0, behind another type. */
function tree(block: Buffer): Buffer {
  const folder = (...entries: readonly (readonly [id: number, offset: number])[]): Buffer => {
    const bytes = Buffer.alloc(16 + 8 * entries.length);
    bytes.writeUInt16LE(entries.length, 14);
    for (const [at, [id, offset]] of entries.entries()) {
      bytes.writeUInt32LE(id, 16 + 8 * at);
      bytes.writeUInt32LE(offset, 20 + 8 * at);
    }
    return bytes;
  };
  const leaf = Buffer.alloc(16);
  const subtree = (offset: number): number => offset + 0x80000000;
  const head = Buffer.concat([
    folder([3, subtree(32)], [16, subtree(32)]),
    folder([1, subtree(56)]),
    folder([0, 80]),
    leaf,
  ]);
  head.writeUInt32LE(ADDRESS + head.length, 80);
  head.writeUInt32LE(block.length, 84);
  return Buffer.concat([head, block]);
}

function versionBlock(strings: Readonly<Record<string, string>>, fileVersion: string): Buffer {
  const fixed = Buffer.alloc(52);
  fixed.writeUInt32LE(0xfeef04bd, 0);
  for (const [at, number] of fileVersion.split('.').entries()) {
    fixed.writeUInt16LE(Number(number), [10, 8, 14, 12][at] ?? 0);
  }
  const rows = Object.entries(strings).map(([key, text]) =>
    block(key, Buffer.from(`${text}\0`, 'utf16le'), []),
  );
  const nothing = Buffer.alloc(0);
  const table = block('000004b0', nothing, rows);
  const translation = block('Translation', Buffer.from([0, 0, 0xb0, 4]), []);
  return block('VS_VERSION_INFO', fixed, [
    block('VarFileInfo', nothing, [translation]),
    block('StringFileInfo', nothing, [table]),
  ]);
}

function block(key: string, value: Buffer, children: readonly Buffer[]): Buffer {
  const head = padded(Buffer.concat([Buffer.alloc(6), Buffer.from(`${key}\0`, 'utf16le')]));
  const bytes = Buffer.concat([head, padded(value), ...children.map(padded)]);
  bytes.writeUInt16LE(bytes.length, 0);
  bytes.writeUInt16LE(value.length, 2);
  return bytes;
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)]);
}
