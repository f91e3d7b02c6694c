/**
 * Go programs: the modules compiled into an executable, and the standard library.
 *
 * Source: the build information that `build-info.ts` and `build-info-lines.ts` read. Written rules:
 * - the standard library is the package `stdlib`, with the version of the toolchain without `go`
 *   and without what vendors add (`go1.22.6 X:boringcrypto`); a development version of Go is a
 *   note, and `stdlib` is listed without a version;
 * - a replaced module is listed as what replaces it; one replaced by a folder keeps its name and
 *   version, because what is in the folder has neither;
 * - the main module is the `root`. As `(devel)` it has no version, unless the linker was given one
 *   (`-X main.version=2.3.4`);
 * - `h1:` sums are digests (SHA-256) of the module's sources, as go.sum has them;
 * - a program built without modules, as Debian builds them, says nothing of its dependencies: a
 *   note.
 *
 * Executables that Go did not build give nothing. Refused: build information that is damaged.
 */

import type { VersionClaim } from '../../../core/model/catalog/catalog.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { readBuildInfo, type BuildInfo } from './build-info.ts';
import { parseBuildInfoLines, type BuiltModule, type BuildInfoLines } from './build-info-lines.ts';
import { isLocalPath, moduleDigests, STDLIB } from './modules.ts';

const DEVELOPMENT = '(devel)';
const RELEASE = /^go(?<version>\d+(?:\.\d+){0,2}(?:(?:alpha|beta|rc)\d+)?)(?:$|[^.\d])/;
/** Settings of the linker: `-X main.version=2.3.4`, or with quotation marks around it. */
const LINKED = /(?:^|\s)-X[=\s]['"]?(?<variable>[^\s='"]+)=(?<value>v?\d[^\s'"]*)/g;
/** Names that projects give to the variable. */
const VERSION_VARIABLE = /\.(?:app|build|git|release)?version$/i;

export const goBinary: Cataloger = {
  async read(file) {
    const result = new CatalogBuilder(file.path);
    for (const info of await readBuildInfo(file)) addProgram(info, result);
    return result.done();
  },
};

function addProgram(info: BuildInfo, result: CatalogBuilder): void {
  const lines = parseBuildInfoLines(info.modules);
  const dependencies = lines.dependencies.filter(({ path }) => path !== '');
  if (lines.main !== undefined && lines.main.path !== '') addMain(lines.main, lines, result);
  for (const dependency of dependencies) addModule(dependency, result);
  addStandardLibrary(info.goVersion, result);
  if (lines.main === undefined && dependencies.length === 0) {
    const what = lines.mainPackage === undefined ? 'program' : `program ${lines.mainPackage}`;
    result.note(`Go ${what} was built without modules: its dependencies are not recorded`);
  }
  for (const line of lines.strayLines) {
    result.unreadableRow(line, { reason: 'a line of build information that is none' });
  }
}

function addMain(main: BuiltModule, lines: BuildInfoLines, result: CatalogBuilder): void {
  const linked = linkedVersion(lines.settings.get('-ldflags') ?? '', main.path);
  const isDevelopment = main.version === DEVELOPMENT || main.version === '';
  const version = isDevelopment ? (linked ?? '') : main.version;
  const claims: readonly VersionClaim[] =
    linked === undefined || isDevelopment
      ? []
      : [{ by: 'linker flags', version: linked, weight: 'hint' }];
  result.add({
    name: main.path,
    version,
    relationship: 'root',
    dependsOn: lines.dependencies.map((dependency) => effective(dependency).path),
    ...(claims.length > 0 && { versionClaims: claims }),
  });
}

/**
 * Returns the version that the linker set in a variable of the main package or of the main module.
 */
function linkedVersion(flags: string, mainModule: string): string | undefined {
  let found: string | undefined;
  for (const { groups } of flags.matchAll(LINKED)) {
    const variable = groups?.['variable'] ?? '';
    if (!VERSION_VARIABLE.test(variable)) continue;
    if (variable.startsWith('main.')) return groups?.['value'];
    if (variable.startsWith(mainModule)) found ??= groups?.['value'];
  }
  return found;
}

function addModule(built: BuiltModule, result: CatalogBuilder): void {
  const module = effective(built);
  const digests = moduleDigests(module.sum);
  result.add({
    name: module.path,
    version: module.version === DEVELOPMENT ? '' : module.version,
    ...(digests.length > 0 && { digests }),
  });
}

/** Returns the module that was compiled in, which may be a replacement. */
function effective(built: BuiltModule): BuiltModule {
  const { replacement } = built;
  if (replacement === undefined) return built;
  return isLocalPath(replacement.path) ? { ...built, sum: '' } : replacement;
}

function addStandardLibrary(goVersion: string, result: CatalogBuilder): void {
  const version = RELEASE.exec(goVersion.trim())?.groups?.['version'];
  if (version === undefined) {
    result.note(`built with Go "${goVersion.slice(0, 80)}", which is no release`);
  }
  result.add({ name: STDLIB, version: version ?? '' });
}
