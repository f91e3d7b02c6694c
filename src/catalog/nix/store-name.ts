/**
 * What the name of a store path says: `/nix/store/HASH-NAME-VERSION[-OUTPUT]`.
 *
 * Source: the Nix manual, "Store Path" (32 characters of an alphabet without e, o, t and u), and `builtins.parseDrvName`: the
 * name ends before the first dash that no letter follows, the version is everything behind it. The Nixpkgs manual,
 * "Multiple-output packages": an output other than the first has its name behind the version; all are of one package.
 * Paths without a version are files that a configuration was built of, and those of derivations, sources, patches and
 * locks no packages: none of them is listed.
 */

export interface StorePackage {
  readonly name: string;
  readonly version: string;
}

const STORE_NAME = /(?:^|\/)[0-9a-df-np-sv-z]{32}-(?<rest>[^/]{1,211})$/;
const DERIVATION = /^(?<name>(?:[^-]|-(?=[A-Za-z]))+)-(?<version>[^A-Za-z].*)$/;
const OUTPUT = /-(?:bin|data|debug|dev|devdoc|devman|dist|doc|info|lib|man|out|py|static)$/;
const NO_PACKAGE =
  /\.(?:drv|lock|patch|diff|tar|tgz|tbz2?|txz|zip|gz|bz2|xz|zst|lz|whl|gem|crate|nupkg|nix|sh|conf|json|txt)$/;

/** The package of a store path or of its last part; `undefined` where it is of none. */
export function storePackage(path: string): StorePackage | undefined {
  const rest = STORE_NAME.exec(path)?.groups?.['rest'];
  if (rest === undefined || NO_PACKAGE.test(rest)) return undefined;
  const { name, version } = DERIVATION.exec(rest.replace(OUTPUT, ''))?.groups ?? {};
  return name === undefined || version === undefined ? undefined : { name, version };
}
