/**
 * Files that pin dependencies and that no cataloger reads yet, with the tool that writes each. A cataloger that comes
 * to read one takes its name away here.
 */
export const UNREAD_LOCKFILES: ReadonlyMap<string, string> = new Map([['bun.lockb', 'Bun']]);
