/** Flags about registries; those that trivy has too keep its names and meaning. */

import type { Flag } from '../../../config/flag.ts';

/** Every command that asks a registry takes these. */
export const REGISTRY_FLAGS: readonly Flag[] = [
  {
    name: 'username',
    value: 'NAME',
    group: 'Registry',
    isForImages: true,
    help: 'log in to the registry as this user (default: the logins of docker and podman)',
  },
  {
    name: 'password',
    value: 'SECRET',
    group: 'Registry',
    isForImages: true,
    help: 'log in to the registry with this password',
  },
  {
    name: 'password-stdin',
    group: 'Registry',
    isForImages: true,
    help: 'read the registry password from standard input, so that the process list does not show it',
  },
  {
    name: 'registry-token',
    value: 'SECRET',
    group: 'Registry',
    isForImages: true,
    help: 'authenticate to the registry with this bearer token',
  },
  {
    name: 'insecure',
    group: 'Registry',
    isForImages: true,
    help: 'allow plain HTTP and untrusted certificates for registries, but not for advisory data',
  },
];
