/** The notation of RPM package names and versions, whatever file contains them. */

import type { CatalogedPackage } from '../../../core/model/catalog/catalog.ts';

/**
 * Rows of a database that hold keys. A writer of the database can add one, so they prove nothing.
 */
export const GPG_KEY_PACKAGE = 'gpg-pubkey';

const SOURCE_RPM = /^(?<name>.+)-(?<version>[^-]+-[^-]+)\.(?:src|nosrc)\.rpm$/;
const EPOCH = /^[1-9]\d*$/;

/**
 * Returns `epoch:version-release`, without an epoch of 0, as package URLs and advisories write it.
 */
export function withEpoch(version: string, epoch: string): string {
  return EPOCH.test(epoch) ? `${epoch}:${version}` : version;
}

/**
 * Returns the source package by the file name of the source RPM, without its last two parts; it has
 * the epoch of the package built from it. `undefined` where the text is no such name.
 */
export function sourceOfRpm(file: string, epoch: string): CatalogedPackage['source'] {
  const { name, version } = SOURCE_RPM.exec(file)?.groups ?? {};
  if (name === undefined || version === undefined) return undefined;
  return { name, version: withEpoch(version, epoch) };
}
