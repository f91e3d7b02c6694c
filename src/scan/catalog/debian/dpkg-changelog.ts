/**
 * The source package and version that a Debian package's own changelog names first:
 * `/usr/share/doc/NAME/changelog.Debian.gz`, or `changelog.gz` of packages that are made for Debian
 * alone.
 *
 * Source: deb-changelog(5); Debian Policy 4.4 and 12.7. The version is that of the source package:
 * binaries that were rebuilt without a change (`+b1`) keep the changelog of their source, and some
 * sources give their binaries versions of their own. The `changelog.gz` of other packages is that
 * of the upstream project, in whatever form, so it counts only without a `changelog.Debian.gz`
 * beside it and with a version that has no Debian revision. Nothing is refused: a changelog that
 * begins with anything else says nothing.
 */

import { constants, gunzipSync } from 'node:zlib';

import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';

const PATH = /^(?<folder>\/usr\/share\/doc\/(?<name>[^/]+)\/)changelog(?<isDebian>\.Debian)?\.gz$/;
/** `openssl (3.5.1-1+deb13u1) trixie-security; urgency=medium` */
const HEADING =
  /^(?<source>[a-z0-9][a-z0-9+.-]*) \((?<version>[^\s()]+)\)(?: [A-Za-z0-9.-]+)+; ?urgency=/i;
/** Enough for the first line; deflate makes a thousand times as much of it at most. */
const HEAD_BYTES = 1024;
const MAX_LINE_LENGTH = 512;

export const dpkgChangelog: Cataloger = {
  async read(file, siblings) {
    const result = new CatalogBuilder(file.path);
    const { folder = '', name, isDebian } = PATH.exec(file.path)?.groups ?? {};
    if (name === undefined) return result.done();
    const head = await file.readAt(0, Math.min(file.sizeBytes, HEAD_BYTES));
    const { source, version } = HEADING.exec(firstLine(head))?.groups ?? {};
    if (source === undefined || version === undefined) return result.done();
    const isUpstream = isDebian === undefined && siblings.get(`${folder}changelog.Debian.gz`);
    if (isUpstream || (isDebian === undefined && version.includes('-'))) return result.done();
    const by = file.path.slice(folder.length);
    result.addClaim({
      of: { kind: 'name', name },
      versionClaims: [
        { by, version, weight: 'binding', part: 'source', name: source, path: file.path },
      ],
    });
    return result.done();
  },
};

/** Returns the first line with text in it; empty where the file cannot be unpacked. */
function firstLine(head: Uint8Array): string {
  try {
    // The head ends within the stream, so what there is is flushed instead of asked to be whole.
    const text = gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH }).toString('utf8');
    return text.trimStart().split('\n', 1)[0]?.slice(0, MAX_LINE_LENGTH) ?? '';
  } catch {
    return '';
  }
}
