/** Writes zip archives for tests, good and bad ones. */

import { crc32, deflateRawSync } from 'node:zlib';

/** One member; what is stated wrongly makes a damaged archive. */
export interface Member {
  readonly name: string | Uint8Array;
  /** Text is written as UTF-8. */
  readonly body?: string | Uint8Array;
  readonly method?: number;
  readonly flags?: number;
  readonly statedBytes?: number;
  readonly statedCrc?: number;
  readonly isZip64?: boolean;
}

/** What stands around the members. */
export interface Shape {
  readonly prefix?: string;
  readonly comment?: string;
  readonly isZip64?: boolean;
}

/**
 * A zip archive as other programs write it: data descriptors with zeroed local headers, zip64 where
 * asked.
 */
export function zip(members: readonly Member[], shape: Shape = {}): Buffer {
  const locals: Buffer[] = [];
  const centrals: Buffer[] = [];
  let offset = 0;
  for (const member of members) {
    const { local, central } = memberParts(member, offset);
    locals.push(local);
    centrals.push(central);
    offset += local.length;
  }
  const prefix = Buffer.from(shape.prefix ?? '');
  const directory = Buffer.concat(centrals);
  const ends = endParts(members.length, directory.length, offset, shape);
  return Buffer.concat([prefix, ...locals, directory, ...ends]);
}

function memberParts(member: Member, offset: number): { local: Buffer; central: Buffer } {
  const body = Buffer.from((member.body ?? '') as string);
  const method = member.method ?? 8;
  const packed = method === 8 ? deflateRawSync(body) : body;
  const name = Buffer.from(member.name as string);
  const flags = (member.flags ?? 0) | 8;
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt16LE(flags, 6);
  local.writeUInt16LE(method, 8);
  local.writeUInt16LE(name.length, 26);
  const descriptor = Buffer.alloc(16);
  descriptor.writeUInt32LE(0x08074b50, 0);
  descriptor.writeUInt32LE(member.statedCrc ?? crc32(body), 4);
  descriptor.writeUInt32LE(packed.length, 8);
  descriptor.writeUInt32LE(member.statedBytes ?? body.length, 12);
  const central = Buffer.alloc(46);
  central.writeUInt32LE(0x02014b50, 0);
  central.writeUInt16LE(flags, 8);
  central.writeUInt16LE(method, 10);
  central.writeUInt32LE(member.statedCrc ?? crc32(body), 16);
  central.writeUInt16LE(name.length, 28);
  const sizes = [member.statedBytes ?? body.length, packed.length, offset] as const;
  const extra = member.isZip64 === true ? zip64Extra(sizes) : Buffer.alloc(0);
  const [sizeField, packedField, offsetField] =
    extra.length > 0 ? ([0xffffffff, 0xffffffff, 0xffffffff] as const) : sizes;
  central.writeUInt32LE(packedField, 20);
  central.writeUInt32LE(sizeField, 24);
  central.writeUInt32LE(offsetField, 42);
  central.writeUInt16LE(extra.length, 30);
  return {
    local: Buffer.concat([local, name, packed, descriptor]),
    central: Buffer.concat([central, name, extra]),
  };
}

function zip64Extra(sizes: readonly number[]): Buffer {
  const extra = Buffer.alloc(4 + 24);
  extra.writeUInt16LE(1, 0);
  extra.writeUInt16LE(24, 2);
  for (const [index, size] of sizes.entries()) extra.writeBigUInt64LE(BigInt(size), 4 + index * 8);
  return extra;
}

function endParts(count: number, directoryBytes: number, offset: number, shape: Shape): Buffer[] {
  const comment = Buffer.from(shape.comment ?? '');
  const isZip64 = shape.isZip64 === true;
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(isZip64 ? 0xffff : count, 10);
  end.writeUInt32LE(isZip64 ? 0xffffffff : directoryBytes, 12);
  end.writeUInt32LE(isZip64 ? 0xffffffff : offset, 16);
  end.writeUInt16LE(comment.length, 20);
  return [...(isZip64 ? zip64End(count, directoryBytes, offset) : []), end, comment];
}

function zip64End(count: number, directoryBytes: number, offset: number): Buffer[] {
  const record = Buffer.alloc(56);
  record.writeUInt32LE(0x06064b50, 0);
  record.writeBigUInt64LE(BigInt(count), 32);
  record.writeBigUInt64LE(BigInt(directoryBytes), 40);
  record.writeBigUInt64LE(BigInt(offset), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(offset + directoryBytes), 8);
  return [record, locator];
}
