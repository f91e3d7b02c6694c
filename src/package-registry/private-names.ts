/** Names that are never asked for at an uplink. */

import { compileGlobs } from '../core/base/glob.ts';
import type { RegistrySettings } from './settings.ts';

/**
 * Returns a function that recognizes private names. Case is ignored: registries and disks without
 * case take another spelling for the same name.
 */
export function privateTest({
  privateNames,
}: Pick<RegistrySettings, 'privateNames'>): (name: string) => boolean {
  const isPrivate = compileGlobs(privateNames.map((name) => name.toLowerCase()));
  return (name) => isPrivate(name.toLowerCase());
}
