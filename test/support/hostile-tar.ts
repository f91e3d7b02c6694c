/** Tar archives that no program writes, block by block. */

const BLOCK_BYTES = 512;

export interface RawMember {
  readonly path: string;
  /** Type flag; default: a plain file. */
  readonly type?: string;
  readonly linkPath?: string;
  /** Twelve bytes as they stand in the field; default: the length of the body. */
  readonly sizeField?: Buffer;
  readonly body?: Buffer | string;
  /** Bytes of the header from 345 on, in place of the prefix, as in GNU's old sparse form. */
  readonly tail?: Buffer;
  /** Default: GNU's magic, which is needed for its sparse form. */
  readonly isPosix?: boolean;
}

/** The members with the two blocks that end an archive. */
export function rawTar(members: readonly RawMember[]): Buffer {
  return Buffer.concat([...members.map(rawMember), Buffer.alloc(BLOCK_BYTES * 2)]);
}

/** A number as base-256 writes it: a mark and eleven bytes, two's complement. */
export function base256(value: bigint): Buffer {
  const field = Buffer.alloc(12);
  let rest = BigInt.asUintN(96, value);
  for (let at = 11; at >= 0; at -= 1) {
    field[at] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  field[0] = value < 0n ? 0xff : (field[0] ?? 0) | 0x80;
  return field;
}

/** A size as eleven octal digits. */
export function octal(value: number): Buffer {
  return Buffer.from(`${value.toString(8).padStart(11, '0')} `);
}

/** Records of an extended header. */
export function paxBody(records: Readonly<Record<string, string>>): string {
  return Object.entries(records)
    .map(([key, value]) => {
      const rest = ` ${key}=${value}\n`;
      let length = rest.length + 1;
      while (String(length).length + rest.length > length) length += 1;
      return `${String(length)}${rest}`;
    })
    .join('');
}

function rawMember(member: RawMember): Buffer {
  const body = Buffer.from(member.body ?? '');
  const header = Buffer.alloc(BLOCK_BYTES);
  header.write(member.path.slice(0, 100), 0);
  header.write('0000644\0', 100);
  header.write('0000000\0', 108);
  header.write('0000000\0', 116);
  (member.sizeField ?? octal(body.length)).copy(header, 124);
  header.write('00000000000 ', 136);
  header.write('        ', 148);
  header.write(member.type ?? '0', 156);
  header.write(member.linkPath ?? '', 157);
  header.write(member.isPosix === true ? 'ustar\u000000' : 'ustar  \0', 257);
  member.tail?.copy(header, 345);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  const padding = Buffer.alloc((BLOCK_BYTES - (body.length % BLOCK_BYTES)) % BLOCK_BYTES);
  return Buffer.concat([header, body, padding]);
}
