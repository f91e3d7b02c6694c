/** The rooms behind the commands, loaded on first use; tests hand in their own. */

import type { AdvisoryBase } from '../advisory/advisory-base.ts';
import type { LookupBase } from '../advisory/lookup.ts';
import type { Context } from '../base/context.ts';
import type { RemovedRecords } from '../base/record-store.ts';
import type {
  CheckedBase,
  CheckedBundle,
  ExportRequest,
  TrustRequest,
  WrittenBundle,
} from '../advisory-db/bundle-types.ts';
import type {
  BaseChange,
  BaseStatus,
  ImportRequest,
  UpdateRequest,
  UpdatingBaseOptions,
} from '../advisory-db/types.ts';
import type { LookupOptions } from '../advisory-db/corrected-lookup.ts';
import type { Report } from '../model/report.ts';
import type { TemplateJob, TemplateOutcome } from '../report/template/job.ts';
import type { ImageDigest } from '../scan/image-digests.ts';
import type { ScanRequest } from '../scan/request.ts';
import type { TemplateEnvironment } from './print/template-process.ts';

export interface Services {
  scan(request: ScanRequest, context: Context): Promise<Report>;
  imageDigests(
    request: Pick<ScanRequest, 'targets'>,
    context: Context,
  ): Promise<readonly ImageDigest[]>;
  /** Advisory data for a scan, fetched where that is allowed and needed. */
  openAdvisories(options: UpdatingBaseOptions, context: Context): Promise<AdvisoryBase>;
  /** All advisory data stored in a folder, with the user's corrections, to look things up in. */
  openLookup(options: LookupOptions, context: Context): Promise<LookupBase>;
  updateBase(request: UpdateRequest, context: Context): Promise<BaseChange>;
  importIntoBase(request: ImportRequest, context: Context): Promise<BaseChange>;
  baseStatus(folder: string, context: Context): Promise<BaseStatus>;
  /** Removes all advisory data. */
  removeBase(folder: string, context: Context): Promise<RemovedRecords>;
  exportBase(request: ExportRequest, context: Context): Promise<WrittenBundle>;
  verifyBase(folder: string, context: Context): Promise<CheckedBase>;
  verifyBundle(
    request: TrustRequest & { readonly path: string },
    context: Context,
  ): Promise<CheckedBundle>;
  /** Renders a report, which is given as its published JSON in pieces, apart from this process. */
  renderTemplate(
    job: TemplateJob,
    data: AsyncIterable<string>,
    setting: TemplateEnvironment,
  ): Promise<TemplateOutcome>;
}

export const SERVICES: Services = {
  scan: async (request, context) => (await import('../scan/scan.ts')).scan(request, context),
  imageDigests: async (request, context) =>
    (await import('../scan/image-digests.ts')).imageDigests(request, context),
  openAdvisories: async (options, context) =>
    (await import('../advisory-db/updating-base.ts')).createUpdatingBase(options, context),
  openLookup: async (options, context) =>
    (await import('../advisory-db/index.ts')).openCorrectedLookup(options, context),
  updateBase: async (request, context) =>
    (await import('../advisory-db/index.ts')).updateBase(request, context),
  importIntoBase: async (request, context) =>
    (await import('../advisory-db/index.ts')).importIntoBase(request, context),
  baseStatus: async (folder, context) =>
    (await import('../advisory-db/index.ts')).readBaseStatus(folder, context),
  removeBase: async (folder, context) =>
    (await import('../advisory-db/index.ts')).removeBase(folder, context),
  exportBase: async (request, context) =>
    (await import('../advisory-db/index.ts')).exportBase(request, context),
  verifyBase: async (folder, context) =>
    (await import('../advisory-db/index.ts')).verifyBase(folder, context),
  verifyBundle: async (request, context) =>
    (await import('../advisory-db/index.ts')).verifyBundle(request, context),
  renderTemplate: async (job, data, setting) =>
    (await import('./print/template-process.ts')).renderInChildProcess(job, data, setting),
};
