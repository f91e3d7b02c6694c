/**
 * All catalogers: one row a format, cheap and always loaded; the rows stand in `rows/`, a file for
 * a family of formats. The code behind a row is loaded when a file is wanted.
 */

import type { Artifact } from '../../core/model/artifact/artifact.ts';
import type { CatalogerRow } from './cataloger.ts';
import { BINARY_ROWS } from './rows/binary.ts';
import { MAVEN_ROWS } from './rows/maven.ts';
import { NPM_ROWS } from './rows/npm.ts';
import { GO_ROWS } from './rows/go.ts';
import { CARGO_ROWS } from './rows/cargo.ts';
import { CONAN_ROWS } from './rows/conan.ts';
import { VCPKG_ROWS } from './rows/vcpkg.ts';
import { UNREAD_ROWS } from './rows/unread.ts';
import { GITHUBACTIONS_ROWS } from './rows/githubactions.ts';
import { TERRAFORM_ROWS } from './rows/terraform.ts';
import { VSCODE_ROWS } from './rows/vscode.ts';
import { WORDPRESS_ROWS } from './rows/wordpress.ts';
import { HOMEBREW_ROWS } from './rows/homebrew.ts';
import { SNAP_ROWS } from './rows/snap.ts';
import { FLATPAK_ROWS } from './rows/flatpak.ts';
import { SWIPL_ROWS } from './rows/swipl.ts';
import { OPAM_ROWS } from './rows/opam.ts';
import { NIM_ROWS } from './rows/nim.ts';
import { NIX_ROWS } from './rows/nix.ts';
import { NUGET_ROWS } from './rows/nuget.ts';
import { PUB_ROWS } from './rows/pub.ts';
import { SWIFT_ROWS } from './rows/swift.ts';
import { COCOAPODS_ROWS } from './rows/cocoapods.ts';
import { HACKAGE_ROWS } from './rows/hackage.ts';
import { PYPI_ROWS } from './rows/pypi.ts';
import { CONDA_ROWS } from './rows/conda.ts';
import { SBOM_ROWS } from './rows/sbom.ts';
import { RUBYGEMS_ROWS } from './rows/rubygems.ts';
import { PACKAGIST_ROWS } from './rows/packagist.ts';
import { HEX_ROWS } from './rows/hex.ts';
import { CRAN_ROWS } from './rows/cran.ts';
import { JULIA_ROWS } from './rows/julia.ts';
import { LUAROCKS_ROWS } from './rows/luarocks.ts';
import { CPAN_ROWS } from './rows/cpan.ts';
import { SYSTEM_ROWS } from './rows/system.ts';

/** All catalogers. A file that several rows want is read by each of them, in this order. */
export const CATALOGERS: readonly CatalogerRow[] = [
  ...SYSTEM_ROWS,
  ...NPM_ROWS,
  ...PYPI_ROWS,
  ...CONDA_ROWS,
  ...MAVEN_ROWS,
  ...GO_ROWS,
  ...CARGO_ROWS,
  ...CONAN_ROWS,
  ...VCPKG_ROWS,
  ...RUBYGEMS_ROWS,
  ...PACKAGIST_ROWS,
  ...HEX_ROWS,
  ...CRAN_ROWS,
  ...JULIA_ROWS,
  ...LUAROCKS_ROWS,
  ...CPAN_ROWS,
  ...NUGET_ROWS,
  ...PUB_ROWS,
  ...SWIFT_ROWS,
  ...COCOAPODS_ROWS,
  ...HACKAGE_ROWS,
  ...BINARY_ROWS,
  ...SBOM_ROWS,
  ...UNREAD_ROWS,
  ...GITHUBACTIONS_ROWS,
  ...TERRAFORM_ROWS,
  ...VSCODE_ROWS,
  ...WORDPRESS_ROWS,
  ...HOMEBREW_ROWS,
  ...SNAP_ROWS,
  ...FLATPAK_ROWS,
  ...SWIPL_ROWS,
  ...OPAM_ROWS,
  ...NIM_ROWS,
  ...NIX_ROWS,
];

/** Returns the catalogers that read artifacts of a kind. */
export function catalogersOf(kind: Artifact['kind']): readonly CatalogerRow[] {
  return CATALOGERS.filter(({ artifacts }) =>
    artifacts === undefined ? kind !== 'sbom' : artifacts.includes(kind),
  );
}
