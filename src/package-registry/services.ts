/** The services of a registry, one for each protocol, with the files that they share. */

import { stat } from 'node:fs/promises';
import { join } from 'node:path';

import { compareText } from '../core/base/compare.ts';
import type { Context } from '../core/base/context.ts';
import { AssayError } from '../core/base/errors.ts';
import { removeStrayFiles } from '../core/base/cache-directory.ts';
import { withFileLock } from '../core/base/file-lock.ts';
import type { RegistryAnswer } from './answer.ts';
import type { AdvisoryWatch } from './advisory-watch.ts';
import { openHostedPackages, type HostedPackages } from './npm/publish/hosted-packages.ts';
import { answerSearch } from './npm/search/answer.ts';
import { privateTest } from './private-names.ts';
import { createNpmService, type NpmService } from './npm/service.ts';
import { createPypiService, type PypiService } from './pypi/service.ts';
import { ownNameTest, type PackageSources } from './registries-of.ts';
import type { RegistryEvent, ServiceOptions } from './service-options.ts';
import type { RegistrySettings, ServedEcosystem } from './settings.ts';
import { openContentStore } from './store/content-store.ts';
import { FILES_FOLDER, PRIVATE_FOLDER, uplinksFor } from './uplinks-for.ts';

/** What services are made with. */
export interface ServicesRequest {
  readonly settings: RegistrySettings;
  readonly sources: PackageSources;
  readonly advisories: AdvisoryWatch;
  /** Address of the registry, with a slash at its end. */
  readonly base: string;
  readonly loopMark: string;
  readonly onEvent: (event: RegistryEvent) => void;
}

/** The services of a registry. */
export interface RegistryServices {
  readonly npm: NpmService;
  readonly pypi: PypiService;
  readonly hosted: HostedPackages;
  /**
   * Removes the files of packages that were used least recently until the rest has at most
   * `maxBytes`, with the attestations that are about them. Returns how many files were removed.
   */
  readonly prune: (maxBytes: number) => Promise<number>;
  /** Answers a search for packages of npm, by the target of its request. */
  readonly search: (target: string) => Promise<RegistryAnswer>;
}

const LOCK_NAME = 'registry.lock';

/**
 * Opens the services of a directory and removes what killed processes left there. The caller has
 * the lock of the directory.
 */
export async function openServices(
  request: ServicesRequest,
  context: Context,
): Promise<RegistryServices> {
  const { settings, sources, advisories, base, loopMark, onEvent } = request;
  const files = openContentStore(join(settings.folder, FILES_FOLDER));
  const optionsFor = (ecosystem: ServedEcosystem): ServiceOptions => ({
    folder: join(settings.folder, ecosystem),
    files,
    base,
    policy: settings.policy,
    advisories,
    uplinks: uplinksFor(ecosystem, settings, sources, loopMark),
    isOwnName: ownNameTest(ecosystem, settings, sources),
    ...(sources.roots !== undefined && { roots: sources.roots }),
    freshMs: settings.freshMs,
    maxFileBytes: settings.maxFileBytes,
    isDryRun: settings.isDryRun,
    onEvent,
  });
  const hosted = openHosted(settings);
  const npmOptions = { ...optionsFor('npm'), hosted };
  const npm = createNpmService(npmOptions, context);
  const pypi = createPypiService(optionsFor('pypi'), context);
  for (const one of [npm, pypi, files, hosted]) await one.removeStrays();
  // What the lock of the directory is made with.
  await removeStrayFiles(settings.folder, true);
  await warnOfPublic(hosted, context);
  const prune = async (maxBytes: number): Promise<number> => {
    const count = await files.prune(maxBytes);
    if (count > 0) for (const one of [npm, pypi]) await one.prune();
    return count;
  };
  return { npm, pypi, hosted, prune, search: createSearch(npm, npmOptions, context) };
}

/** Names that are listed in one warning. */
const MAX_NAMED = 10;

/** Somebody else can have published packages under such names. */
async function warnOfPublic(hosted: HostedPackages, { log }: Pick<Context, 'log'>): Promise<void> {
  const names = (await hosted.names()).filter((name) => !hosted.isPrivate(name)).sort(compareText);
  if (names.length === 0) return;
  const more = names.length > MAX_NAMED ? ', ...' : '';
  log.warn(
    `not in registry.private, and taken from uplinks although they were published here: ${names.slice(0, MAX_NAMED).join(', ')}${more}`,
  );
}

/** Makes the search of a registry. */
export function createSearch(
  service: NpmService,
  { hosted, uplinks }: ServiceOptions & { readonly hosted: HostedPackages },
  context: Context,
): RegistryServices['search'] {
  const { isPrivate } = hosted;
  const answering = { service, isPrivate, uplinks, context, hostedNames: () => hosted.names() };
  return (target) => answerSearch(target, answering);
}

/** Opens the packages that are published here. */
export function openHosted(
  settings: Pick<RegistrySettings, 'folder' | 'privateNames' | 'ecosystems'>,
): HostedPackages {
  const isPrivate = settings.ecosystems.includes('npm') ? privateTest(settings) : () => false;
  return openHostedPackages(join(settings.folder, PRIVATE_FOLDER, 'npm'), isPrivate);
}

/**
 * Runs `work` while no other process uses the directory of a registry. @throws AssayError
 * `ACCESS_DENIED` if one does, or for a file
 */
export async function withDirectory<T>(
  folder: string,
  work: () => Promise<T>,
  { signal }: Pick<Context, 'signal'>,
): Promise<T> {
  const onBusy = (): never => {
    throw new AssayError('ACCESS_DENIED', `another registry uses "${folder}"`, {
      hint: 'Stop it, or choose another directory with --data DIR.',
    });
  };
  const found = await stat(folder).catch(() => undefined);
  if (found !== undefined && !found.isDirectory()) {
    throw new AssayError('ACCESS_DENIED', `"${folder}" is not a directory`, {
      hint: 'Name another place for what the registry stores: --data DIR',
    });
  }
  return withFileLock(join(folder, LOCK_NAME), work, { signal, onBusy });
}
