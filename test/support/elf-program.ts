/**
 * An ELF file of zeros with three segments, of which the second is code, as linkers lay programs
 * out today.
 */
export function elfProgram({
  codeStart,
  codeEnd,
  sizeBytes,
  textFlags = 4,
}: {
  readonly codeStart: number;
  readonly codeEnd: number;
  readonly sizeBytes: number;
  /** Of the first segment: 4 can be read, 2 written, 1 run. */
  readonly textFlags?: number;
}): Buffer {
  const file = Buffer.alloc(sizeBytes);
  // 64 bits, little-endian.
  file.write('\u007fELF\u0002\u0001\u0001', 0, 'latin1');
  file.writeBigUInt64LE(64n, 32);
  file.writeUInt16LE(56, 54);
  file.writeUInt16LE(3, 56);
  const segments = [
    [textFlags, 0, codeStart],
    [5, codeStart, codeEnd],
    [6, codeEnd, sizeBytes],
  ] as const;
  for (const [row, [flags, start, end]] of segments.entries()) {
    const at = 64 + 56 * row;
    file.writeUInt32LE(1, at);
    file.writeUInt32LE(flags, at + 4);
    file.writeBigUInt64LE(BigInt(start), at + 8);
    file.writeBigUInt64LE(BigInt(end - start), at + 32);
  }
  return file;
}
