/**
 * The package and version of a .NET assembly, from its version resource.
 *
 * Source: the .NET SDK's documentation, "Set assembly attributes in a project file": the product
 * version is by default the version of the package, with the commit behind `+`; compilers write the
 * assembly's name with its extension as `OriginalFilename`. Written rules: where the product
 * version has fewer than three numbers and the file version begins with them, the file version is
 * the fuller one. Texts of Microsoft's older builds (`4.6.31308.01 @BuiltBy: …`) and `0.0.0.0` are
 * no versions of packages: the package is named without one.
 */

import { baseName } from '../../../core/base/artifact-path.ts';
import type { ByteSource } from '../../../formats/bytes/byte-source.ts';
import { readPeVersion, type PeVersion } from '../../../formats/binary/pe/pe-version.ts';

/** The name and version that a .NET assembly states in its metadata. */
export interface AssemblyVersion {
  readonly name: string;
  /** Empty where the file does not tell. */
  readonly version: string;
  /** The file version, as in `13.0.3.27908`. */
  readonly fileVersion?: string;
  /** That of the assembly's identity, as in `13.0.0.0`; compilers write it among the strings. */
  readonly assemblyVersion?: string;
  readonly isOfMicrosoft: boolean;
}

const NUMBERS = /^\d+(?:\.\d+){0,3}(?![.\d])/;
const PRERELEASE = /^-[0-9A-Za-z][0-9A-Za-z.-]{0,100}(?=$|[+\s,;@])/;
/**
 * The framework that a build is for, as in `2.0.6.0-.NET 4.5` and `2.0.6-net45`, which is no
 * pre-release.
 */
const FRAMEWORK = /^-\.?net(?:standard|coreapp|framework)?[ -]?v?\d/i;
const BUILD_OF_MICROSOFT = / @BuiltBy: /;
const MICROSOFT = /^\W*microsoft\b/i;
const EXTENSION = /\.(?:dll|exe)$/i;

/** Returns `undefined` for what is not of .NET, or says nothing. @throws ParseError */
export async function readAssemblyVersion(
  source: ByteSource,
): Promise<AssemblyVersion | undefined> {
  const said = await readPeVersion(source);
  if (said === undefined || !said.isManaged || said.strings.size === 0) return undefined;
  const { strings, fileVersion } = said;
  const fileName = baseName(source.path);
  const original = strings.get('OriginalFilename') ?? '';
  const assemblyVersion = strings.get('Assembly Version');
  const internal = strings.get('InternalName') ?? '';
  return {
    name: (original || internal || fileName).replace(EXTENSION, ''),
    version: packageVersion(said),
    ...(fileVersion !== undefined && { fileVersion }),
    ...(assemblyVersion !== undefined && { assemblyVersion }),
    isOfMicrosoft: MICROSOFT.test(strings.get('CompanyName') ?? ''),
  };
}

function packageVersion({ strings }: PeVersion): string {
  const product = strings.get('ProductVersion') ?? '';
  if (BUILD_OF_MICROSOFT.test(product)) return '';
  const [numbers = ''] = NUMBERS.exec(product) ?? [];
  const [file = ''] = NUMBERS.exec(strings.get('FileVersion') ?? '') ?? [];
  const rest = product.slice(numbers.length);
  const [prerelease = ''] = (FRAMEWORK.test(rest) ? null : PRERELEASE.exec(rest)) ?? [];
  const isBrief = numbers.split('.').length < 3 && prerelease === '';
  const version = isBrief && `${file}.`.startsWith(numbers) ? file : numbers + prerelease;
  return /^[0.]*$/.test(version) ? '' : version;
}
