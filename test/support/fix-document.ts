/** The JSON document of `assay fix`, as tests read it. */

import { mkdirSync, readdirSync } from 'node:fs';
import { vi } from 'vitest';

/** The document. */
export interface FixDocument {
  readonly projects: readonly {
    readonly path: string;
    readonly state: string;
    readonly notes: readonly string[];
    readonly steps: readonly {
      readonly kind: string;
      readonly moves: readonly {
        readonly name: string;
        readonly from: string;
        readonly to?: string;
      }[];
      readonly edits: readonly { readonly manifest: string; readonly section: string }[];
      readonly clears: readonly string[];
      readonly dependents: readonly string[];
    }[];
    readonly staying: readonly {
      readonly advisoryId: string;
      readonly reasons: readonly string[];
    }[];
    readonly changedPaths: readonly string[];
  }[];
  readonly elsewhere: readonly { readonly reasons: readonly string[] }[];
  readonly left: readonly string[];
}

/**
 * Makes a directory the one for temporary files of this worker, so that tests beside this one leave
 * nothing in it. Returns the names of what is in it.
 */
export function ownTemporaryFiles(folder: string): () => readonly string[] {
  mkdirSync(folder, { recursive: true });
  vi.stubEnv('TMPDIR', folder);
  return () => readdirSync(folder).filter((name) => name.startsWith('assay-fix-'));
}
