/** The parameters of the parts of the service for npm. */

import type { PackagePolicy } from '../../policy/package-policy.ts';
import type { AdvisoryWatch } from '../advisory-watch.ts';
import type { UplinkOptions } from '../uplink.ts';

/** The parameters of a service. */
export interface NpmServiceOptions {
  /** Directory of its files. */
  readonly folder: string;
  /** Address of this registry, with a slash at its end. */
  readonly base: string;
  readonly policy: PackagePolicy;
  readonly advisories: AdvisoryWatch;
  readonly uplinks: UplinkOptions;
  /** A document that is younger is served without asking its uplink. In milliseconds. */
  readonly freshMs: number;
  /** Ceiling for a file. */
  readonly maxFileBytes: number;
  /** Decisions have no effect. */
  readonly isDryRun: boolean;
  /** Called for what people should look at: bytes that have changed. */
  readonly onEvent: (event: RegistryEvent) => void;
}

/** Something that should not happen. */
export interface RegistryEvent {
  readonly kind: 'moved' | 'mismatch';
  readonly package: string;
  readonly version: string;
  readonly message: string;
}
