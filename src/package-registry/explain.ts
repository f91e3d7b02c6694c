/** Explains what a registry does with a version, without a running registry. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Context } from '../core/base/context.ts';
import { AssayError } from '../core/base/errors.ts';
import { appendTo } from '../core/base/maps.ts';
import { normalizePythonName } from '../core/model/package/python-name.ts';
import type { VersionDecision } from '../scan/policy/decide-version.ts';
import { compareVersions } from '../core/version/index.ts';
import { watchAdvisories, type AdvisorySource } from './advisory-watch.ts';
import type { AttestationCheck } from './attestations/verify-statement.ts';
import { isNpmName, isNpmVersion } from './npm/names.ts';
import { createNpmService, type NpmService } from './npm/service.ts';
import type { PackageView } from './npm/view.ts';
import { isPrerelease } from './prerelease.ts';
import { isProjectName } from './pypi/names.ts';
import { createPypiService, type PypiService } from './pypi/service.ts';
import type { FileView, ProjectView } from './pypi/view.ts';
import { ownNameTest, type PackageSources } from './registries-of.ts';
import type { ServiceOptions } from './service-options.ts';
import { openHosted } from './services.ts';
import type { RegistrySettings, ServedEcosystem } from './settings.ts';
import { openContentStore } from './store/content-store.ts';
import { FILES_FOLDER, uplinksFor } from './uplinks-for.ts';

/** What is explained, and by what. */
export interface ExplainRequest {
  /**
   * `NAME`, `NAME@VERSION` or `NAME@TAG` of npm; `NAME==VERSION`, `pypi:NAME` or
   * `pypi:NAME@VERSION` of Python.
   */
  readonly spec: string;
  readonly settings: RegistrySettings;
  readonly advisories: AdvisorySource;
  readonly sources: PackageSources;
}

/** The decision on a version. */
export interface ExplainedVersion extends VersionDecision {
  readonly version: string;
  /** The file that the decision is about, if the version has several. */
  readonly file?: string;
  /** The attestations that are stored. Absent: it has none, or they are not verified. */
  readonly attestations?: AttestationCheck;
}

/** The explanation of a package or a version. */
export interface Explanation {
  readonly ecosystem: ServedEcosystem;
  readonly package: string;
  /** The registry that its document came from. */
  readonly uplink: string;
  /** Whether the document is the one that the registry has stored. */
  readonly isStored: boolean;
  /** Tags as they are served. Python has none. */
  readonly tags: Readonly<Record<string, string>>;
  /** The version that was named; absent if none was. */
  readonly version?: ExplainedVersion;
  /** The newest version that is served and is no prerelease. */
  readonly newestServed?: string;
  /** Versions that are not served, or served with a warning, the newest first. */
  readonly decided: readonly ExplainedVersion[];
  readonly versionCount: number;
}

/**
 * Explains a package. The stored document is used if there is one; else the uplink is asked, and
 * nothing is stored.
 *
 * @throws AssayError `USAGE` for text that names no package, `NOT_FOUND` for a package or version
 * that does not exist, and as uplinks do
 */
export async function explainPackage(
  request: ExplainRequest,
  context: Context,
): Promise<Explanation> {
  const wanted = readSpec(request.spec);
  const advisories = await watchAdvisories(request.advisories, context);
  const make = (folder: string): Viewing =>
    viewingIn(wanted.ecosystem, { folder, advisories }, request, context);
  const viewing = make(join(request.settings.folder, wanted.ecosystem));
  const stored = await judgedAgain(await viewing.stored(wanted.name), wanted, viewing);
  const view = stored ?? (await fetchedView(wanted, make, context));
  return explanationOf(view, wanted, stored !== undefined);
}

/** A version whose stored attestations are wrong is judged again, as the registry would do. */
async function judgedAgain(
  view: Explained | undefined,
  wanted: Wanted,
  { stored }: Viewing,
): Promise<Explained | undefined> {
  if (view === undefined || wanted.spec === undefined) return view;
  const check = await rowOf(view, wanted, wanted.spec).check();
  return check?.state === 'wrong' ? stored(wanted.name) : view;
}

/** What a package is explained by. */
interface Explained {
  readonly uplink: string;
  readonly tags: ReadonlyMap<string, string>;
  readonly rows: readonly ExplainedRow[];
}

interface ExplainedRow {
  readonly version: string;
  readonly file?: string;
  /** Verifies the attestations that are stored. */
  readonly check: () => Promise<AttestationCheck | undefined>;
  readonly decision: VersionDecision;
  readonly isServed: boolean;
}

/** Looks a package up in one directory. */
interface Viewing {
  readonly stored: (name: string) => Promise<Explained | undefined>;
  readonly current: (name: string) => Promise<Explained | undefined>;
}

/** The package that is explained. */
interface Wanted {
  readonly ecosystem: ServedEcosystem;
  readonly name: string;
  readonly spec: string | undefined;
}

const PYPI = /^pypi:(?<name>[^@=]+)(?:(?:@|==)(?<spec>.+))?$/u;
const PINNED = /^(?<name>[^@=:]+)==(?<spec>.+)$/u;

function readSpec(text: string): Wanted {
  const python = (PYPI.exec(text) ?? PINNED.exec(text))?.groups;
  if (python !== undefined) {
    const name = python['name']?.trim() ?? '';
    const spec = python['spec']?.trim();
    if (isProjectName(name)) return { ecosystem: 'pypi', name: normalizePythonName(name), spec };
  }
  const at = text.indexOf('@', 1);
  const name = at < 0 ? text : text.slice(0, at);
  const spec = at < 0 ? undefined : text.slice(at + 1);
  if (isNpmName(name) && spec !== '') return { ecosystem: 'npm', name, spec };
  throw new AssayError('USAGE', `"${text}" is not the name of a package`, {
    hint: 'Write it as NAME, NAME@VERSION or @SCOPE/NAME@VERSION for npm, and as NAME==VERSION or pypi:NAME for Python.',
  });
}

