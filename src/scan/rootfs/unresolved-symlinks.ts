/**
 * Wanted paths that lead through links to files whose bodies were not requested in the first walk:
 * a second walk over their layers fetches them, and they are read under the wanted path.
 *
 * The reading belongs to the file that holds the body. Two wanted paths that lead to one file give
 * one reading of each cataloger, whether the file was wanted for its own name or not.
 */

import { splitPath } from '../../core/base/artifact-path.ts';
import { groupBy } from '../../core/base/maps.ts';
import { pluralize } from '../../core/base/pluralize.ts';
import type { Diagnostic } from '../../core/model/finding/finding.ts';
import { FileTable } from '../../core/model/layer/file-table.ts';
import type { LayerRecord, SecondWalkRecord } from '../../core/model/layer/layer-record.ts';
import { parseOutsideTarget } from '../../core/model/artifact/outside-link.ts';
import type { MergedView } from './merge-layers.ts';
import type { FileNode, HardLinkNode, ResolvedPath } from './root-tree.ts';
import type {
  CollectedFile,
  CollectedFiles,
  LayerAnswer,
  PathSelectors,
  QuestionRules,
  SymlinkQuestion,
  UnresolvedSymlink,
} from '../../core/model/layer/layer-walk.ts';
import { mayBeOwned } from '../../core/model/package/owned-paths.ts';

/** The dependencies of the questions of {@link symlinkTargets}. */
export interface SymlinkTargetOptions {
  /** Returns the result of {@link unresolvedSymlinks} for a view. */
  readonly unresolvedIn: (view: MergedView) => readonly UnresolvedSymlink[];
  /** Returns whether a link to nothing at a path hides no packages. */
  readonly isExcused: (path: string) => boolean;
}

/** Returns the questions for bodies that wanted paths reach through links. */
export function symlinkTargets({
  unresolvedIn,
  isExcused,
}: SymlinkTargetOptions): QuestionRules<MergedView> {
  return {
    ask: (_, view) =>
      unresolvedIn(view).flatMap((link) =>
        link.layers.map((layer): SymlinkQuestion => ({ kind: 'symlink', layer, link })),
      ),
    complete: withTargetReadings,
    unanswered(_, view, answers) {
      const found = new Set<string>();
      for (const { questions, found: answer } of answers) {
        for (const { link: number } of answer.readings) {
          const question = questions[number];
          if (question?.kind === 'symlink') found.add(linkKey(question.link));
        }
      }
      return danglingSymlinkNotes(
        unresolvedIn(view),
        (link) => found.has(linkKey(link)),
        isExcused,
      );
    },
  };
}

/** A body that a second walk found. */
export interface SymlinkTargetFile {
  /** The number of the link in the list of those that were asked for. */
  readonly link: number;
  /** The path as stored in the layer. */
  readonly storedPath: string;
  /** The body under the wanted path. */
  readonly file: CollectedFile;
}

/**
 * Returns the wanted paths of the merged view whose bodies are missing, sorted by path. Usually
 * none.
 */
export function unresolvedSymlinks(
  view: MergedView,
  selectors: PathSelectors,
): readonly UnresolvedSymlink[] {
  const pending: UnresolvedSymlink[] = [];
  const claimed = new Map<string, string>();
  const linkPaths = new Set(view.links.map((link) => link.path));
  for (const path of wantedAliases(view, selectors)) {
    const aims = path.endsWith('/')
      ? pendingFolder(view, selectors, path)
      : pendingFile(view, selectors, path, linkPaths);
    for (const { at, ...link } of aims) {
      // The first path that wants a body for a row reads it; another name of the same body has
      // nothing to add.
      const wantedBy = link.wantedBy.filter((id) => {
        const claim = JSON.stringify([at, id]);
        if (!claimed.has(claim)) claimed.set(claim, link.path);
        return claimed.get(claim) === link.path;
      });
      if (wantedBy.length === 0) continue;
      pending.push({ ...link, wantedBy, ...(linkPaths.has(link.path) && { isLink: true }) });
    }
  }
  return pending;
}

