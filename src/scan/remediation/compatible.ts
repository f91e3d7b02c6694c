/**
 * Compatible versions as Cargo counts them: the first number that is not 0 is the same.
 *
 * Source: the Cargo Book, "Specifying Dependencies", "Default requirements".
 */

const NUMBERS = /^v?(?<major>\d+)(?:\.(?<minor>\d+))?(?:\.(?<patch>\d+))?/u;

/** Returns whether a request for `installed` also takes the later version `next`. */
export function isCompatible(installed: string, next: string): boolean {
  const [from, to] = [numbersOf(installed), numbersOf(next)];
  if (from === undefined || to === undefined) return false;
  const first = from.findIndex((number) => number !== '0');
  const decides = first === -1 ? from.length - 1 : first;
  return from.slice(0, decides + 1).every((number, index) => number === to[index]);
}

/**
 * Returns the line of compatible versions that a version belongs to, as a range of npm: `1`, `0.2`.
 * A version before 0.1 and a pre-release are lines of their own.
 */
export function releaseLineOf(version: string): string {
  const [major = '0', minor = '0'] = numbersOf(version) ?? [];
  if (version.includes('-')) return version;
  if (major !== '0') return major;
  return minor === '0' ? version : `0.${minor}`;
}

function numbersOf(version: string): readonly string[] | undefined {
  const groups = NUMBERS.exec(version)?.groups;
  if (groups === undefined) return undefined;
  return [groups['major'] ?? '0', groups['minor'] ?? '0', groups['patch'] ?? '0'];
}
