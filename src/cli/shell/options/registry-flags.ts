/** Flags about registries; those that trivy has too keep its names and meaning. */

import type { Flag } from '../../../config/flag.ts';

/** Every command that asks a registry takes these. */
export const REGISTRY_FLAGS: readonly Flag[] = [
  {
    name: 'username',
    value: 'NAME',
    group: 'Registry',
    help: 'user for the registry (default: the logins of docker and podman)',
  },
  { name: 'password', value: 'SECRET', group: 'Registry', help: "the user's password" },
  {
    name: 'password-stdin',
    group: 'Registry',
    help: 'read the password from standard input, where no other user sees it',
  },
  {
    name: 'registry-token',
    value: 'SECRET',
    group: 'Registry',
    help: 'bearer token for the registry, in place of a user',
  },
  {
    name: 'insecure',
    group: 'Registry',
    help: 'let registries speak plain HTTP and show any certificate; advisory data is not meant',
  },
];
