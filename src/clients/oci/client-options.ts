/** Options of a registry client: credentials, and the required trust of a connection. */

import type { Environment } from '../../core/model/artifact/environment.ts';

/**
 * Credentials of the caller. `basic` is also sent to token servers; `identityToken` to them alone;
 * `bearer` to the registry unchanged.
 */
export type Credentials =
  | { readonly kind: 'basic'; readonly username: string; readonly password: string }
  | { readonly kind: 'identityToken'; readonly username: string; readonly token: string }
  | { readonly kind: 'bearer'; readonly token: string };

/** Options for registries: logins, plain HTTP, and configuration files. */
export interface RegistryOptions {
  /**
   * For the registry that a reference names, before all that files and helpers say. Mirrors of
   * other hosts never see them.
   */
  readonly credentials?: Credentials;
  /** Whether plain HTTP and unverified certificates are accepted, from any registry. */
  readonly isInsecure?: boolean;
  /**
   * Whether something is written. It goes to the registry that the reference names, as with podman
   * and skopeo: mirrors and other locations of `registries.conf` are for reading.
   */
  readonly isForWriting?: boolean;
  /**
   * Variables that locate the files of Docker and Podman, and `PATH` for credential helpers;
   * default `process.env`.
   */
  readonly env?: Environment;
}
