/** Measures the time of the processor that a test file takes, for `slow-files.ts`. */

import { afterAll } from 'vitest';

import { procTimes } from './proc-times.ts';

declare module 'vitest' {
  interface TaskMeta {
    /** Of a test file, in this process and in the processes that it started and that ended. */
    cpuMs?: number;
  }
}

/** `undefined` where the system is not Linux. */
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
