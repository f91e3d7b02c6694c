/**
 * Random texts of a shape, the same for the same seed: secrets of tests are made when a test runs.
 */

/** Characters of a class, by the name that templates use. */
const CLASSES: Readonly<Record<string, string>> = {
  an: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789',
  AN: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789',
  low: 'abcdefghijklmnopqrstuvwxyz0123456789',
  A: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  a: 'abcdefghijklmnopqrstuvwxyz',
  d: '0123456789',
  hex: '0123456789abcdef',
  HEX: '0123456789ABCDEF',
  b32: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567',
  b32low: 'abcdefghijklmnopqrstuvwxyz234567',
  b58: '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz',
  b64: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/',
  url: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-',
};

/** A source of random numbers that repeats for a seed. */
export interface Random {
  /** From 0 to `below`, exclusive. */
  integer(below: number): number;
  pick<T>(list: readonly T[]): T;
  bytes(length: number): Buffer;
  /** Replaces `{class:length}` by random characters, `{uuid}` by a random UUID. */
  fill(template: string): string;
}

/** Returns a source of random numbers (the generator "mulberry32"). */
export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const integer = (below: number): number => next() % below;
  const pick = <T>(list: readonly T[]): T => list[integer(list.length)] as T;
  const characters = (name: string, length: number): string => {
    const all = CLASSES[name];
    if (all === undefined) throw new Error(`there is no class of characters "${name}"`);
    return Array.from({ length }, () => all.charAt(integer(all.length))).join('');
  };
  const uuid = (): string =>
    `${characters('hex', 8)}-${characters('hex', 4)}-4${characters('hex', 3)}-${pick(['8', '9', 'a', 'b'])}${characters('hex', 3)}-${characters('hex', 12)}`;
  return {
    integer,
    pick,
    bytes: (length) => Buffer.from(Array.from({ length }, () => integer(256))),
    fill: (template) =>
      template
        .replace(/\{uuid\}/gu, uuid)
        .replace(/\{(?<name>\w+):(?<length>\d+)\}/gu, (_, name: string, length: string) =>
          characters(name, Number(length)),
        ),
  };
}
