/** What a registry client is told by its caller: credentials, and how far a connection has to be trusted. */

import type { Environment } from '../model/environment.ts';

/** Who asks. `basic` is also shown to token servers; `identityToken` to them alone; `bearer` to the registry as it is. */
export type Credentials =
  | { readonly kind: 'basic'; readonly username: string; readonly password: string }
  | { readonly kind: 'identityToken'; readonly username: string; readonly token: string }
  | { readonly kind: 'bearer'; readonly token: string };

/** How registries are reached: logins, plain HTTP, and configuration files. */
export interface RegistryOptions {
  /**
   * For the registry that a reference names, before all that files and helpers say. Mirrors of other hosts never see
   * them.
   */
  readonly credentials?: Credentials;
  /** Plain HTTP and certificates that nobody vouches for are taken, from any registry. */
  readonly isInsecure?: boolean;
  /**
   * Whether something is written. It goes to the registry that the reference names, as with podman and skopeo: mirrors and other
   * locations of `registries.conf` are for reading.
   */
  readonly isForWriting?: boolean;
  /** Where the files of Docker and Podman are looked for, and `PATH` for credential helpers; default `process.env`. */
  readonly env?: Environment;
}
