/**
 * The scheme of versions of the form `[epoch:]version[-release]`, which RPM and Arch Linux share. They order the parts in
 * their own ways.
 *
 * Source: rpm-version(7), "Syntax"; PKGBUILD(5). What stands before the first colon is an epoch only when it is made of
 * digits. Refused: an empty version, and white space inside, which no package can carry.
 */

import { compareDigits, endOfDigits, isSpace, readDigits, type Digits } from './digits.ts';
import { cacheParsed, parsedScheme, type ParsedScheme } from './parsed-scheme.ts';
import type { Order, VersionScheme } from './scheme.ts';

interface Evr {
  /** 0 where the text has none. */
  readonly epoch: Digits;
  readonly version: string;
  /** `undefined` where the text has none. */
  readonly release: string | undefined;
}

const COLON = 58;

/** The parts, `undefined` for what is refused. Spaces around the text do not count. */
const parse = cacheParsed(read);

/** What one system adds. */
interface EvrScheme {
  readonly id: ParsedScheme<Evr>['id'];
  /** What a version is made of, by the documentation. */
  readonly version: RegExp;
  /** What a release is made of. */
  readonly release: RegExp;
  /** Orders two versions, or two releases. */
  readonly comparePart: (a: string, b: string) => Order;
  /** Orders a version with a release and one without. */
  readonly compareMissing: (isFirstMissing: boolean) => Order;
}

/** Returns the scheme of a system whose versions have this form. */
export function evrScheme({
  id,
  version,
  release,
  comparePart,
  compareMissing,
}: EvrScheme): VersionScheme {
  return parsedScheme<Evr>({
    id,
    parse,
    order(a, b) {
      const order = compareDigits(a.epoch, b.epoch) || comparePart(a.version, b.version);
      if (order !== 0) return order;
      if (a.release !== undefined && b.release !== undefined) {
        return comparePart(a.release, b.release);
      }
      return a.release === b.release ? 0 : compareMissing(a.release === undefined);
    },
    isCertain: (parsed) =>
      version.test(parsed.version) &&
      (parsed.release === undefined || release.test(parsed.release)),
    format: formatEvr,
  });
}

/** The shortest text of the same parts. */
function formatEvr({ epoch, version, release }: Evr): string {
  const rest = release === undefined ? version : `${version}-${release}`;
  // A colon in the rest needs an epoch before it.
  return epoch === 0 && !rest.includes(':') ? rest : `${epoch}:${rest}`;
}

function read(text: string): Evr | undefined {
  const evr = text.trim();
  for (let at = 0; at < evr.length; at++) {
    if (isSpace(evr.charCodeAt(at))) return undefined;
  }
  const digits = endOfDigits(evr, 0);
  const hasEpoch = evr.charCodeAt(digits) === COLON;
  const start = hasEpoch ? digits + 1 : 0;
  const hyphen = evr.lastIndexOf('-');
  const hasRelease = hyphen >= start;
  const version = evr.slice(start, hasRelease ? hyphen : undefined);
  if (version === '') return undefined;
  return {
    epoch: hasEpoch ? readDigits(evr, 0, digits) : 0,
    version,
    release: hasRelease ? evr.slice(hyphen + 1) : undefined,
  };
}
