/**
 * Secrets in the history of a repository. Each blob that a ref reaches is read once, whatever
 * number of commits has it. A finding names the first and the last commit that has the secret at
 * its path.
 */

import type { Context } from '../../../core/base/context.ts';
import { compareNumbers } from '../../../core/base/compare.ts';
import { appendTo } from '../../../core/base/maps.ts';
import { pluralize } from '../../../core/base/pluralize.ts';
import type { GitPlace } from '../../../clients/git/git-command.ts';
import { runGit } from '../../../clients/git/git-command.ts';
import { ObjectReader } from '../../../clients/git/git-objects.ts';
import type { Diagnostic } from '../../../core/model/finding/finding.ts';
import type { RuleDraft } from '../../../core/model/rule/rule-finding.ts';
import type { SecretSettings } from '../../../core/model/rule/secret-settings.ts';
import { SecretBodies, type FoundSecret } from '../../../scan/pipeline/rules/secret-body.ts';
import { historyChanges, type HistoryCommit } from './raw-log.ts';
import { tipsWith } from './tips.ts';

/** The searched content of a history. */
export interface SearchedHistory {
  readonly drafts: readonly RuleDraft[];
  readonly diagnostics: readonly Diagnostic[];
}

/** A blob at a path. */
interface PlacedBlob {
  readonly blob: string;
  readonly path: string;
  /** Numbers of commits, parents first. */
  first: number;
  last: number;
  /** Whether HEAD has it, which is then the last commit, whatever other refs have. */
  isInHead: boolean;
}

/** Searches all commits that a ref or HEAD reaches. @throws AssayError `DAMAGED` if git fails */
export async function searchHistory(
  place: GitPlace,
  settings: SecretSettings | undefined,
  context: Context,
): Promise<SearchedHistory> {
  const { commits, numbers, placed } = await placedBlobs(place, context);
  const { found, missingCount } = await searchBlobs(placed, { place, settings, context });
  const tips = await tipsWith(
    found.map(({ at }) => at.path),
    place,
    context,
  );
  for (const { at } of found) {
    const files = (tips.get(at.path) ?? []).filter(({ blob }) => blob === at.blob);
    for (const { commit, isHead } of files) {
      if (at.isInHead) break;
      const number = numbers.get(commit) ?? 0;
      at.last = isHead ? number : Math.max(at.last, number);
      at.isInHead = isHead;
    }
  }
  const diagnostics = [
    ...(await shallowGap(place, context)),
    ...missingGap(missingCount, 'its history'),
  ];
  return { drafts: draftsOf(found, commits), diagnostics };
}

/** All commits, and all blobs with their paths. */
interface PlacedBlobs {
  readonly commits: readonly HistoryCommit[];
  /** The number of each commit, by its id. */
  readonly numbers: ReadonlyMap<string, number>;
  readonly placed: readonly PlacedBlob[];
}

async function placedBlobs(place: GitPlace, context: Context): Promise<PlacedBlobs> {
  const commits: HistoryCommit[] = [];
  const numbers = new Map<string, number>();
  const placed = new Map<string, PlacedBlob>();
  const extend = (blob: string, path: string, number: number): boolean => {
    const known = placed.get(keyOf(blob, path));
    if (known !== undefined) known.last = Math.max(known.last, number);
    return known !== undefined;
  };
  for await (const one of historyChanges(place, context)) {
    if (!('commit' in one)) {
      numbers.set(one.id, commits.length);
      commits.push(one);
      continue;
    }
    const { commit, path, blob, before } = one;
    const number = numbers.get(commit.id) ?? 0;
    const parent = numbers.get(commit.firstParent ?? '') ?? number;
    for (const id of before) extend(id, path, parent);
    if (blob === undefined || extend(blob, path, number)) continue;
    const fresh = { blob, path, first: number, last: number, isInHead: false };
    placed.set(keyOf(blob, path), fresh);
  }
  return { commits, numbers, placed: [...placed.values()] };
}

