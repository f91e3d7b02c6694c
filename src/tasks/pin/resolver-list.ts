/** The resolver of each kind of reference, loaded when a reference of the kind is asked for. */

import type { ReferenceKind } from './finder.ts';
import type { MakeResolver } from './resolvers.ts';

/** Loads the resolver of each kind. */
export const RESOLVERS: Readonly<Record<ReferenceKind, () => Promise<MakeResolver>>> = {
  image: async () => (await import('./resolve-image.ts')).makeImageResolver,
  action: async () => (await import('./resolve-action.ts')).makeGitResolver,
  'git-repository': async () => (await import('./resolve-action.ts')).makeGitResolver,
  requirement: async () => (await import('./resolve-requirement.ts')).makeRequirementResolver,
};
