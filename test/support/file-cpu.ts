/** Measures the CPU time of each test file, for `slow-files.ts`. */

import { afterAll } from 'vitest';

import { procTimes } from './proc-times.ts';

declare module 'vitest' {
  interface TaskMeta {
    /** CPU time of a test file: of this process, and of its child processes that have ended. */
    cpuMs?: number;
  }
}

/**
 * Returns the CPU time of this process and its children; `undefined` if the system is not Linux.
 */
function cpuMs(): number | undefined {
  if (process.platform !== 'linux') return undefined;
  const { ownMs, childrenMs } = procTimes('self');
  return ownMs + childrenMs;
}

const before = cpuMs();

afterAll(({}, file) => {
  const after = cpuMs();
  if (before !== undefined && after !== undefined) file.meta.cpuMs = after - before;
});
