/** The uplinks of a package: those of the settings, else the registry of the user's npm configuration. Private names have none. */

import type { NpmConfig } from '../package-index/npm-config.ts';
import { privateTest } from './handler.ts';
import type { RegistrySettings } from './settings.ts';

/** Returns a function that gives the registries of a package in the order in which they are asked. */
export function registriesOf(
  settings: Pick<RegistrySettings, 'uplinks' | 'privateNames'>,
  npm: Pick<NpmConfig, 'registryOf'>,
): (name: string) => readonly URL[] {
  const isPrivate = privateTest(settings);
  return (name) => {
    if (isPrivate(name)) return [];
    if (settings.uplinks.length > 0) return settings.uplinks;
    const configured = npm.registryOf(name);
    return configured === undefined ? [] : [configured];
  };
}
