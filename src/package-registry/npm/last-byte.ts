/** Bytes behind the end of an archive, which some package managers read. */

/**
 * Returns the index of the last byte that is not zero; -1 if all are. It is a loop because archives
 * can unpack to a gigabyte of zeros.
 */
export function lastByteIndex(bytes: Uint8Array): number {
  let at = bytes.length - 1;
  while (at >= 0 && bytes[at] === 0) at -= 1;
  return at;
}
