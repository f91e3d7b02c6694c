/**
 * Fills the store of a registry with the packages of lockfiles. Each package is decided by the
 * policy, and its digests in the lockfile are compared with those of its registry, as a client
 * would do that installs it.
 */

import type { Context } from '../core/base/context.ts';
import { AssayError } from '../core/base/errors.ts';
import { inParallel } from '../core/base/parallel.ts';
import type { Digest } from '../core/model/artifact/artifact.ts';
import type { VersionDecision } from '../scan/policy/decide-version.ts';
import { compareVersions } from '../core/version/index.ts';
import { watchAdvisories, type AdvisorySource } from './advisory-watch.ts';
import type { PackageSources } from './registries-of.ts';
import type { RegistryEvent } from './service-options.ts';
import { openServices, withDirectory, type RegistryServices } from './services.ts';
import type { FileView } from './pypi/view.ts';
import type { RegistrySettings, ServedEcosystem } from './settings.ts';

/** A package of a lockfile. */
export interface WarmPackage {
  readonly ecosystem: ServedEcosystem;
  readonly name: string;
  readonly version: string;
  /** Digests of its files. Empty: the lockfile has none. */
  readonly digests: readonly Digest[];
}

/**
 * What became of a package. `refused`: the policy does not serve it. `mismatch`: its registry, or
 * the file, has other digests than the lockfile. `missing`: no registry has it. `failed`: it could
 * not be fetched.
 */
export interface WarmResult extends Pick<WarmPackage, 'ecosystem' | 'name' | 'version'> {
  readonly outcome: 'stored' | 'refused' | 'mismatch' | 'missing' | 'failed';
  /** Why it is not stored, or with which warning it is. */
  readonly text?: string;
}

/** What the store is filled with. */
export interface WarmRequest {
  readonly settings: RegistrySettings;
  readonly sources: PackageSources;
  readonly advisories: AdvisorySource;
  readonly packages: readonly WarmPackage[];
  readonly onEvent: (event: RegistryEvent) => void;
}

/** Packages at a time; a registry serves as many to one client. */
const WIDTH = 8;

/**
 * Fills the store. The result has the order of the packages. @throws AssayError `ACCESS_DENIED` if
 * another process uses it
 */
export async function warmStore(
  request: WarmRequest,
  context: Context,
): Promise<readonly WarmResult[]> {
  const { settings, sources, packages, onEvent } = request;
  const work = async (): Promise<readonly WarmResult[]> => {
    const advisories = await watchAdvisories(request.advisories, context);
    const opened = {
      settings,
      sources,
      advisories,
      base: 'http://localhost/',
      loopMark: '',
      onEvent,
    };
    const services = await openServices(opened, context);
    const results = new Map<WarmPackage, WarmResult>();
    await inParallel(WIDTH, packages, async (one) => {
      results.set(one, await warmOne(one, services));
    });
    return packages.flatMap((one) => results.get(one) ?? []);
  };
  return withDirectory(settings.folder, work, context);
}

async function warmOne(wanted: WarmPackage, services: RegistryServices): Promise<WarmResult> {
  const { ecosystem, name, version } = wanted;
  let result: Outcome;
  try {
    result = await (ecosystem === 'npm' ? warmNpm : warmPypi)(wanted, services);
  } catch (error) {
    if (!(error instanceof AssayError)) throw error;
    const outcome = error.code === 'CONTENT_MISMATCH' ? 'mismatch' : 'failed';
    result = { outcome, text: error.message };
  }
  return { ecosystem, name, version, ...result };
}

type Outcome = Pick<WarmResult, 'outcome' | 'text'>;

const MISSING: Outcome = { outcome: 'missing', text: 'no configured registry has it' };

async function warmNpm(wanted: WarmPackage, services: RegistryServices): Promise<Outcome> {
  const { name, version, digests } = wanted;
  const { npm } = services;
  const view = await npm.view(name);
  const row = view?.versions.get(version);
  if (view === undefined || row === undefined) return MISSING;
  if (!row.isServed) return refused(row.decision);
  if (!areSame(digests, row.digests)) return other(digests, row.digests);
  const content = await npm.file(view, version);
  if (content === undefined) return MISSING;
  // The version is judged again by what its file contains.
  return content === 'changed' ? warmNpm(wanted, services) : stored(row.decision);
}

async function warmPypi(wanted: WarmPackage, services: RegistryServices): Promise<Outcome> {
  const { name, version, digests } = wanted;
  const { pypi } = services;
  const view = await pypi.view(name);
  const all = [...(view?.files.values() ?? [])].filter(
    (file) => compareVersions('pypi', file.version, version) === 0,
  );
  if (view === undefined || all.length === 0) return MISSING;
  const named = all.filter((file) => areSame(digests, file.listed.digests));
  const [first] = named;
  if (first === undefined) return other(digests, all[0]?.listed.digests ?? []);
  const served = named.filter(({ isServed }) => isServed);
  if (served.length === 0) return refused(first.decision);
  let isChanged = false;
  for (const file of digests.length > 0 ? served : usualFiles(served)) {
    const content = await pypi.file(view, file, 'file');
    if (content === undefined) return MISSING;
    // Installers read the metadata file first.
    const metadata =
      file.listed.metadata === undefined ? undefined : await pypi.file(view, file, 'metadata');
    isChanged ||= [content, metadata].includes('changed');
  }
  if (isChanged) return warmPypi(wanted, services);
  const hidden = named.find(({ isServed }) => !isServed);
  return hidden === undefined ? stored(first.decision) : partly(hidden);
}

/** Without digests the files of one platform are not known: a wheel for all platforms is enough. */
function usualFiles(files: readonly FileView[]): readonly FileView[] {
  const universal = files.filter(({ fileName }) => fileName.endsWith('-none-any.whl'));
  return universal.length > 0 ? universal : files;
}

/** An installer that takes another file of the version is not stopped. */
function partly({ fileName, decision }: FileView): Outcome {
  return { outcome: 'stored', text: `${fileName} is refused: ${textOf(decision)}` };
}

function refused(decision: VersionDecision): Outcome {
  return { outcome: 'refused', text: textOf(decision) };
}

function stored(decision: VersionDecision): Outcome {
  return decision.causes.length === 0
    ? { outcome: 'stored' }
    : { outcome: 'stored', text: textOf(decision) };
}

function textOf({ causes }: VersionDecision): string {
  return causes[0]?.text ?? 'no reason is given';
}

/**
 * Whether two lists name the same bytes by the strongest algorithm that both have. A lockfile
 * without digests agrees with all.
 */
function areSame(locked: readonly Digest[], listed: readonly Digest[]): boolean {
  if (locked.length === 0) return true;
  for (const algorithm of ['sha512:', 'sha256:', 'sha1:']) {
    const ours = locked.filter((digest) => digest.startsWith(algorithm));
    const theirs = listed.filter((digest) => digest.startsWith(algorithm));
    if (ours.length > 0 && theirs.length > 0) return ours.some((digest) => theirs.includes(digest));
  }
  return false;
}

function other(locked: readonly Digest[], listed: readonly Digest[]): Outcome {
  const [ours = 'no digest'] = locked;
  const [theirs = 'no digest'] = listed;
  return {
    outcome: 'mismatch',
    text: `the lockfile has ${ours}, and its registry names ${theirs}`,
  };
}
