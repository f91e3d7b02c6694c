/** Who may change which package. */

import { compileGlobs } from '../../../core/base/glob.ts';
import { TOKEN_ROLES, type Caller, type TokenRole } from '../../access.ts';
import { refusal, type RegistryAnswer } from '../../answer.ts';
import type { ChangeRoute } from './route.ts';

/**
 * The role that a change asks for. What is removed is gone for everybody, so that this is left to
 * admins.
 */
const ROLE_OF: Readonly<Record<ChangeRoute['kind'], TokenRole>> = {
  publish: 'publish',
  'tag-add': 'publish',
  'tag-remove': 'publish',
  'unpublish-versions': 'admin',
  'unpublish-file': 'admin',
  'unpublish-package': 'admin',
};

/** Returns the refusal of a change; `undefined` if the caller may make it. */
export function changeRefusal(
  { kind, name }: Pick<ChangeRoute, 'kind' | 'name'>,
  caller: Caller,
  isPrivate: (name: string) => boolean,
): RegistryAnswer | undefined {
  const needed = ROLE_OF[kind];
  const subject = { package: name };
  const refuse = (text: string): RegistryAnswer => refusal(403, text, { subject });
  if (caller.kind !== 'token') {
    return refuse(
      `${name} cannot be changed without a token: add one with "role: ${needed}" to registry.tokens`,
    );
  }
  if (TOKEN_ROLES.indexOf(caller.role) < TOKEN_ROLES.indexOf(needed)) {
    return refuse(
      `the token "${caller.name}" has the role ${caller.role}, and this needs ${needed} (registry.tokens)`,
    );
  }
  if (!isPrivate(name)) {
    return refuse(
      `${name} cannot be published here, because its name is not private; add it to registry.private`,
    );
  }
  const { packages } = caller;
  if (packages === undefined || compileGlobs(packages)(name)) return undefined;
  return refuse(
    `the token "${caller.name}" is for ${packages.join(', ')} and not for ${name} (registry.tokens)`,
  );
}
