/** The package managers whose projects are fixed, by the files that they write. */

import { baseName } from '../../base/artifact-path.ts';
import type { Manager } from '../manager.ts';

/** A row of the list. */
export interface ManagerRow {
  readonly id: string;
  /** For people. */
  readonly name: string;
  /** Names of the files by which a project is opened. */
  readonly files: readonly string[];
  readonly load: () => Promise<Manager>;
}

/** All managers. */
export const MANAGERS: readonly ManagerRow[] = [
  {
    id: 'npm',
    name: 'npm',
    files: ['package-lock.json', 'npm-shrinkwrap.json'],
    load: async () => (await import('./npm/npm.ts')).npm,
  },
];

/** Returns the manager of a file; `undefined` if no manager writes it. */
export function managerOf(path: string): ManagerRow | undefined {
  return MANAGERS.find(({ files }) => files.includes(baseName(path)));
}
