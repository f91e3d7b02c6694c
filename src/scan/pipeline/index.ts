/** The exports of the pipeline for other rooms and the public entry. */

export type { AdvisoryBase } from '../../advisories/store/advisory-base.ts';
export { openAdvisoryBase } from '../../advisories/store/open-advisory-base.ts';
export { AssayError, ParseError, type ErrorCode } from '../../core/base/errors.ts';
export { openRecordStore, type RecordStore } from '../../core/base/record-store.ts';
export { quietContext, type Context, type Limits, type Log } from '../../core/base/context.ts';
export type { FailCondition, IgnoreEntry, PolicyOptions } from '../policy/options.ts';
export type { SourceRequest } from '../source/source.ts';
export type { EvaluationRequest, ScanRequest, VerifyDepth } from './request.ts';
export { imageDigests, type ImageDigest } from './image-digests.ts';
export { runScan, type RunRequest } from './run-scan.ts';
export { rematch, scan } from './scan.ts';
export type { Revision } from '../../core/model/artifact/revision.ts';
