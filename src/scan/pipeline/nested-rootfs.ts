/**
 * Systems within a system, as chroots and unpacked images are: their packages are not packages of
 * the system around them, and its release says nothing of theirs, so that their databases are not
 * read. What they hold must not look like nothing.
 */

import { compareKeys } from '../../core/base/compare.ts';
import { pluralize } from '../../core/base/pluralize.ts';
import type { Artifact } from '../../core/model/artifact/artifact.ts';
import type { Diagnostic } from '../../core/model/finding/finding.ts';
import type { RootfsView, RootfsFile } from '../../core/model/layer/rootfs-view.ts';

const WHOLE: ReadonlySet<Artifact['kind']> = new Set<Artifact['kind']>(['image', 'rootfs']);

/** Matches the ends of databases' base names; records keep every file of these names. */
const NAME_ENDS = /(?:status|installed|rpmdb\.sqlite|Packages(?:\.db)?)\//gu;
const DATABASE =
  /^(?<root>\/.+?)(?<own>\/var\/lib\/dpkg\/status|(?:\/usr)?\/lib\/apk\/db\/installed|\/(?:var\/lib|usr\/lib\/sysimage|usr\/share)\/rpm\/(?:rpmdb\.sqlite|Packages|Packages\.db))$/s;

/** Matches the store of a system that is managed by OSTree. */
const OWN_STORE = /^\/(?:ostree|sysroot)\//s;
/**
 * Matches the directories in which the engines of a host unpack images and snaps, which are
 * artifacts of their own.
 */
const ENGINE_STORE =
  /^\/(?:snap|var\/lib\/(?:docker|containerd|containers|snapd|flatpak|rancher|kubelet))\/|\/\.local\/share\/(?:docker|containers|flatpak)\//s;

/** A build machine may have dozens. */
const MAX_NAMED = 20;

/** Returns a gap for each, and one for those beyond the first. */
export function nestedRootfsGaps(root: RootfsView, kind: Artifact['kind']): readonly Diagnostic[] {
  if (!WHOLE.has(kind)) return [];
  const found = new Map<string, { readonly own: string; readonly file: RootfsFile }>();
  for (const file of root.runnable(NAME_ENDS)) {
    const { root: folder, own } = DATABASE.exec(file.path)?.groups ?? {};
    if (folder === undefined || own === undefined || file.sizeBytes === 0) continue;
    // The system's own database may lie behind links, and `/usr` is no system.
    if (folder === '/usr' || root.lookUp(own, true).path === file.path) continue;
    if (isStored(file.path, kind)) continue;
    if (!found.has(folder)) found.set(folder, { own, file });
  }
  const inOrder = [...found].sort(compareKeys);
  const rows = inOrder.map(([folder, { own, file }]): Diagnostic => ({
    stage: 'catalog',
    message: `"${folder}" holds a system of its own, of which the packages in "${own.slice(1)}" are not read; scan it by itself: assay rootfs`,
    location: { path: file.path, layer: file.layer },
    gap: 'unreadable',
  }));
  if (rows.length <= MAX_NAMED) return rows;
  const more = pluralize(rows.length - MAX_NAMED, 'more system');
  const message = `not read either: ${more} within this one`;
  return [...rows.slice(0, MAX_NAMED), { stage: 'catalog', message, gap: 'unreadable' }];
}

/** An image has no engine of its own: whatever it holds below these names, it brings. */
function isStored(path: string, kind: Artifact['kind']): boolean {
  return OWN_STORE.test(path) || (kind === 'rootfs' && ENGINE_STORE.test(path));
}
