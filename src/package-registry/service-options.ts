/** What the services of a registry are made with: one for each protocol. */

import type { PackagePolicy } from '../scan/policy/package-policy.ts';
import type { TrustedRootLoader } from '../trust/signing/trusted-roots.ts';
import type { AdvisoryWatch } from './advisory-watch.ts';
import type { LargeDocuments } from './large-documents.ts';
import type { HostedPackages } from './npm/publish/hosted-packages.ts';
import type { ContentStore } from './store/content-store.ts';
import type { UplinkOptions } from './uplink.ts';

/** What a service works with. */
export interface ServiceOptions {
  /** Directory of its documents. */
  readonly folder: string;
  /** Files of packages, which all services share. */
  readonly files: ContentStore;
  /** Packages that are published here. Absent: there are none. */
  readonly hosted?: HostedPackages;
  /** Address of this registry, with a slash at its end. */
  readonly base: string;
  readonly policy: PackagePolicy;
  readonly advisories: AdvisoryWatch;
  readonly uplinks: UplinkOptions;
  /** Whether a name belongs to the organization: it is private, or owned by the trust file. */
  readonly isOwnName: (name: string) => boolean;
  /** The roots that attestations are verified by. Absent: they are not verified. */
  readonly roots?: Pick<TrustedRootLoader, 'load'>;
  /** A document that is younger is served without asking its uplink. In milliseconds. */
  readonly freshMs: number;
  /** Default: the bounds of this process. */
  readonly large?: LargeDocuments;
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
  /** The version, or the name of a file of it. */
  readonly version: string;
  readonly message: string;
}
