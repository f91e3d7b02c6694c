/** One feed, one ecosystem or release, one place that it comes from. */

import type { Feed } from '../../feeds/feed.ts';
import type { StoredSet } from '../../store/store-manifest.ts';
import type { AdvisoryNeed } from '../../../core/model/advisory/advisory.ts';
import type { FetchedTask } from './fetched-tasks.ts';
import type { FeedSource } from './mirror.ts';
import type { LoadTask } from './tasks.ts';

/** All that is needed to load one task. */
export interface LoadJob {
  readonly feed: Feed;
  readonly task: LoadTask;
  readonly need: AdvisoryNeed | undefined;
  readonly source: FeedSource;
  readonly folder: string;
  /** The stored sets of the task. */
  readonly sets: readonly StoredSet[];
  readonly previous: FetchedTask | undefined;
}
