/**
 * A package as clients see it: each version with its decision, and the two forms of the document.
 */

import { createHash } from 'node:crypto';

import type { Digest } from '../../core/model/artifact/artifact.ts';
import type { VersionDecision } from '../../scan/policy/decide-version.ts';
import { compareVersions } from '../../core/version/index.ts';
import { pluralize } from '../../core/base/pluralize.ts';
import type { Packument } from './packument.ts';
import { statedAttestations, type StatedAttestations } from './publication.ts';
import { renderPackument, repairTags, type PackumentForm } from './render.ts';

/** A version with its decision. */
export interface VersionView {
  readonly version: string;
  readonly digests: readonly Digest[];
  readonly tarball: string;
  /** The attestations that its registry states. Absent: it states none. */
  readonly attested?: StatedAttestations;
  readonly decision: VersionDecision;
  /** Whether it is in documents. */
  readonly isListed: boolean;
  /** Whether its file is served. */
  readonly isServed: boolean;
}

/** A package with its decisions. */
export interface PackageView {
  readonly name: string;
  /** Names the document, the policy and the advisories that it was made of. */
  readonly key: string;
  /** Names what files had shown by then that the document does not contain. */
  readonly learned: string;
  /** Milliseconds since the Unix epoch, from which on it has to be made again. */
  readonly changesAt: number;
  readonly versions: ReadonlyMap<string, VersionView>;
  readonly tags: ReadonlyMap<string, string>;
  /** The registry that the document came from. */
  readonly uplink: string;
  /** The notice for people who request the package. Absent: none. */
  readonly notice?: string;
}

/** A rendered document. */
export interface RenderedDocument {
  readonly bytes: Uint8Array;
  /** In quotes. Both forms have different ones. */
  readonly etag: string;
}

/** Makes the view of a package. `isDryRun`: decisions of the policy have no effect. */
export function createView(
  packument: Packument,
  decisions: ReadonlyMap<string, VersionDecision>,
  {
    isDryRun,
    ...of
  }: Pick<PackageView, 'key' | 'uplink' | 'learned'> & {
    readonly isDryRun: boolean;
  },
): PackageView {
  const versions = new Map<string, VersionView>();
  let changesAt = Number.POSITIVE_INFINITY;
  for (const { version, digests, tarball, manifest } of packument.versions.values()) {
    const attested = statedAttestations(manifest);
    const decision = decisions.get(version) ?? NOT_DECIDED;
    changesAt = Math.min(changesAt, decision.changesAt ?? changesAt);
    const { action, causes } = decision;
    const isFree = isDryRun && !causes.some(({ rule }) => rule === 'unusable');
    versions.set(version, {
      version,
      digests,
      tarball,
      ...(attested !== undefined && { attested }),
      decision,
      isListed: isFree || action !== 'hide',
      isServed: isFree || action === 'serve' || action === 'warn',
    });
  }
  const notice = noticeOf(versions);
  return {
    ...of,
    name: packument.name,
    changesAt,
    versions,
    tags: repairTags(packument, (version) => isVisible(versions, version)),
    ...(notice !== undefined && { notice }),
  };
}

/** The decision for a version without one: it is not served. */
const NOT_DECIDED: VersionDecision = {
  action: 'hide',
  causes: [{ rule: 'unusable', action: 'hide', text: 'it was not judged' }],
  allowedBy: [],
};

/** Renders a form of the document that a view was made of. */
export function renderView(
  packument: Packument,
  { versions }: Pick<PackageView, 'versions'>,
  options: { readonly form: PackumentForm; readonly base: string },
): RenderedDocument {
  const document = renderPackument(packument, (version) => isVisible(versions, version), options);
  const bytes = Buffer.from(JSON.stringify(document));
  const digest = createHash('sha256').update(`${options.form}\n`).update(bytes).digest('base64url');
  return { bytes, etag: `"${options.form}-${digest}"` };
}

function isVisible(versions: PackageView['versions'], version: string): boolean {
  return versions.get(version)?.isListed === true;
}

/** `2 newer versions hidden: 1.3.0 (it is 4 hours old, …)`. */
function noticeOf(versions: PackageView['versions']): string | undefined {
  const served = [...versions.values()].filter(({ isServed }) => isServed);
  const newest = newestOf(served);
  const newer = [...versions.values()].filter(
    ({ version, isServed }) =>
      !isServed &&
      !version.includes('-') &&
      (newest === undefined || compareVersions('npm', version, newest) === 1),
  );
  const top = newestOf(newer);
  const [cause] = (top === undefined ? undefined : versions.get(top))?.decision.causes ?? [];
  if (top === undefined || cause === undefined) return undefined;
  const count = pluralize(newer.length, newest === undefined ? 'version' : 'newer version');
  return `${count} hidden: ${top}: ${cause.text}`;
}

function newestOf(versions: readonly VersionView[]): string | undefined {
  let newest: string | undefined;
  for (const { version } of versions) {
    if (version.includes('-')) continue;
    if (newest === undefined || compareVersions('npm', version, newest) === 1) newest = version;
  }
  return newest;
}
