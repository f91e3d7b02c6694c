/** Reports in the form of trivy's JSON, as programs read them. */

import type { Report } from '../../src/core/model/report/report.ts';
import { rendered } from './rendered.ts';

type Json = Readonly<Record<string, unknown>>;

export interface TrivyDocument {
  readonly ArtifactName: string;
  readonly ArtifactType: string;
  readonly CreatedAt?: string;
  readonly Metadata: Json;
  readonly Results: readonly {
    readonly Target: string;
    readonly Class: string;
    readonly Type: string;
    readonly Packages: readonly Json[];
    readonly Vulnerabilities?: readonly Json[];
    readonly Misconfigurations?: readonly Json[];
    readonly Secrets?: readonly Json[];
    readonly ExperimentalModifiedFindings?: readonly Json[];
  }[];
  readonly Assay: { readonly verdict: Json; readonly artifacts: readonly Json[] };
}

/** The document of a report. */
export async function written(report: Report): Promise<TrivyDocument> {
  return JSON.parse(await rendered(report, 'trivy-json')) as TrivyDocument;
}
