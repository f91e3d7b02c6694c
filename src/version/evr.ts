/**
 * `[epoch:]version[-release]`, the form that RPM and Arch Linux share. They order the parts in their own ways.
 *
 * Source: rpm-version(7), "Syntax"; PKGBUILD(5). What stands before the first colon is an epoch only when it is made of
 * digits. Refused: an empty version, and white space inside, which no package can carry.
 */

import { endOfDigits, isSpace, readDigits, type Digits } from './digits.ts';
import { cacheParsed } from './cache-parsed.ts';

export interface Evr {
  /** 0 where the text has none. */
  readonly epoch: Digits;
  readonly version: string;
  /** `undefined` where the text has none. */
  readonly release: string | undefined;
}

const COLON = 58;

/** The parts, `undefined` for what is refused. Spaces around the text do not count. */
export const parseEvr = cacheParsed(read);

/** The shortest text of the same parts. */
export function formatEvr({ epoch, version, release }: Evr): string {
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
