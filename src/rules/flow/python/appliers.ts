/**
 * Calls of Python that run a function with arguments of their own. Sources: the documentation of
 * Python 3.13 (threading, multiprocessing, concurrent.futures, asyncio), anyio 4, Starlette 0.46 and
 * Twisted 24.
 */

import type { ApplierModel } from '../models.ts';
import { rows } from '../rows.ts';

/** Calls that run a function, by their names. */
export const APPLIERS: readonly (readonly [string, ApplierModel])[] = [
  ...rows(
    { runs: 1, runsName: 'target', list: [3, 'args'], map: [4, 'kwargs'] } as const,
    'threading.Thread multiprocessing.Process multiprocessing.context.Process',
  ),
  ...rows(
    { runs: 1, runsName: 'function', list: [2, 'args'], map: [3, 'kwargs'] } as const,
    'threading.Timer',
  ),
  ...rows({ runs: 0, list: [1, 'args'], map: [2, 'kwds'] } as const, '*.apply_async'),
  ...rows(
    { runs: 0, passes: 1 },
    '*.submit asyncio.to_thread anyio.to_thread.run_sync starlette.concurrency.run_in_threadpool fastapi.concurrency.run_in_threadpool *.call_soon *.call_soon_threadsafe *.add_task twisted.internet.threads.deferToThread twisted.internet.reactor.callInThread',
  ),
  ...rows(
    { runs: 1, passes: 2 },
    '*.run_in_executor *.call_later *.call_at twisted.internet.reactor.callLater',
  ),
];
