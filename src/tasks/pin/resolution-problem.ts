/**
 * The result of resolving one reference: what it names, or why it is not resolved, made from what
 * was thrown.
 */

import { AssayError, type ErrorCode } from '../../core/base/errors.ts';
import type { Resolution, ResolutionProblem, ResolutionResult } from './resolvers.ts';

/** Ends the resolution of one reference with a problem. */
export class RefusedReference extends Error {
  readonly problem: ResolutionProblem;

  constructor(status: ResolutionProblem['status'], problem: Omit<ResolutionProblem, 'status'>) {
    super(problem.message);
    this.problem = { status, ...problem };
  }
}

const IDS: Partial<Record<ErrorCode, string>> = {
  NOT_FOUND: 'not-found',
  ACCESS_DENIED: 'denied',
  REGISTRY_DENIED: 'denied',
  NETWORK: 'network',
  TIMEOUT: 'network',
  OFFLINE: 'offline',
  USAGE: 'not-a-reference',
  LIMIT_EXCEEDED: 'limit',
  CONFIG_INVALID: 'configuration',
};

/**
 * Returns what a reference names, or why it is not resolved.
 *
 * @throws errors that do not concern one reference alone, such as an interruption
 */
export async function resultOf(resolving: Promise<Resolution>): Promise<ResolutionResult> {
  try {
    return { ok: true, ...(await resolving) };
  } catch (error) {
    return problemOf(error);
  }
}

function problemOf(error: unknown): ResolutionResult {
  if (error instanceof RefusedReference) return { ok: false, ...error.problem };
  if (!(error instanceof AssayError) || error.code === 'INTERRUPTED') throw error;
  return {
    ok: false,
    status: 'unresolved',
    id: IDS[error.code] ?? 'damaged',
    message: error.message,
    advice: error.hint ?? 'Run again with --debug to see what was asked for.',
  };
}
