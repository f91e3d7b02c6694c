/** How the uplinks of an ecosystem are asked. */

import { indexesOf, registriesOf, type PackageSources } from './registries-of.ts';
import type { RegistrySettings, ServedEcosystem } from './settings.ts';
import type { UplinkOptions } from './uplink.ts';

/** Directory of the files of packages below that of the registry. */
export const FILES_FOLDER = 'files';

/** Directory of what is published here, below that of the registry. It is never pruned. */
export const PRIVATE_FOLDER = 'private';

/** Returns the uplinks of an ecosystem. `loopMark` marks requests of this registry. */
export function uplinksFor(
  ecosystem: ServedEcosystem,
  settings: RegistrySettings,
  sources: PackageSources,
  loopMark: string,
): UplinkOptions {
  const { npm, pip } = sources;
  if (ecosystem === 'npm') {
    return {
      registriesOf: remembered(registriesOf(settings, sources)),
      accessTo: (url) => npm.accessTo(url),
      loginHint: 'Set a token for the registry in ~/.npmrc of the user that runs "assay registry".',
      loopMark,
    };
  }
  return {
    registriesOf: remembered(indexesOf(settings, sources)),
    accessTo: (url) => pip.accessTo(url),
    loginHint: 'Write USER:PASSWORD and an at sign before the host in pip.conf, or use .netrc.',
    loopMark,
  };
}

const MAX_REMEMBERED = 10_000;

/** Each request needs the uplinks of its package, which stay the same while the registry runs. */
function remembered(registriesOf: UplinkOptions['registriesOf']): (name: string) => readonly URL[] {
  const known = new Map<string, readonly URL[]>();
  return (name) => {
    const before = known.get(name);
    if (before !== undefined) return before;
    const registries = registriesOf(name);
    if (known.size >= MAX_REMEMBERED) known.clear();
    known.set(name, registries);
    return registries;
  };
}
