/** The trusted roots of a run. They are read when the first certificate or time needs them. */

import type { FoundTrustFile } from '../trust-file/find-trust-file.ts';
import type { TrustedRoot } from './keyless/trusted-root.ts';

/** Reads the trusted roots once. */
export interface TrustedRootLoader {
  /** Returns at least one root. @throws AssayError `CONFIG_INVALID` if one cannot be used */
  readonly load: () => Promise<readonly TrustedRoot[]>;
  /** Returns whether the roots were read, so that the verdict names them. */
  readonly isUsed: () => boolean;
}

/** The sources of the roots. */
export interface RootSources {
  /** The file of `--trusted-root`; it replaces all others. */
  readonly named?:
    | {
        readonly name: string;
        readonly bytes: Uint8Array;
        /** Whether the file is a chain of certificates as PEM. */
        readonly isChain?: true;
      }
    | undefined;
  /** The trust file; its `trusted-roots` replace the public root. */
  readonly trust?: FoundTrustFile | undefined;
  /** For the age of the public root, in milliseconds since the Unix epoch. */
  readonly now: number;
}

/**
 * Returns the roots of the command line, else those of the trust file, else the public one of
 * Sigstore.
 */
export function trustedRoots(sources: RootSources): TrustedRootLoader {
  let loaded: Promise<readonly TrustedRoot[]> | undefined;
  return {
    load: () => (loaded ??= readRoots(sources)),
    isUsed: () => loaded !== undefined,
  };
}

async function readRoots({ named, trust, now }: RootSources): Promise<readonly TrustedRoot[]> {
  const { publicTrustedRoot, readCertificateChain, readTrustedRoot } =
    await import('./keyless/trusted-root.ts');
  if (named !== undefined) {
    const read = named.isChain === true ? readCertificateChain : readTrustedRoot;
    return [read(named.bytes, named.name)];
  }
  const listed = trust?.trust.trustedRoots ?? [];
  if (trust === undefined || listed.length === 0) return [publicTrustedRoot(now)];
  return Promise.all(
    listed.map(async ({ file }) =>
      file === undefined
        ? publicTrustedRoot(now)
        : readTrustedRoot(await trust.readFile(file), file),
    ),
  );
}
