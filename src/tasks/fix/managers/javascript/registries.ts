/**
 * The registries of a JavaScript project: the versions that they have, and the settings that a
 * package manager gets in a copy.
 *
 * Source: npm documentation, "npmrc" (lines, quotes, credentials of an address). pnpm and Yarn 1
 * read the same files.
 *
 * Reads: `.npmrc`.
 */

import type { Context } from '../../../../core/base/context.ts';
import {
  loadNpmConfig,
  type NpmConfig,
  type NpmConfigRequest,
} from '../../../../clients/package-index/npm-config.ts';
import {
  createNpmRegistry,
  type NpmVersions,
} from '../../../../clients/package-index/npm-registry.ts';
import { pathIn } from '../../project-files.ts';
import type { ProjectPlace } from '../../manager.ts';

/** The registries of one project. */
export interface Registries {
  readonly config: NpmConfig;
  /** Addresses, each once. */
  readonly urls: readonly string[];
  /** Lines of an `.npmrc` that name the registries, and no credentials. */
  readonly npmrc: Uint8Array;
  /**
   * Returns the versions of a package; `undefined` if no registry is asked, or the registry does
   * not have it.
   */
  readonly versionsOf: (name: string) => Promise<NpmVersions | undefined>;
}

/**
 * Reads the configuration of npm for a project in a directory. `more`: settings of another manager.
 * @throws AssayError as {@link loadNpmConfig}
 */
export async function readRegistries(
  { root, env }: ProjectPlace,
  directory: string,
  context: Context,
  more?: NpmConfigRequest['more'],
): Promise<Registries> {
  const project = pathIn(root, directory) || '/';
  const config = await loadNpmConfig({
    // Without a network no registry is asked, so that none has to be known.
    ...{ env, project, withBuiltIn: context.fetch !== undefined },
    ...(more !== undefined && { more }),
  });
  return registriesOf(config, context);
}

/** Returns the registries of a configuration. */
function registriesOf(config: NpmConfig, context: Context): Registries {
  const registry = createNpmRegistry(config, context);
  const answers = new Map<string, Promise<NpmVersions | undefined>>();
  const named = config.registries();
  return {
    config,
    urls: [...new Set(named.values())],
    npmrc: npmrcOf([...named].map(([key, url]) => [key, url])),
    async versionsOf(name) {
      if (context.fetch === undefined) return undefined;
      const known = answers.get(name) ?? registry.versionsOf(name);
      answers.set(name, known);
      return known;
    },
  };
}

/** Returns the text of an `.npmrc`. Values that readers would change are quoted. */
export function npmrcOf(settings: Iterable<readonly [key: string, value: string]>): Uint8Array {
  const lines = [...settings].map(([key, value]) => {
    const isPlain = /^[^\s"'#;\\=$]+$/u.test(value);
    return `${key}=${isPlain ? value : JSON.stringify(value)}\n`;
  });
  return new TextEncoder().encode(lines.join(''));
}

/**
 * Returns the settings of the user about registries and connections as the text of an `.npmrc`. Its
 * credentials belong to addresses, so that they are sent to no other registry.
 */
export function userNpmrc(config: NpmConfig): Uint8Array {
  const rows = [...config.userSettings()].flatMap(([key, values]) =>
    values.map((value) => [values.length > 1 ? `${key}[]` : key, value] as const),
  );
  return npmrcOf(rows);
}
