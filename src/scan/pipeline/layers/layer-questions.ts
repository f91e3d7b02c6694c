/**
 * The list of questions that send a scan back to the layers of an artifact, in the order in which
 * they are asked.
 */

import { isUnresolvedFixture } from '../../../core/model/finding/fixture-path.ts';
import type { LayerRecord } from '../../../core/model/layer/layer-record.ts';
import type { QuestionRules, UnresolvedSymlink } from '../../../core/model/layer/layer-walk.ts';
import type { UnpackMode } from '../../rootfs/partial-root.ts';
import { mergeLayers, type MergedView } from '../../rootfs/merge-layers.ts';
import { CATALOGER_ROWS } from '../cataloger-rows.ts';
import type { LayerWalker } from './layer-walker.ts';
import type { QuestionKind } from './question-loop.ts';

/** The id under which the loop keeps the answers about records that a layer changed alone. */
export const RECORD_ONLY = 'record-only-changes';
/**
 * The id under which the loop keeps the digests that manifests name and the first walk did not
 * take.
 */
export const MISSING_DIGESTS = 'missing-digests';

/** The dependencies of the list. */
export interface LayerQuestionOptions {
  readonly walker: Pick<LayerWalker, 'opened' | 'selectors' | 'sharedSelectors'>;
  /** Absent: no content is verified. */
  readonly missingDigests?: QuestionRules<MergedView>;
}

/**
 * Returns the list. Files that replace something come first, because they decide where links lead;
 * files behind links come before the bodies that wanted paths lead to, because they can be those
 * bodies. The last two kinds add no file to the records and need the final tree.
 */
export function layerQuestions({
  walker,
  missingDigests,
}: LayerQuestionOptions): readonly QuestionKind<MergedView>[] {
  const { selectors, sharedSelectors } = walker;
  let last: { readonly view: MergedView; readonly links: readonly UnresolvedSymlink[] } | undefined;
  const unresolved = async (): Promise<(view: MergedView) => readonly UnresolvedSymlink[]> => {
    const { unresolvedSymlinks } = await import('../../rootfs/unresolved-symlinks.ts');
    return (view) => {
      if (last?.view !== view) last = { view, links: unresolvedSymlinks(view, sharedSelectors) };
      return last.links;
    };
  };
  return [
    {
      id: 'shadowed-paths',
      applies: (records) => records.some((record) => record.unrecordedPathHashes !== undefined),
      load: async () => (await import('../../rootfs/shadowed-paths.ts')).SHADOWED_PATHS,
    },
    {
      id: 'symlink-writes',
      applies: hasLinks,
      async load() {
        const unresolvedIn = await unresolved();
        const { symlinkWrites } = await import('../../rootfs/writes-through-symlinks.ts');
        return symlinkWrites({ selectors: sharedSelectors, unresolvedIn });
      },
    },
    {
      id: 'symlink-targets',
      applies: hasLinks,
      async load() {
        const { symlinkTargets } = await import('../../rootfs/unresolved-symlinks.ts');
        const isExcused = (path: string): boolean => isExcusedLink(path, walker.opened, selectors);
        return symlinkTargets({ unresolvedIn: await unresolved(), isExcused });
      },
    },
    {
      id: RECORD_ONLY,
      applies: hasChangedRecords,
      load: async () => (await import('../../rootfs/record-only-changes.ts')).RECORD_ONLY_CHANGES,
    },
    ...(missingDigests === undefined
      ? []
      : [{ id: MISSING_DIGESTS, applies: () => true, load: () => missingDigests }]),
  ];
}

/**
 * Merges records for the questions: with the other names of the directories that the questions will
 * most likely be about.
 */
export async function mergeForQuestions(
  records: readonly LayerRecord[],
  selectors: LayerWalker['sharedSelectors'],
  unpacking: UnpackMode,
): Promise<MergedView> {
  if (!hasLinks(records)) return mergeLayers(records, [], unpacking);
  const { fullyReadDirectories, likelyReadDirectories } =
    await import('../../rootfs/writes-through-symlinks.ts');
  const named = [...fullyReadDirectories(selectors), ...likelyReadDirectories(records, selectors)];
  return mergeLayers(records, named, unpacking);
}

function hasLinks(records: readonly LayerRecord[]): boolean {
  return records.some(({ links }) => links.length > 0);
}

/**
 * Returns whether a file that a package was read from is gone, or was another one in a lower layer.
 */
function hasChangedRecords(_: readonly LayerRecord[], { erased, cataloged }: MergedView): boolean {
  return erased.length > 0 || cataloged.some(({ earlier }) => earlier.length > 0);
}

/** Returns whether no cataloger that wants the path would find packages there. */
function isExcusedLink(
  path: string,
  { artifact: { kind } }: LayerWalker['opened'],
  selectors: LayerWalker['selectors'],
): boolean {
  const wantedBy = selectors.wantedByLink(path);
  return (
    wantedBy.length > 0 &&
    wantedBy.every((id) => {
      const row = CATALOGER_ROWS.get(id);
      if (row === undefined) return false;
      return row.isSupplement === true || isUnresolvedFixture(path, { kind, ...row });
    })
  );
}
