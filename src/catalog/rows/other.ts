/** Files of tools around a program, and files that no cataloger reads yet. */

import type { CatalogerRow } from '../cataloger.ts';
import { UNREAD_LOCKFILES } from '../unread-lockfiles.ts';

export const OTHER_ROWS: readonly CatalogerRow[] = [
  {
    id: 'other/unread-lockfile',
    presence: 'declared',
    // An image is judged by what is installed; there a lockfile that is not read leaves less out.
    artifacts: ['directory', 'repository', 'file'],
    files: { names: [...UNREAD_LOCKFILES.keys()] },
    version: 1,
    load: async () => (await import('../other/unread-lockfile.ts')).unreadLockfile,
  },
  {
    id: 'githubactions/workflow',
    ecosystem: 'githubactions',
    presence: 'declared',
    artifacts: ['directory', 'repository', 'file'],
    files: { names: ['action.yml', 'action.yaml'], suffixes: ['/.github/workflows/'] },
    version: 1,
    load: async () => (await import('../githubactions/workflow.ts')).workflow,
  },
];