function viewingIn(
  ecosystem: ServedEcosystem,
  { folder, advisories }: Pick<ServiceOptions, 'folder' | 'advisories'>,
  { settings, sources }: ExplainRequest,
  context: Context,
): Viewing {
  const options = {
    folder,
    files: openContentStore(join(folder, FILES_FOLDER)),
    base: 'http://localhost/',
    policy: settings.policy,
    advisories,
    uplinks: uplinksFor(ecosystem, settings, sources, ''),
    isOwnName: ownNameTest(ecosystem, settings, sources),
    ...(sources.roots !== undefined && { roots: sources.roots }),
    freshMs: settings.freshMs,
    maxFileBytes: settings.maxFileBytes,
    // What would be hidden is hidden in the explanation, whether or not the registry only tries it.
    isDryRun: false,
    onEvent: () => undefined,
  };
  if (ecosystem === 'npm') {
    const service = createNpmService({ ...options, hosted: openHosted(settings) }, context);
    return {
      stored: async (name) => ofNpm(await service.storedView(name), service),
      current: async (name) => ofNpm(await service.view(name), service),
    };
  }
  const service = createPypiService(options, context);
  return {
    stored: async (name) => ofPypi(await service.storedView(name), service),
    current: async (name) => ofPypi(await service.view(name), service),
  };
}

function ofNpm(view: PackageView | undefined, service: NpmService): Explained | undefined {
  if (view === undefined) return undefined;
  const rows = [...view.versions.values()].map((row) => ({
    ...row,
    check: () => service.storedCheck(view, row.version),
  }));
  return { uplink: view.uplink, tags: view.tags, rows };
}

/** The strictest decision on the files of a version stands for it. */
function ofPypi(view: ProjectView | undefined, service: PypiService): Explained | undefined {
  if (view === undefined) return undefined;
  const groups = new Map<string, FileView[]>();
  for (const file of view.files.values()) appendTo(groups, file.version, file);
  const rows = [...groups.values()].flatMap((files): readonly ExplainedRow[] => {
    const [first] = files.sort((a, b) => rankOf(a) - rankOf(b));
    if (first === undefined) return [];
    const { version, fileName, decision } = first;
    const isSame = files.every(({ decision: { action } }) => action === decision.action);
    const isServed = files.some((file) => file.isServed);
    const check = (): ReturnType<PypiService['storedCheck']> => service.storedCheck(view, first);
    return [{ version, decision, isServed, check, ...(!isSame && { file: fileName }) }];
  });
  return { uplink: view.uplink, tags: new Map(), rows };
}

const RANKS = ['hide', 'refuse', 'warn', 'serve'] as const;

function rankOf({ decision }: FileView): number {
  return RANKS.indexOf(decision.action);
}

async function fetchedView(
  { ecosystem, name }: Wanted,
  make: (folder: string) => Viewing,
  context: Context,
): Promise<Explained> {
  if (context.fetch === undefined) {
    throw new AssayError('NOT_FOUND', `the registry has not stored "${name}"`, {
      hint: 'Run it without --offline to ask the uplink, or name the directory of the registry with --data DIR.',
    });
  }
  const folder = await mkdtemp(join(tmpdir(), 'assay-why-'));
  try {
    const view = await make(folder).current(name);
    if (view !== undefined) return view;
    throw new AssayError('NOT_FOUND', `no uplink has "${name}"`, { hint: UPLINK_HINTS[ecosystem] });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const UPLINK_HINTS: Readonly<Record<ServedEcosystem, string>> = {
  npm: 'Uplinks are registry.uplinks of assay.yaml, --uplink, or the registry of the npm configuration. Names in registry.private have none.',
  pypi: 'Uplinks are registry.pypi.uplinks of assay.yaml, or the index of the pip configuration. Names in registry.pypi.private have none.',
};

async function explanationOf(
  view: Explained,
  wanted: Wanted,
  isStored: boolean,
): Promise<Explanation> {
  const { ecosystem, name, spec } = wanted;
  const rows = [...view.rows].sort((a, b) => compareVersions(ecosystem, b.version, a.version) ?? 0);
  const version = spec === undefined ? undefined : rowOf(view, wanted, spec);
  const attestations = await version?.check();
  const newest = rows.find((row) => row.isServed && !isPrerelease(ecosystem, row.version))?.version;
  return {
    ecosystem,
    package: name,
    uplink: view.uplink,
    isStored,
    tags: Object.fromEntries(view.tags),
    ...(version !== undefined && {
      version: {
        ...explained(version),
        ...(attestations !== undefined && { attestations }),
      },
    }),
    ...(newest !== undefined && { newestServed: newest }),
    decided: rows.filter(({ decision }) => decision.action !== 'serve').map(explained),
    versionCount: rows.length,
  };
}

function explained({ version, decision, file }: ExplainedRow): ExplainedVersion {
  return { version, ...(file !== undefined && { file }), ...decision };
}

function rowOf(view: Explained, { ecosystem, name }: Wanted, spec: string): ExplainedRow {
  const version = ecosystem === 'npm' && !isNpmVersion(spec) ? view.tags.get(spec) : spec;
  const row = view.rows.find(
    (one) =>
      version !== undefined &&
      (one.version === version || compareVersions(ecosystem, one.version, version) === 0),
  );
  if (row !== undefined) return row;
  throw new AssayError('NOT_FOUND', `"${name}" has no version or tag "${spec}"`, {
    hint: `Leave the version out to list all decisions: assay registry why ${ecosystem === 'npm' ? '' : 'pypi:'}${name}`,
  });
}
