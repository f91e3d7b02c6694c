/**
 * Dependencies as packages of Haskell write them: `aeson >=2.0 && <2.3`.
 *
 * Source: the Cabal User Guide, "build-depends" and "Package constraints"; GHC User's Guide,
 * "Packages". Written rules:
 * - `==1.2.3` is one version, anything else a range (`==1.2.*`, `^>=1.2`, `{1.2, 1.3}`).
 * - packages that are a part of the compiler cannot be replaced, and are no requests.
 */

import type { RequestedPackage } from '../../../core/model/package/dependency-manifest.ts';

const ENTRY =
  /^(?<name>[A-Za-z0-9](?:[A-Za-z0-9-]{0,200}[A-Za-z0-9])?)(?::\S{1,200})?(?:\s+|(?=[<>=^{(])|$)(?<range>[^]{0,500})$/;
const EXACT = /^\(?\s*==\s*(?<version>\d+(?:\.\d+){0,20})\s*\)?$/;
const OF_COMPILER: ReadonlySet<string> = new Set([
  ...['base', 'ghc', 'ghc-bignum', 'ghc-experimental', 'ghc-internal', 'ghc-prim'],
  ...['integer-gmp', 'integer-simple', 'rts', 'template-haskell'],
]);
const SUBLIBRARIES = /:\s*\{[^}]{0,1000}\}/g;
const SETS = /\{[^}]{0,1000}\}/g;

/** Returns one entry of a list as a request; `undefined` where it is none. */
export function readHaskellRequest(text: string): RequestedPackage | undefined {
  const { name, range = '' } = ENTRY.exec(text.trim())?.groups ?? {};
  if (name === undefined || OF_COMPILER.has(name)) return undefined;
  const version = EXACT.exec(range.trim())?.groups?.['version'];
  return { name, range: range.trim(), ...(version !== undefined && { version }) };
}

/** Returns the entries of a list between commas; those in braces belong to one entry. */
export function splitDependencies(list: string): readonly string[] {
  return list
    .replaceAll(SUBLIBRARIES, '')
    .replaceAll(SETS, (set) => set.replaceAll(',', ' '))
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}
