/** A lockfile that is not read, for people. */
export interface UnreadLockfile {
  /** The tool that writes it. */
  readonly tool: string;
  /** How to get one that is read. */
  readonly cure: string;
}

/**
 * Files that pin dependencies and that no cataloger reads yet. A cataloger that comes to read one takes its name away here.
 * Source: the Bun documentation, "Lockfile".
 */
export const UNREAD_LOCKFILES: ReadonlyMap<string, UnreadLockfile> = new Map([
  [
    'bun.lockb',
    {
      tool: 'Bun',
      cure: 'bun install --save-text-lockfile --frozen-lockfile --lockfile-only writes bun.lock, which is read',
    },
  ],
]);
