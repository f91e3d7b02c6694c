/** Walks a layer a second time, for questions that its record leaves open. */

import { coversPath } from '../../../core/base/artifact-path.ts';
import { compareKeys } from '../../../core/base/compare.ts';
import type { CollectorOptions } from '../../collect/collector.ts';
import { isDigestAlgorithm } from '../../collect/digest-plan.ts';
import { compileSelectors } from '../../collect/selector.ts';
import type { SecondWalkRecord } from '../../../core/model/layer/layer-record.ts';
import type {
  DigestQuestion,
  LayerQuestion,
  PathQuestion,
  SymlinkQuestion,
} from '../../../core/model/layer/layer-walk.ts';
import { symlinkTargetFiles } from '../../rootfs/unresolved-symlinks.ts';
import type { LayerWalker } from './layer-walker.ts';

/** For walks that look for known paths only. */
const NO_SELECTORS = compileSelectors([]);

/** The digests that are taken of files of a layer, by path. */
type DigestTable = Extract<CollectorOptions['digests'], ReadonlyMap<string, unknown>>;

/** Answers questions of one kind with one walk over a layer. Throws what walking a layer does. */
export async function walkAgain(
  walker: LayerWalker,
  layer: number,
  questions: readonly LayerQuestion[],
): Promise<SecondWalkRecord> {
  const { paths, symlinks, digests } = byKind(questions);
  if (paths.length > 0) return findPaths(walker, layer, paths);
  return symlinks.length > 0
    ? readTargets(walker, layer, symlinks)
    : takeDigests(walker, layer, digests);
}

/** Returns what the answer of {@link walkAgain} depends on besides the layer, as plain data. */
export function cacheKeyOf(questions: readonly LayerQuestion[]): object {
  const { paths, symlinks, digests } = byKind(questions);
  return {
    ...(paths.length > 0 && { notedPaths: [...notedPathsOf(paths)].sort() }),
    ...(symlinks.length > 0 && {
      links: symlinks.map(({ link: { path, target, wantedBy } }) => ({ path, target, wantedBy })),
    }),
    ...(digests.length > 0 && {
      digests: [...digestTableOf(digests)].sort(compareKeys),
    }),
  };
}

interface QuestionsByKind {
  readonly paths: readonly PathQuestion[];
  readonly symlinks: readonly SymlinkQuestion[];
  readonly digests: readonly DigestQuestion[];
}

/** @throws Error for questions of several kinds, which need walks of their own. */
function byKind(questions: readonly LayerQuestion[]): QuestionsByKind {
  const paths = questions.filter((question) => question.kind === 'paths');
  const symlinks = questions.filter((question) => question.kind === 'symlink');
  const digests = questions.filter((question) => question.kind === 'digests');
  if (![paths, symlinks, digests].some(({ length }) => length === questions.length)) {
    throw new Error('questions of several kinds in one walk');
  }
  return { paths, symlinks, digests };
}

async function findPaths(
  walker: LayerWalker,
  layer: number,
  questions: readonly PathQuestion[],
): Promise<SecondWalkRecord> {
  const notedPaths = notedPathsOf(questions);
  const { facts } = await walker.collect(layer, NO_SELECTORS, { notedPaths, digests: 'none' });
  return {
    files: facts.files.where((path) => coversPath(notedPaths, path)),
    ...(facts.late !== undefined && { late: facts.late }),
    diagnostics: [],
    readings: [],
  };
}

/** Reads the bodies that links lead to. The number of a reading's link is that of its question. */
async function readTargets(
  walker: LayerWalker,
  layer: number,
  questions: readonly SymlinkQuestion[],
): Promise<SecondWalkRecord> {
  const links = questions.map(({ link }) => link);
  const extraPaths = new Set(links.map(({ target }) => target));
  const walk = await walker.collect(layer, NO_SELECTORS, { extraPaths });
  const readings: SecondWalkRecord['readings'][number][] = [];
  try {
    for (const { link, storedPath, file } of symlinkTargetFiles(links, walk)) {
      for (const foundBy of file.wantedBy) {
        const result = await walker.catalog(foundBy, file, walk);
        readings.push({ link, storedPath, foundBy, result });
      }
    }
  } finally {
    walk.close();
  }
  const { files, diagnostics } = walk.facts;
  const paths = new Set(readings.map(({ storedPath }) => storedPath));
  for (const { location } of diagnostics) if (location !== undefined) paths.add(location.path);
  return { files: files.where((path) => paths.has(path)), diagnostics, readings };
}

async function takeDigests(
  walker: LayerWalker,
  layer: number,
  questions: readonly DigestQuestion[],
): Promise<SecondWalkRecord> {
  const digests = digestTableOf(questions);
  const { facts } = await walker.collect(layer, NO_SELECTORS, { digests });
  return { files: facts.files.where((path) => digests.has(path)), diagnostics: [], readings: [] };
}

function notedPathsOf(questions: readonly PathQuestion[]): ReadonlySet<string> {
  return new Set(questions.flatMap(({ paths }) => paths));
}

function digestTableOf(questions: readonly DigestQuestion[]): DigestTable {
  return new Map(
    questions.map(({ path, algorithms }) => [path, algorithms.filter(isDigestAlgorithm)]),
  );
}
