/** Loads the feeds of a mirror, or of their publishers, into a build. */

import { join } from 'node:path';
import type { Feed, FeedOrigin } from '../advisory/feed.ts';
import { FEEDS, type FeedRow } from '../advisory/list.ts';
import type { Context } from '../base/context.ts';
import { AssayError, ParseError } from '../base/errors.ts';
import type { AdvisoryNeed } from '../model/advisory.ts';
import type { Ecosystem } from '../model/ecosystem.ts';
import type { BaseBuild } from './build.ts';
import { folderOrigin, serverOrigin } from './origins.ts';
import { emptyFeed, unreadableFeed } from './plausible.ts';

/** Where feeds are loaded from. */
export type Mirror =
  | { readonly kind: 'folder'; readonly folder: string }
  | { readonly kind: 'server'; readonly base: URL }
  | { readonly kind: 'public' };

const SERVER = /^https?:\/\//i;

/** A folder, the address of a server, or none. @throws AssayError `USAGE` */
export function mirrorOf(mirror: string | URL | undefined): Mirror {
  if (mirror === undefined) return { kind: 'public' };
  const text = String(mirror);
  if (!SERVER.test(text)) return { kind: 'folder', folder: text };
  if (!URL.canParse(text)) throw new AssayError('USAGE', `"${text}" is no address of a mirror`);
  const base = new URL(text);
  if (!base.pathname.endsWith('/')) base.pathname += '/';
  return { kind: 'server', base };
}

export interface LoadRequest {
  readonly mirror: Mirror;
  /** Empty: everything that Assay can use. */
  readonly needs: readonly AdvisoryNeed[];
  /** For files in transit. */
  readonly scratchFolder: string;
}

/**
 * Answers what the origin does not have, as `feed ecosystem`.
 * @throws AssayError `NETWORK`, `TIMEOUT`, `OFFLINE`, `INTERRUPTED`, `ADVISORY_DATA_IMPLAUSIBLE`
 */
export async function loadFeeds(
  { mirror, needs, scratchFolder }: LoadRequest,
  build: BaseBuild,
  context: Context,
): Promise<readonly string[]> {
  const absent: string[] = [];
  for (const row of FEEDS) {
    const feed = await row.load();
    const origin = originOf(row, mirror, scratchFolder);
    for (const need of needsOf(row, needs)) {
      const isThere = await load({ feed, origin, need }, build, context);
      if (!isThere) absent.push(shownTask(feed, need));
    }
  }
  return absent;
}

function shownTask(feed: Feed, need: AdvisoryNeed): string {
  return [feed.id, need.ecosystem, need.release].filter(Boolean).join(' ');
}

function originOf(row: FeedRow, mirror: Mirror, scratchFolder: string): FeedOrigin {
  switch (mirror.kind) {
    case 'folder':
      return folderOrigin(join(mirror.folder, row.mirrorFolder));
    case 'server':
      return serverOrigin(new URL(`${row.mirrorFolder}/`, mirror.base), scratchFolder, false);
    case 'public':
      return serverOrigin(new URL(row.publicBase), scratchFolder, true);
  }
}

/** The needs that a feed can answer; without any, one for each of its ecosystems. */
function needsOf(row: FeedRow, needs: readonly AdvisoryNeed[]): readonly AdvisoryNeed[] {
  if (needs.length === 0) return row.ecosystems.map((ecosystem) => ({ ecosystem }));
  const wanted = new Map<string, AdvisoryNeed>();
  for (const need of needs) {
    if (!row.ecosystems.includes(need.ecosystem)) continue;
    const asked = hasFilePerRelease(row, need.ecosystem) ? need : { ecosystem: need.ecosystem };
    wanted.set(`${asked.ecosystem}/${need === asked ? (need.release ?? '') : ''}`, asked);
  }
  return [...wanted.values()];
}

/** Elsewhere one file speaks of all releases, and is read once. */
function hasFilePerRelease(row: FeedRow, ecosystem: Ecosystem): boolean {
  return row.id === 'alpine-secdb' && ecosystem === 'alpine';
}

interface Task {
  readonly feed: Feed;
  readonly origin: FeedOrigin;
  readonly need: AdvisoryNeed;
}

/** Whether the origin has anything for the need. */
async function load(task: Task, build: BaseBuild, context: Context): Promise<boolean> {
  const { feed, need } = task;
  context.progress({ kind: 'phase', name: `loading ${shownTask(feed, need)}` });
  const opened: string[] = [];
  const origin: FeedOrigin = {
    ...task.origin,
    open: async (path, inner) => {
      const file = await task.origin.open(path, inner);
      if (file !== undefined) opened.push(file.path);
      return file;
    },
  };
  const countBefore = build.recordCount(feed);
  const from = { statesDates: origin.statesDates, isWholeFeed: true };
  try {
    for await (const document of feed.fetch({ origin, need }, context)) {
      await build.add(feed, document, from);
    }
  } catch (error) {
    if (error instanceof ParseError) throw unreadableFeed(error);
    throw error;
  }
  const [first] = opened;
  if (first === undefined) return false;
  if (build.recordCount(feed) === countBefore) throw emptyFeed(`"${first}"`);
  return true;
}
