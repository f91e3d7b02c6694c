/** Names that are never asked for at an uplink. */

import { compileGlobs } from '../base/glob.ts';
import type { RegistrySettings } from './settings.ts';

/** Returns a function that recognizes private names. */
export function privateTest({
  privateNames,
}: Pick<RegistrySettings, 'privateNames'>): (name: string) => boolean {
  return compileGlobs(privateNames);
}
