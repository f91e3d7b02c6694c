/**
 * Tar archives with everything that layers may hold, written member by member: devices, names in
 * the forms of pax and GNU, names exactly as given. It shares no code with the writer and the
 * readers of the product.
 */

const BLOCK_BYTES = 512;
const NAME_BYTES = 100;

const TYPE_FLAGS = {
  file: '0',
  hardlink: '1',
  symlink: '2',
  characterDevice: '3',
  directory: '5',
} as const;

/** One member; `path` and `target` are stored as given. */
export interface RawMember {
  readonly path: string;
  readonly type: keyof typeof TYPE_FLAGS;
  readonly body?: string;
  readonly target?: string;
  /** The form of names that do not fit the header, or of all names where it is given. */
  readonly names?: 'pax' | 'gnu';
}

export function rawTar(members: readonly RawMember[]): Buffer {
  return Buffer.concat([...members.flatMap(blocksOf), Buffer.alloc(2 * BLOCK_BYTES)]);
}

function blocksOf(member: RawMember): Buffer[] {
  const { path, type, target = '' } = member;
  const body = Buffer.from(type === 'file' ? (member.body ?? '') : '');
  const isLong = Buffer.byteLength(path) > NAME_BYTES || Buffer.byteLength(target) > NAME_BYTES;
  const names = member.names ?? (isLong ? 'pax' : undefined);
  return [
    ...extension(names, path, target),
    header(path, TYPE_FLAGS[type], {
      sizeBytes: body.length,
      target,
      isFolder: type === 'directory',
    }),
    padded(body),
  ];
}

function extension(names: RawMember['names'], path: string, target: string): Buffer[] {
  if (names === 'pax') {
    const records = record('path', path) + (target === '' ? '' : record('linkpath', target));
    const body = Buffer.from(records);
    return [header('PaxHeaders.0/member', 'x', { sizeBytes: body.length }), padded(body)];
  }
  if (names !== 'gnu') return [];
  const long = (flag: string, text: string): Buffer[] => {
    const body = Buffer.from(`${text}\0`);
    return [header('././@LongLink', flag, { sizeBytes: body.length }), padded(body)];
  };
  return [...(target === '' ? [] : long('K', target)), ...long('L', path)];
}

function record(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  let length = Buffer.byteLength(rest) + 1;
  while (String(length).length + Buffer.byteLength(rest) > length) length += 1;
  return `${String(length)}${rest}`;
}

interface HeaderFields {
  readonly sizeBytes: number;
  readonly target?: string;
  readonly isFolder?: boolean;
}

function header(name: string, flag: string, fields: HeaderFields): Buffer {
  const block = Buffer.alloc(BLOCK_BYTES);
  const octal = (at: number, digits: number, value: number): void => {
    block.write(value.toString(8).padStart(digits, '0'), at, 'latin1');
  };
  block.write(name, 0, NAME_BYTES);
  octal(100, 7, fields.isFolder === true ? 0o755 : 0o644);
  octal(108, 7, 0);
  octal(116, 7, 0);
  octal(124, 11, fields.sizeBytes);
  octal(136, 11, 0);
  block.fill(' ', 148, 156);
  block.write(flag, 156, 'latin1');
  block.write(fields.target ?? '', 157, NAME_BYTES);
  block.write('ustar\x0000', 257, 'latin1');
  octal(329, 7, 0);
  octal(337, 7, 0);
  octal(
    148,
    6,
    block.reduce((sum, byte) => sum + byte, 0),
  );
  block[154] = 0;
  return block;
}

function padded(body: Buffer): Buffer {
  const rest = body.length % BLOCK_BYTES;
  return rest === 0 ? body : Buffer.concat([body, Buffer.alloc(BLOCK_BYTES - rest)]);
}
