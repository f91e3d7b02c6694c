/**
 * Decides whether a distribution built the package that ships a package of a language.
 *
 * Everything that a package says about itself can be forged by its maker: its name, its source
 * package, its maintainer. So no single statement is enough. The distribution's data must name the
 * source package, or the record the distribution; nothing may show another builder; and the owner
 * must be plausible: its name belongs to its source package, and it belongs to the language of what
 * it ships. `docs/ownership.md` names the remaining risk.
 */

import { baseName } from '../../core/base/artifact-path.ts';
import { ECOSYSTEMS, type Ecosystem } from '../../core/model/package/ecosystem.ts';
import type { Package } from '../../core/model/package/package.ts';
import { haveCommonPart } from '../../core/model/package/related-name.ts';
import { thirdPartyVendor, namesDistroAsVendor } from '../../core/model/distro/vendor.ts';

/**
 * Matches names of packages of a language, or of their dependencies: Debian's policies for Python
 * (4.3), Java (2.3), JavaScript, Ruby and PHP; Alpine's and Fedora's naming guidelines.
 */
const LANGUAGE_NAMES: ReadonlyMap<Ecosystem, RegExp> = new Map<Ecosystem, RegExp>([
  ['pypi', /^(?:lib)?(?:python|py3-|pypy)/],
  ['npm', /^(?:lib)?node|^npm$|^yarn/],
  ['rubygems', /^(?:lib)?ruby|^jruby|^rubygem/],
  ['maven', /-(?:java|jre|jdk)(?:-headless)?$|^(?:openjdk|java|default-j[rd][ek])/],
  ['packagist', /^php|^composer$/],
  ['nuget', /^dotnet|^mono|^aspnetcore/],
  ['hex', /^erlang|^elixir/],
  ['cran', /^r-(?:base|cran|bioc)|^R$|^R-/],
  ['cpan', /^perl|-perl$/],
  ['luarocks', /^lua/],
]);

/** Package managers whose records list what a package depends on. */
const WITH_DEPENDENCIES: ReadonlySet<string> = new Set(['deb', 'apk']);

/**
 * Returns whether the owner of a package is the distribution's.
 *
 * @param isNamed whether the distribution's data for this release names the owner's source package
 */
export function isDistributionBuilt(owner: Package, pkg: Package, isNamed: boolean): boolean {
  if (thirdPartyVendor(owner) !== undefined) return false;
  if (owner.presence === 'declared' || owner.evidence.level === 'contradicted') return false;
  return (
    (isNamed || namesDistroAsVendor(owner)) && isOfItsSource(owner) && isOfLanguage(owner, pkg)
  );
}

/** Returns whether a source package of that name may build a package of this name. */
function isOfItsSource({ name, source, ecosystem }: Package): boolean {
  const built = source?.name ?? name;
  if (haveCommonPart(name, built)) return true;
  // `python3-pkg-resources` of `setuptools`, `python3-bs4` of `beautifulsoup4`.
  return (
    ECOSYSTEMS[ecosystem].kind === 'os' && [...LANGUAGE_NAMES.values()].some((it) => it.test(name))
  );
}

/**
 * Programs, and modules that are built into them, may be in any package; everything else is for an
 * interpreter.
 */
function isOfLanguage(owner: Package, { ecosystem, presence }: Package): boolean {
  const language = LANGUAGE_NAMES.get(ecosystem);
  if (language === undefined) {
    return presence === 'embedded' || ECOSYSTEMS[ecosystem].kind === 'binary';
  }
  if (!WITH_DEPENDENCIES.has(ECOSYSTEMS[owner.ecosystem].purlType)) return true;
  const names = [owner.name, owner.source?.name ?? '', ...owner.dependsOn.map(nameOf)];
  return names.some((name) => language.test(name));
}

/** Dependencies are names, or ids of packages of the inventory. */
function nameOf(dependency: string): string {
  if (!dependency.startsWith('pkg:')) return dependency;
  const [path = ''] = dependency.split('@', 1);
  return baseName(path);
}

/**
 * Returns whether a package bears the name of its owner, as `pip` of `python-pip` and `log4j-core`
 * of `apache-log4j2`.
 */
export function isNamesake(owner: Package, { name }: Package): boolean {
  const own = name.slice(Math.max(name.lastIndexOf(':'), name.lastIndexOf('/')) + 1);
  return haveCommonPart(own, owner.source?.name ?? owner.name);
}
