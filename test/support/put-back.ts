/**
 * Test files share processes. At the end of a file its stubs, its fake timers and its working
 * directory are put back.
 */

import { afterAll, vi } from 'vitest';

const directory = process.cwd();

afterAll(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
  process.chdir(directory);
});