/**
 * Returns the bodies that a second walk over a layer found for the links to it, each under its
 * wanted path.
 */
export function symlinkTargetFiles(
  links: readonly UnresolvedSymlink[],
  collection: CollectedFiles,
): readonly SymlinkTargetFile[] {
  const byFolder = groupBy(collection.files, (file) => `${splitPath(file.path)[0]}/`);
  const found: SymlinkTargetFile[] = [];
  for (const [number, link] of links.entries()) {
    const isFolder = link.target.endsWith('/');
    const one = collection.get(link.target);
    const files = isFolder ? byFolder.get(link.target) : one && [one];
    for (const file of files ?? []) {
      const path = isFolder ? link.path + splitPath(file.path)[1] : link.path;
      const under = { ...withPath(file, path), wantedBy: link.wantedBy };
      found.push({ link: number, storedPath: file.path, file: under });
    }
  }
  return found;
}

/** Returns a collected body under the wanted path that leads to it. */
export function withPath(file: CollectedFile, path: string): CollectedFile {
  return {
    path,
    mode: file.mode,
    wantedBy: file.wantedBy,
    sizeBytes: file.sizeBytes,
    bytes: () => file.bytes(),
    readAt: (offset, lengthBytes) => file.readAt(offset, lengthBytes),
  };
}

/**
 * Returns the records with the readings of second walks, and with the facts and diagnostics of the
 * bodies. The result is of this artifact alone and must not go to a cache of layers, because which
 * paths are wanted through links depends on the other layers.
 */
export function withTargetReadings(
  records: readonly LayerRecord[],
  answers: readonly LayerAnswer[],
): readonly LayerRecord[] {
  const added = records.map(() => [] as LayerRecord['cataloged'][number][]);
  for (const { layer, questions, found } of answers) {
    for (const { link: number, storedPath, foundBy, result } of found.readings) {
      const question = questions[number];
      if (question?.kind !== 'symlink') continue;
      const place = question.link.place ?? { layer, path: storedPath };
      added[place.layer]?.push({ path: place.path, foundBy, result });
    }
  }
  const walks = new Map(answers.map(({ layer, found }) => [layer, found]));
  return records.map((record, layer) => completed(record, added[layer] ?? [], walks.get(layer)));
}

function completed(
  record: LayerRecord,
  rows: LayerRecord['cataloged'],
  facts: SecondWalkRecord | undefined,
): LayerRecord {
  // The first walk has reported the diagnostics of the whole layer already.
  const known = new Set(record.diagnostics.map((row) => row.location ?? row.message));
  const diagnostics = (facts?.diagnostics ?? []).filter(
    ({ location, message }) => location !== undefined || !known.has(message),
  );
  if (rows.length === 0 && diagnostics.length === 0) return record;
  const paths = new Set(rows.map((row) => row.path));
  for (const { location } of diagnostics) if (location !== undefined) paths.add(location.path);
  if (paths.size > 0) for (const path of FileTable.from(record.files).paths()) paths.delete(path);
  const more = (facts?.files ?? []).filter((row) => paths.has(row.path));
  const isKnown = new Set(record.cataloged.map(readingKey));
  return {
    ...record,
    files: more.length === 0 ? record.files : [...record.files, ...more],
    cataloged: [...record.cataloged, ...rows.filter((row) => !isKnown.has(readingKey(row)))],
    diagnostics: [...record.diagnostics, ...diagnostics],
  };
}

/** A hostile image can hold a million links to nowhere. */
const MAX_NOTES = 100;

/**
 * Returns notes about wanted paths that lead to nothing inside the artifact: those of `pending`
 * whose body no walk found. A link at the path itself implies a readable file, so it is a gap, and
 * so are more links than are followed here; if only a parent directory is a link it is a note, and
 * so is a path that `isExcused`. A cycle of links leads to nothing on every system, and counts as
 * any other link to nothing.
 */
