/**
 * The uplinks of a package: those of the settings, else those of the user's configuration. Private
 * names have none. The trust file limits them: a name that it lists as owned comes from its own
 * sources alone.
 */

import type { NpmConfig } from '../clients/package-index/npm-config.ts';
import type { PipConfig } from '../clients/package-index/pip-config.ts';
import type { TrustedRootLoader } from '../trust/signing/trusted-roots.ts';
import { isOwnedName, packageRefusal } from '../trust/trust-file/decisions.ts';
import type { TrustFile } from '../trust/trust-file/trust-file.ts';
import { privateTest } from './private-names.ts';
import type { RegistrySettings, ServedEcosystem } from './settings.ts';

/** What limits the sources of packages. Absent: nothing. */
type SourceTrust = Pick<TrustFile, 'packages'> | undefined;

/** Where packages come from, by the user's configuration and the trust file. */
export interface PackageSources {
  readonly npm: Pick<NpmConfig, 'registryOf' | 'accessTo'>;
  readonly pip: Pick<PipConfig, 'indexes' | 'extraIndexes' | 'accessTo'>;
  readonly trust: SourceTrust;
  /** The roots that attestations are verified by. Absent: they are not verified. */
  readonly roots?: Pick<TrustedRootLoader, 'load'>;
}

/**
 * Returns the ecosystems that are served: those of the settings for which an uplink or a private
 * name is configured.
 */
export function servedEcosystems(
  settings: UplinkSettings,
  { npm, pip }: PackageSources,
): readonly ServedEcosystem[] {
  const { ecosystems, pypi, uplinks, privateNames } = settings;
  const hasNpm = [...uplinks, ...privateNames, npm.registryOf('a')].some(
    (one) => one !== undefined,
  );
  const hasPypi = [...pypi.uplinks, ...pypi.privateNames, ...pip.indexes].length > 0;
  const isConfigured = { npm: hasNpm, pypi: hasPypi };
  return ecosystems.filter((one) => isConfigured[one]);
}

type UplinkSettings = Pick<RegistrySettings, 'uplinks' | 'privateNames' | 'pypi' | 'ecosystems'>;

/**
 * Returns a function that gives the registries of a package of npm in the order in which they are
 * asked.
 */
export function registriesOf(
  settings: UplinkSettings,
  { npm, trust }: Pick<PackageSources, 'npm' | 'trust'>,
): (name: string) => readonly URL[] {
  const isPrivate = privateTest(settings);
  return (name) => {
    if (isPrivate(name) || !settings.ecosystems.includes('npm')) return [];
    const configured = settings.uplinks.length > 0 ? settings.uplinks : [npm.registryOf(name)];
    return trusted(configured, { ecosystem: 'npm', name }, trust);
  };
}

/**
 * Returns a function that gives the indexes of a Python project. Further indexes of pip
 * (`extra-index-url`) are asked only for names that the trust file lists as owned, because
 * installers would take the highest version of all indexes.
 */
export function indexesOf(
  { pypi, ecosystems }: UplinkSettings,
  { pip, trust }: Pick<PackageSources, 'pip' | 'trust'>,
): (name: string) => readonly URL[] {
  const isPrivate = privateTest(pypi);
  const rules = trust?.packages.get('pypi');
  return (name) => {
    if (isPrivate(name) || !ecosystems.includes('pypi')) return [];
    if (pypi.uplinks.length > 0) return trusted(pypi.uplinks, { ecosystem: 'pypi', name }, trust);
    const isOwned = rules !== undefined && isOwnedName(rules, 'pypi', name);
    const configured = pip.indexes.filter((url) => isOwned || !pip.extraIndexes.includes(url));
    return trusted(configured, { ecosystem: 'pypi', name }, trust);
  };
}

/**
 * Returns a function that recognizes names of the organization: private ones, and those that the
 * trust file lists as owned.
 */
export function ownNameTest(
  ecosystem: ServedEcosystem,
  settings: UplinkSettings,
  { trust }: Pick<PackageSources, 'trust'>,
): (name: string) => boolean {
  const isPrivate = privateTest(ecosystem === 'npm' ? settings : settings.pypi);
  const rules = trust?.packages.get(ecosystem);
  return (name) => isPrivate(name) || (rules !== undefined && isOwnedName(rules, ecosystem, name));
}

function trusted(
  urls: readonly (URL | undefined)[],
  of: { readonly ecosystem: 'npm' | 'pypi'; readonly name: string },
  trust: SourceTrust,
): readonly URL[] {
  return urls.flatMap((url) => {
    if (url === undefined) return [];
    const isAllowed =
      trust === undefined || packageRefusal(trust, { ...of, address: url.href }) === undefined;
    return isAllowed ? [url] : [];
  });
}
