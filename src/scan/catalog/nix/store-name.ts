/**
 * The package in the name of a store path: `/nix/store/HASH-NAME-VERSION[-OUTPUT]`.
 *
 * Source: the Nix manual, "Store Path" (32 characters of an alphabet without e, o, t and u, then a
 * name of letters, digits and `+-._?=`), and `builtins.parseDrvName`: the name ends before the
 * first dash that no letter follows, the version is everything behind it. The Nixpkgs manual,
 * "Multiple-output packages": an output other than the first has its name behind the version; all
 * are of one package. The derivation names the output, if it is known; else a word behind a version
 * that is complete without it, unless it is one that versions end in, as in `1.0-rc1`. Paths
 * without a version are files that a configuration was built of, and those of derivations, sources,
 * patches and locks no packages: none of them is listed.
 */

/** The name and version that the name of a store path contains. */
export interface StorePackage {
  readonly name: string;
  readonly version: string;
}

const STORE_NAME = /(?:^|\/)[0-9a-df-np-sv-z]{32}-(?<rest>[\w+.?=-]{1,211})$/;
const DERIVATION = /^(?<name>(?:[^-]|-(?=[A-Za-z]))+)-(?<version>[^A-Za-z].*)$/;
/** Matches output names of Nixpkgs, behind any version. */
const OUTPUT =
  /-(?:bin|data|debug|dev|devdoc|devman|dist|doc|info|lib|man|out|py|static|terminfo)$/;
/** A version of numbers, perhaps with the date of an unreleased state, and one word more. */
const WITH_OUTPUT =
  /^(?<version>\d[\w.+]*(?:-\d[\w.+]*){0,8}(?:-unstable-\d{4}-\d\d-\d\d)?)-(?<word>[a-z][a-z0-9_]*)$/;
/** Words that belong to the version: a state before or behind the release. */
const STATE =
  /^(?:a|alpha|b|beta|c|canary|dev|eap|final|ga|git|lts|m|nightly|p|patch|post|pre|preview|r|rc|release|rev|sp|snapshot|stable|unstable)[\d_]*$/;
const NO_PACKAGE =
  /(?:\.(?:drv|lock|patch|diff|tar|tgz|tbz2?|txz|zip|gz|bz2|xz|zst|lz|whl|gem|crate|nupkg|nix|sh|conf|json|txt)|-source)$/;
const DRV = /\.drv$/;

/**
 * Returns the package of a store path or of its last part; `undefined` where it is of none.
 * `deriver` is the path of the derivation that built it, where that is known.
 */
export function storePackage(path: string, deriver?: string): StorePackage | undefined {
  const rest = restOf(path);
  if (rest === undefined || NO_PACKAGE.test(rest)) return undefined;
  const built = deriver === undefined ? undefined : restOf(deriver);
  const whole = built !== undefined && DRV.test(built) ? built.replace(DRV, '') : undefined;
  if (whole !== undefined && (rest === whole || rest.startsWith(`${whole}-`))) {
    return split(whole);
  }
  const found = split(rest.replace(OUTPUT, ''));
  if (found === undefined) return undefined;
  const { version = found.version, word = '' } = WITH_OUTPUT.exec(found.version)?.groups ?? {};
  return STATE.test(word) ? found : { name: found.name, version };
}

/** Returns whether it is a path as the store has them, or the last part of one. */
export function isStorePath(path: string): boolean {
  return STORE_NAME.test(path);
}

function restOf(path: string): string | undefined {
  return STORE_NAME.exec(path)?.groups?.['rest'];
}

function split(derivation: string): StorePackage | undefined {
  const { name, version } = DERIVATION.exec(derivation)?.groups ?? {};
  return name === undefined || version === undefined ? undefined : { name, version };
}