function keyOf(blob: string, path: string): string {
  return `${blob} ${path}`;
}

interface FoundInBlob extends FoundSecret {
  readonly at: PlacedBlob;
}

interface Reading {
  readonly place: GitPlace;
  readonly settings: SecretSettings | undefined;
  readonly context: Context;
}

/** Reads each blob once; its findings count for each of its paths. */
async function searchBlobs(
  placed: readonly PlacedBlob[],
  { place, settings, context }: Reading,
): Promise<{ readonly found: readonly FoundInBlob[]; readonly missingCount: number }> {
  const byBlob = new Map<string, PlacedBlob[]>();
  for (const one of placed) appendTo(byBlob, one.blob, one);
  const bodies = new SecretBodies(settings);
  const reader = new ObjectReader(place, context);
  const found: FoundInBlob[] = [];
  let missingCount = 0;
  try {
    for (const [blob, places] of byBlob) {
      const [first] = places;
      if (first === undefined) continue;
      const inBlob: FoundSecret[] = [];
      const file = { path: `/${first.path}`, sizeBytes: UNKNOWN_BYTES };
      const sink = bodies.sink(file, (one) => inBlob.push(one));
      const isThere = await reader.read(blob, (piece) => {
        sink.write(piece);
      });
      if (isThere) sink.end();
      else missingCount += 1;
      for (const { draft, valueDigest } of inBlob) {
        for (const at of places) {
          const location = { ...draft.location, path: `/${at.path}` };
          found.push({ at, valueDigest, draft: { ...draft, location } });
        }
      }
    }
  } finally {
    reader.stop();
  }
  return { found, missingCount };
}

/** The size that a body claims decides only about the first buffer. */
const UNKNOWN_BYTES = 8192;

/** Returns one finding for each secret and path, at its newest place. */
function draftsOf(
  found: readonly FoundInBlob[],
  commits: readonly HistoryCommit[],
): readonly RuleDraft[] {
  const groups = new Map<string, FoundInBlob[]>();
  for (const one of found) {
    const key = JSON.stringify([one.draft.rule, one.valueDigest, one.at.path]);
    appendTo(groups, key, one);
  }
  return [...groups.values()].map((group) => {
    const newest = [...group].sort(
      (a, b) =>
        Number(b.at.isInHead) - Number(a.at.isInHead) || compareNumbers(b.at.last, a.at.last),
    )[0] as FoundInBlob;
    const first = group.reduce((least, { at }) => Math.min(least, at.first), newest.at.first);
    const history = `First commit: ${commitText(commits[first])}. Last commit: ${commitText(commits[newest.at.last])}.`;
    return { ...newest.draft, message: `${newest.draft.message} ${history}` };
  });
}

const SHOWN_ID = 12;

function commitText(commit: HistoryCommit | undefined): string {
  if (commit === undefined) return 'unknown';
  const day = new Date(commit.authoredAt * 1000).toISOString().slice(0, 10);
  const author = commit.author.replace(/[\p{C}]/gu, '').slice(0, 80);
  return `${commit.id.slice(0, SHOWN_ID)} (${day}, ${author})`;
}

/** Returns the gap for files that a partial clone does not have. `of` says what they belong to. */
export function missingGap(count: number, of: string): readonly Diagnostic[] {
  if (count === 0) return [];
  const message = `the repository does not have ${pluralize(count, 'file')} of ${of}, and secrets in them are not found`;
  return [{ stage: 'detect', message, gap: 'unread' }];
}

/** Returns the gap of a shallow clone, whose missing commits are not searched. */
async function shallowGap(place: GitPlace, context: Context): Promise<readonly Diagnostic[]> {
  const { text } = await runGit(['rev-parse', '--is-shallow-repository'], place, context);
  if (text.trim() !== 'true') return [];
  const message =
    'the repository is shallow: older commits are not there, and secrets in them are not found';
  return [{ stage: 'detect', message, gap: 'unread' }];
}
