/** The library: the export `.`. */

export type * from './model.ts';
export { parseImageReference } from './clients/oci/index.ts';
export type { ImageReference } from './clients/oci/index.ts';
export {
  AssayError,
  ParseError,
  openAdvisoryBase,
  openRecordStore,
  quietContext,
  rematch,
  scan,
  type AdvisoryBase,
  type Context,
  type ErrorCode,
  type FailCondition,
  type IgnoreEntry,
  type EvaluationRequest,
  type Limits,
  type Log,
  type PolicyOptions,
  type RecordStore,
  type ScanRequest,
  type SourceRequest,
} from './scan/pipeline/index.ts';