export function danglingSymlinkNotes(
  pending: readonly UnresolvedSymlink[],
  isFound: (link: UnresolvedSymlink) => boolean,
  isExcused: (path: string) => boolean = () => false,
): readonly Diagnostic[] {
  const dangling = pending.filter(
    // A wanted folder may well be empty.
    (link) => (!link.path.endsWith('/') || link.endless === 'long') && !isFound(link),
  );
  const rows = dangling.map((link): Diagnostic => {
    const gap = isExcused(link.path) ? undefined : gapOf(link);
    return { stage: 'layers', message: danglingMessage(link), ...(gap !== undefined && { gap }) };
  });
  const ordered = [
    ...rows.filter(({ gap }) => gap !== undefined),
    ...rows.filter(({ gap }) => gap === undefined),
  ];
  const notes = ordered.slice(0, MAX_NOTES);
  if (rows.length <= MAX_NOTES) return notes;
  const more = pluralize(rows.length - MAX_NOTES, 'more link');
  return [...notes, { stage: 'layers', message: `leading to nothing: ${more}` }];
}

/**
 * Endings of archives that may hold anything. Debian's JDK links `src.zip` to a package that is
 * seldom installed.
 */
const PLAIN_ARCHIVE = /\.(?:zip|pyz|bak|old|orig|disabled)$/i;

function gapOf(link: UnresolvedSymlink): Diagnostic['gap'] {
  if (link.endless === 'long') return 'limit';
  if (parseOutsideTarget(link.target) === undefined && PLAIN_ARCHIVE.test(link.path))
    return undefined;
  return link.isLink === true ? 'unread' : undefined;
}

function danglingMessage(link: UnresolvedSymlink): string {
  const { path, target } = link;
  if (link.endless === 'long') return `"${path}" leads through more links than a system follows`;
  if (link.endless === 'circle') return `"${path}" leads through a symlink that leads to itself`;
  const outside = parseOutsideTarget(target);
  return outside === undefined
    ? `"${path}" leads to "${target}", which is not in the artifact`
    : `"${path}" leads out of the target, to "${outside}", and is not read; put a copy in its place, or scan the directory that holds both`;
}

/** A pending link, and where its path leads in the merged root. */
interface Aim extends UnresolvedSymlink {
  readonly at: string;
}

/**
 * Returns the wanted paths that may not be files of their own: links, and entries of linked
 * directories; sorted. Sorted.
 */
function wantedAliases(view: MergedView, selectors: PathSelectors): readonly string[] {
  const aliases = new Set(selectors.rootedPaths);
  for (const { path } of view.moved) if (selectors.wantedByLink(path).length > 0) aliases.add(path);
  for (const { path, isHard } of view.links) {
    if (selectors.wantedByLink(path).length > 0) aliases.add(path);
    if (!isHard) for (const below of selectors.wantedBelow(path)) aliases.add(below);
  }
  return [...aliases].sort();
}

function pendingFile(
  view: MergedView,
  selectors: PathSelectors,
  path: string,
  linkPaths: ReadonlySet<string>,
): readonly Aim[] {
  const wantedBy = selectors.wantedByLink(path);
  const place = view.placeOf(path);
  if (place === undefined) return [endless(view, path, wantedBy)];
  const { node, path: target } = place;
  switch (node?.kind) {
    case 'folder':
    case 'symlink':
      return [];
    case 'file':
    case 'hardlink':
      return pendingBody(view, selectors, path, place);
    case undefined: {
      if (target === path) return [];
      const isOutside = parseOutsideTarget(target) !== undefined;
      if (!isOutside && !mayBeOwned(target)) {
        const layers = layersUpTo(view.layerCount - 1);
        return [{ at: target, path, target, layers, wantedBy }];
      }
      // Where a manifest may own files all files are remembered, so nothing is there. A linked
      // folder that lacks the file is how every merged /usr looks; a link of that very name leads
      // nowhere.
      const isNamed = linkPaths.has(path) || isOutside;
      return isNamed ? [{ at: target, path, target, layers: [], wantedBy }] : [];
    }
  }
}

