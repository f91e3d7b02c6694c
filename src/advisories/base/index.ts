/** The advisory base as a thing: load it, add to it, ask what it holds. */

export type * from './bundle/bundle-types.ts';
export { openCorrectedLookup } from './corrected-lookup.ts';
export { exportBase } from './bundle/export.ts';
export { importIntoBase } from './import.ts';
export { removeBase } from './remove.ts';
export { readBaseStatus } from './status.ts';
export type * from './types.ts';
export { updateBase } from './update.ts';
export { verifyBase, verifyBundle } from './bundle/verify-base.ts';
