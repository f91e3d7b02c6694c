/** The JSON document of `assay fix`, as tests read it. */

import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';

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

/** Copies of projects that are in the directory for temporary files. */
export function projectCopies(): readonly string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith('assay-fix-'));
}