/** Returns a wanted path that leads through too many links. */
function endless(view: MergedView, path: string, wantedBy: readonly string[]): Aim {
  const kind = view.leadsInCircle(path) ? 'circle' : 'long';
  return { at: path, path, target: path, layers: [], wantedBy, endless: kind };
}

/** Returns a wanted path that leads to a known file. */
function pendingBody(
  view: MergedView,
  selectors: PathSelectors,
  path: string,
  { path: at, node }: ResolvedPath,
): readonly Aim[] {
  if (node?.kind !== 'file' && node?.kind !== 'hardlink') return [];
  const unread = notReadBy(node, selectors.wantedByLink(path));
  if (node.kind === 'file') {
    // Rows that want the body under its stored path have had it on the first walk.
    const wantedBy = without(unread, selectors.wantedBy(node.storedPath));
    return bodiesOf(node).map((body) => ({ at, path, wantedBy, ...body }));
  }
  const { body } = node;
  const isBodyVisible = body !== undefined && view.isVisible(body);
  return [
    {
      at,
      path,
      target: body?.storedPath ?? node.target,
      layers: body === undefined ? layersUpTo(node.layer) : [body.layer],
      wantedBy: isBodyVisible
        ? without(notReadBy(body, unread), selectors.wantedBy(body.storedPath))
        : unread,
      place: { layer: node.layer, path: node.storedPath },
    },
  ];
}

/**
 * Returns a wanted folder behind a link: its known files one by one, or, where its files are not
 * known, all of them.
 */
function pendingFolder(view: MergedView, selectors: PathSelectors, path: string): readonly Aim[] {
  const folder = path.slice(0, -1);
  const place = view.placeOf(folder);
  if (place === undefined) {
    return [endless(view, path, selectors.wantedBy(`${path}any`))];
  }
  if (place.path === folder) return [];
  const aims: Aim[] = [];
  if (place.node?.kind === 'folder') {
    for (const name of place.node.children.names()) {
      const child = { path: `${place.path}/${name}`, node: place.node.children.get(name) };
      aims.push(...pendingBody(view, selectors, path + name, child));
    }
  }
  const target = `${place.path}/`;
  if (!mayBeOwned(target) && !selectors.isWantedThroughLinks(`${target}any`)) {
    const layers = layersUpTo(view.layerCount - 1);
    const wantedBy = selectors.wantedBy(`${path}any`);
    aims.push({ at: target, path, target, layers, wantedBy });
  }
  return aims;
}

/**
 * Returns the body, and what it was in the layers below, because packages are attributed to the
 * first of them.
 */
function bodiesOf(node: FileNode): readonly Pick<UnresolvedSymlink, 'target' | 'layers'>[] {
  const byPath = new Map<string, number[]>();
  for (let at: FileNode | HardLinkNode | undefined = node; at !== undefined; at = at.before) {
    if (at.kind !== 'file') continue;
    const layers = byPath.get(at.storedPath);
    if (layers === undefined) byPath.set(at.storedPath, [at.layer]);
    else layers.unshift(at.layer);
  }
  return [...byPath].map(([target, layers]) => ({ target, layers }));
}

function notReadBy(node: FileNode | HardLinkNode, ids: readonly string[]): readonly string[] {
  const readers = new Set(node.said?.cataloged.map((row) => row.foundBy));
  return ids.filter((id) => !readers.has(id));
}

function without(ids: readonly string[], others: readonly string[]): readonly string[] {
  return others.length === 0 ? ids : ids.filter((id) => !others.includes(id));
}

function layersUpTo(last: number): readonly number[] {
  return Array.from({ length: last + 1 }, (_, layer) => layer);
}

function readingKey(row: { readonly path: string; readonly foundBy: string }): string {
  return JSON.stringify([row.path, row.foundBy]);
}

function linkKey({ path, target }: UnresolvedSymlink): string {
  return JSON.stringify([path, target]);
}
