/**
 * Files that detectors select by the path of a symlink, as `Dockerfile` that leads to
 * `docker/release.txt`. The walk over a directory does not follow links, so the target is read
 * here, inside of the directory only. Targets that a detector selects by their own path were looked
 * at there.
 */

import { compileSelectors, type SelectorRow } from '../../collect/selector.ts';
import type { DetectorRow } from '../../../rules/detect/detector.ts';
import type { Artifact } from '../../../core/model/artifact/artifact.ts';
import type { CatalogFile } from '../../../core/model/catalog/catalog.ts';
import type { Diagnostic } from '../../../core/model/finding/finding.ts';
import { parseOutsideTarget } from '../../../core/model/artifact/outside-link.ts';
import type { RuleDraft } from '../../../core/model/rule/rule-finding.ts';
import type { RuleScanner } from '../../../core/model/rule/rule-scanner.ts';
import type { MergedView } from '../../rootfs/merge-layers.ts';

/** A file behind a link. */
interface LinkedFile {
  /** The id of the detector that selects it. */
  readonly id: string;
  /** The path of the link. */
  readonly path: string;
  readonly layer: number;
  readonly bytes: Uint8Array;
}

/** Files behind links, and a gap for each target that could not be read. */
interface LinkedFiles {
  readonly files: readonly LinkedFile[];
  readonly gaps: readonly Diagnostic[];
}

/** Scanners whose detectors select files by their paths; the others look at any file. */
const BY_PATH: ReadonlySet<RuleScanner> = new Set(['misconfig', 'origin']);

/** Real directories have some; a hostile one can have a million. */
const MAX_LINKS = 1000;

/** Returns the files behind links. Without `read`, each of them is a gap. */
export function linkedFiles(
  { links, root }: Pick<MergedView, 'links' | 'root'>,
  rows: readonly SelectorRow[],
  read: ((path: string) => Uint8Array | undefined) | undefined,
): LinkedFiles {
  const files: LinkedFile[] = [];
  const gaps = [...hiddenPipelines(links, root)];
  const selectors = compileSelectors(rows);
  let count = 0;
  for (const { path, target, isHard, layer } of links) {
    const ids = isHard ? [] : selectors.wantedByLink(path);
    if (ids.length === 0) continue;
    const entry = root.lookUp(path, true);
    if (entry.kind === 'folder' || (entry.kind === 'nothing' && entry.isCertain)) continue;
    const known = entry.kind === 'file' ? selectors.wantedBy(entry.path) : [];
    const open = ids.filter((id) => !known.includes(id));
    if (open.length === 0) continue;
    count += 1;
    const bytes = count > MAX_LINKS ? undefined : read?.(path);
    if (bytes !== undefined) {
      for (const id of open) files.push({ id, path, layer, bytes });
    } else if (gaps.length < MAX_LINKS) {
      const message = `"${path}" is a symlink to "${parseOutsideTarget(target) ?? target}", which rules have not looked at`;
      gaps.push({ stage: 'detect', message, location: { path, layer }, gap: 'unread' });
    }
  }
  return { files, gaps };
}

/** Directories in which forges and other runners look for pipelines. */
const FORGE_DIRECTORY = /\/\.(?:github|gitea|forgejo)(?:\/workflows)?$/iu;

function isForgeDirectory(path: string): boolean {
  return path.includes('/.') && FORGE_DIRECTORY.test(path) && !path.includes('/node_modules/');
}

/** Yields a gap for each such directory that is a link to one of another name. */
function* hiddenPipelines(
  links: MergedView['links'],
  root: MergedView['root'],
): Generator<Diagnostic> {
  let count = 0;
  for (const { path, target, isHard, layer } of links) {
    if (isHard || !isForgeDirectory(path) || !hidesPipelines(root, path)) continue;
    count += 1;
    if (count > MAX_LINKS) return;
    const message = `"${path}" is a symlink to "${parseOutsideTarget(target) ?? target}", where rules have not looked for pipelines`;
    yield { stage: 'detect', message, location: { path, layer }, gap: 'unread' };
  }
}

/** Returns whether a link may lead to a directory that has no such name of its own. */
function hidesPipelines(root: MergedView['root'], path: string): boolean {
  const entry = root.lookUp(path, true);
  if (entry.kind === 'folder') return !FORGE_DIRECTORY.test(entry.path);
  return entry.kind === 'nothing' && !entry.isCertain;
}

/** The detection of one file. */
interface LinkedDetection {
  detect(id: string, file: Pick<CatalogFile, 'path' | 'sizeBytes' | 'bytes'>): Promise<boolean>;
  readonly rules: readonly RuleDraft[];
  gaps(): readonly Diagnostic[];
}

/**
 * Looks at the files that detectors of misconfiguration and of origins select by the path of a symlink. Images
 * have none of these files.
 */
export async function detectLinked(
  kind: Artifact['kind'],
  view: Pick<MergedView, 'links' | 'root'> | undefined,
  {
    rows,
    read,
    detection,
  }: {
    readonly rows: readonly DetectorRow[];
    readonly read: ((path: string) => Uint8Array | undefined) | undefined;
    readonly detection: LinkedDetection;
  },
): Promise<{ readonly rules: readonly RuleDraft[]; readonly diagnostics: readonly Diagnostic[] }> {
  const wanted = rows.flatMap((row) =>
    (row.kind === 'file' || row.kind === 'tree') && BY_PATH.has(row.scanner) ? [row] : [],
  );
  const isEmpty = view === undefined || view.links.length === 0 || wanted.length === 0;
  if (kind === 'image' || isEmpty) return { rules: [], diagnostics: [] };
  const { files, gaps } = linkedFiles(view, wanted, read);
  for (const { id, path, bytes } of files) {
    await detection.detect(id, {
      path,
      sizeBytes: bytes.length,
      bytes: () => Promise.resolve(bytes),
    });
  }
  return { rules: detection.rules, diagnostics: [...gaps, ...detection.gaps()] };
}
