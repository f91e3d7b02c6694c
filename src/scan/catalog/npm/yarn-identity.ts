/** The package of an entry in `yarn.lock`. Source: Yarn documentation, "Protocols". */

import { copiedFolder } from './copied-folder.ts';
import { packageOfTarball, versionContradiction, tarballContradiction } from './tarball-url.ts';
import { vcsUrlOf } from './locked-packages.ts';
import type { YarnEntry } from '../../../formats/text/yarn-entries.ts';

const SPEC = /^(?<name>(?:@[^/@\s]+\/)?[^/@\s]+)(?:@(?<range>.*))?$/;
const ALIAS = /^npm:(?!(?:[\d^~<>=*|-]|v\d|x$)[^@]*$)(?<spec>(?:@[^/@\s]+\/)?[^/@\s]+(?:@.*)?)$/i;
const WEB = /^https?:/;
const FOLDER = /^(?<protocol>workspace|link|portal):(?<place>[^:]*)/;
/** A tarball that GitHub makes of a commit. */
const CODELOAD =
  /^https:\/\/codeload\.github\.com\/(?<repository>[\w.-]+\/[\w.-]+)\/(?:legacy\.)?tar\.gz\/(?<commit>[0-9a-f]{7,40})$/;
const COMMIT = /#(?:commit[=:])?(?<commit>[0-9a-f]{7,40})(?:&|::|$)/;
/** Matches the parameters of a resolution: `::__archiveUrl=…`, `::version=1.0.0&hash=…`. */
const PARAMETERS = /::(?<text>[^#]*)$/;
/** The version of the registry in a resolution, and in that of a patch. */
const RESOLVED = /^(?:patch:[^#]*@)?npm(?::|%3A)(?<version>[^:#@%]+)(?:::|#|$)/i;
const ARCHIVE_URL = '__archiveUrl';
/** Matches the placeholder of Yarn 1 and later for a directory whose version is not recorded. */
const NO_VERSION = /^0\.0\.0(?:-use\.local)?$/;
const SCP = /^(?<user>[\w.-]+)@(?<host>[\w.-]+):(?<path>[^:]+)$/;

/** The identity of an entry. */
export interface YarnIdentity {
  /** A `folder` is of the project and has no version in the file. */
  readonly kind: 'package' | 'folder';
  readonly isWorkspace: boolean;
  readonly name: string;
  readonly version: string;
  readonly vcsUrl: string | undefined;
  /** For a directory: its path, relative to the directory of the lockfile. */
  readonly folder: string | undefined;
}

/** Returns `undefined` where the entry names no package or no version. */
export function identityOf(entry: YarnEntry): YarnIdentity | undefined {
  const resolution = entry.fields.get('resolution');
  const spec = readSpec(resolution ?? entry.specs[0] ?? '');
  const version = entry.fields.get('version') ?? '';
  if (spec === undefined || version === '') return undefined;
  const named = realSpec(spec, entry.fields);
  const folder = FOLDER.exec(spec.range)?.groups;
  const isVersioned = folder?.['protocol'] !== 'workspace' && !NO_VERSION.test(version);
  const reference = resolution === undefined ? entry.fields.get('resolved') : spec.range;
  return {
    kind: folder === undefined || isVersioned ? 'package' : 'folder',
    isWorkspace: folder?.['protocol'] === 'workspace',
    name: named.name,
    version,
    vcsUrl: folder === undefined ? yarnGitUrl(reference ?? '') : undefined,
    folder: folder?.['place'],
  };
}

/**
 * Returns the contradiction inside an entry: the address of its archive, or, in later versions, its
 * resolution is of another package or version. Returns `undefined` if there is none.
 */
export function contradictionOf(entry: YarnEntry, identity: YarnIdentity): string | undefined {
  const resolution = entry.fields.get('resolution');
  if (resolution === undefined) return tarballContradiction(entry.fields.get('resolved'), identity);
  const { range = '' } = readSpec(resolution) ?? {};
  const parameters = new URLSearchParams(PARAMETERS.exec(range)?.groups?.['text']);
  const resolved = RESOLVED.exec(range)?.groups?.['version'];
  const { version } = identity;
  return (
    versionContradiction(version, resolved, 'its resolution') ??
    versionContradiction(version, parameters.get('version') ?? undefined, 'its resolution') ??
    tarballContradiction(parameters.get(ARCHIVE_URL) ?? undefined, identity)
  );
}

/**
 * Returns the directory that an entry is, relative to that of the lockfile, where the file pins
 * what this directory requests: `file:`, and `portal:` of Yarn 2 and later. Of `link:` it pins
 * nothing, and an archive is no directory.
 */
export function lockedFolder(entry: YarnEntry): string | undefined {
  const spec = readSpec(entry.fields.get('resolution') ?? entry.specs[0] ?? '');
  return spec && copiedFolder(spec.range);
}

/** Reads `name@range`; the range may be absent. */
export function readSpec(
  spec: string,
): { readonly name: string; readonly range: string } | undefined {
  const groups = SPEC.exec(spec)?.groups;
  return groups === undefined
    ? undefined
    : { name: groups['name'] ?? '', range: groups['range'] ?? '' };
}

/**
 * In version 1 the protocol `npm:` is an alias where a name follows; a range after it is the named
 * package's own, and so is the version in resolutions of later ones. What was asked for by the
 * address of an archive has its real name in a field, or else in the address of a registry.
 */
function realSpec(
  spec: { readonly name: string; readonly range: string },
  fields: YarnEntry['fields'],
): { readonly name: string } {
  const alias = ALIAS.exec(spec.range)?.groups?.['spec'];
  if (alias !== undefined) return readSpec(alias) ?? spec;
  if (!WEB.test(spec.range)) return spec;
  const name = fields.get('name') ?? packageOfTarball(spec.range)?.name;
  return name === undefined ? spec : { name };
}

/**
 * Returns the repository and commit of a reference, as {@link vcsUrlOf} has it; `undefined` of a
 * registry's tarball.
 */
export function yarnGitUrl(reference: string): string | undefined {
  const codeload = CODELOAD.exec(reference)?.groups;
  if (codeload !== undefined) {
    return `git+https://github.com/${codeload['repository'] ?? ''}.git@${codeload['commit'] ?? ''}`;
  }
  const commit = COMMIT.exec(reference)?.groups?.['commit'];
  if (commit === undefined) return undefined;
  const address = reference.slice(0, reference.indexOf('#'));
  if (/\.t(?:ar\.)?gz$/.test(address)) return undefined;
  const scp = SCP.exec(address)?.groups;
  const url =
    scp === undefined
      ? address
      : `ssh://${scp['user'] ?? ''}@${scp['host'] ?? ''}/${scp['path'] ?? ''}`;
  const isPlain = /^(?:https?|ssh):/.test(url);
  return vcsUrlOf(`${isPlain ? 'git+' : ''}${url}#${commit}`);
}
