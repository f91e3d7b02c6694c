/** Explains what a registry does with a version, without a running registry. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Context } from '../base/context.ts';
import { AssayError } from '../base/errors.ts';
import type { NpmConfig } from '../package-index/npm-config.ts';
import type { VersionDecision } from '../policy/decide-version.ts';
import { compareVersions } from '../version/index.ts';
import { watchAdvisories, type AdvisorySource } from './advisory-watch.ts';
import { isNpmName, isNpmVersion } from './npm/names.ts';
import { createNpmService, type NpmService } from './npm/service.ts';
import type { PackageView, VersionView } from './npm/view.ts';
import { registriesOf } from './registries-of.ts';
import type { RegistrySettings } from './settings.ts';

/** What is explained, and by what. */
export interface ExplainRequest {
  /** `NAME`, `NAME@VERSION` or `NAME@TAG`. */
  readonly spec: string;
  readonly settings: RegistrySettings;
  readonly advisories: AdvisorySource;
  readonly npm: NpmConfig;
}

/** The decision on a version. */
export interface ExplainedVersion extends VersionDecision {
  readonly version: string;
}

/** The explanation of a package or a version. */
export interface Explanation {
  readonly package: string;
  /** The registry that its document came from. */
  readonly uplink: string;
  /** Whether the document is the one that the registry has stored. */
  readonly isStored: boolean;
  /** Tags as they are served. */
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
 * Explains a package. The stored document is used if there is one; else the uplink is asked, and nothing is stored.
 *
 * @throws AssayError `USAGE` for text that names no package, `NOT_FOUND` for a package or version that does not exist, and as
 * uplinks do
 */
export async function explainPackage(
  request: ExplainRequest,
  context: Context,
): Promise<Explanation> {
  const { name, spec } = readSpec(request.spec);
  const advisories = await watchAdvisories(request.advisories, context);
  const make = (folder: string): NpmService => serviceIn(folder, request, advisories, context);
  const stored = await make(join(request.settings.folder, 'npm')).storedView(name);
  const view = stored ?? (await fetchedView(name, make, context));
  return explanationOf(view, spec, stored !== undefined);
}

function readSpec(text: string): { readonly name: string; readonly spec: string | undefined } {
  const at = text.indexOf('@', 1);
  const name = at < 0 ? text : text.slice(0, at);
  const spec = at < 0 ? undefined : text.slice(at + 1);
  if (isNpmName(name) && spec !== '') return { name, spec };
  throw new AssayError('USAGE', `"${text}" names no npm package`, {
    hint: 'Write it as NAME, NAME@VERSION or @SCOPE/NAME@VERSION.',
  });
}

function serviceIn(
  folder: string,
  { settings, npm }: ExplainRequest,
  advisories: Awaited<ReturnType<typeof watchAdvisories>>,
  context: Context,
): NpmService {
  return createNpmService(
    {
      folder,
      base: 'http://localhost/',
      policy: settings.policy,
      advisories,
      uplinks: {
        registriesOf: registriesOf(settings, npm),
        accessTo: (url) => npm.accessTo(url),
        loopMark: '',
      },
      freshMs: settings.freshMs,
      maxFileBytes: settings.maxFileBytes,
      // What would be hidden is hidden in the explanation, whether or not the registry only tries it.
      isDryRun: false,
      onEvent: () => undefined,
    },
    context,
  );
}

async function fetchedView(
  name: string,
  make: (folder: string) => NpmService,
  context: Context,
): Promise<PackageView> {
  if (context.fetch === undefined) {
    throw new AssayError('NOT_FOUND', `the registry has not stored "${name}"`, {
      hint: 'Run it without --offline to ask the uplink, or name the directory of the registry with --data DIR.',
    });
  }
  const folder = await mkdtemp(join(tmpdir(), 'assay-why-'));
  try {
    const view = await make(folder).view(name);
    if (view !== undefined) return view;
    throw new AssayError('NOT_FOUND', `no uplink has "${name}"`, {
      hint: 'Uplinks are registry.uplinks of assay.yaml, --uplink, or the registry of the npm configuration. Names in registry.private have none.',
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function explanationOf(
  view: PackageView,
  spec: string | undefined,
  isStored: boolean,
): Explanation {
  const rows = [...view.versions.values()].sort(
    (a, b) => compareVersions('npm', b.version, a.version) ?? 0,
  );
  const version = spec === undefined ? undefined : versionOf(view, spec);
  const newest = rows.find((row) => row.isServed && !row.version.includes('-'))?.version;
  return {
    package: view.name,
    uplink: view.uplink,
    isStored,
    tags: Object.fromEntries(view.tags),
    ...(version !== undefined && { version: explained(version) }),
    ...(newest !== undefined && { newestServed: newest }),
    decided: rows.filter(({ decision }) => decision.action !== 'serve').map(explained),
    versionCount: rows.length,
  };
}

function explained({ version, decision }: VersionView): ExplainedVersion {
  return { version, ...decision };
}

function versionOf(view: PackageView, spec: string): VersionView {
  const version = isNpmVersion(spec) ? spec : view.tags.get(spec);
  const row = version === undefined ? undefined : view.versions.get(version);
  if (row !== undefined) return row;
  throw new AssayError('NOT_FOUND', `"${view.name}" has no version or tag "${spec}"`, {
    hint: `Leave the version out to list all decisions: assay registry why ${view.name}`,
  });
}
