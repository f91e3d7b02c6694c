/** Errors of liquidjs as messages of Assay. */

import { LiquidError, type Liquid } from 'liquidjs';

import { didYouMean } from '../../../core/base/did-you-mean.ts';
import type { TemplateFailure, TemplateLimits } from './job.ts';

/** liquidjs ends its messages with the place, which is given apart. */
const PLACE = /(?:, line:\d+, col:\d+)+$/u;
const UNKNOWN_FILTER = /^undefined filter: (?<name>.*)$/su;
const UNKNOWN_TAG = /^tag "(?<name>.*)" not found$/su;
/** Message of the error that ends a template which takes too long. */
export const CPU_EXCEEDED = 'processor time exceeded';
const MAX_MESSAGE = 300;

/** Returns what an error means. */
export function templateFailure(
  error: unknown,
  liquid: Liquid,
  limits: TemplateLimits,
): TemplateFailure {
  const message = messageOf(rootOf(error), liquid, limits).slice(0, MAX_MESSAGE);
  if (!LiquidError.is(error)) return { message };
  const [line, column] = error.token.getPosition();
  return { message, ...(line !== undefined && { line }), ...(column !== undefined && { column }) };
}

/** Returns the message for a template that takes too long. */
export function cpuMessage(maxMs: number): string {
  return `it takes more than ${maxMs / 1000} seconds of processor time`;
}

/** Returns the innermost error; liquidjs wraps caught errors once or several times. */
function rootOf(error: unknown): unknown {
  let root = error;
  while (LiquidError.is(root) && root.originalError !== undefined) root = root.originalError;
  return root;
}

function messageOf(error: unknown, liquid: Liquid, limits: TemplateLimits): string {
  const text = error instanceof Error ? error.message.replace(PLACE, '') : String(error);
  if (text === CPU_EXCEEDED) return cpuMessage(limits.cpuMs);
  if (text === 'memory alloc limit exceeded' || /^Invalid (?:string|array) length$/u.test(text)) {
    return 'it needs too much memory';
  }
  if (text === 'output limit exceeded') {
    return `its output is longer than ${limits.outputChars} characters`;
  }
  if (text === 'Maximum call stack size exceeded') return 'it is nested too deeply';
  return unknownName(text, liquid) ?? text;
}

function unknownName(text: string, { filters, tags }: Liquid): string | undefined {
  const filter = UNKNOWN_FILTER.exec(text)?.groups?.['name'];
  if (filter !== undefined) {
    return `there is no filter "${filter}"${guess(filter, Object.keys(filters))}`;
  }
  const tag = UNKNOWN_TAG.exec(text)?.groups?.['name'];
  if (tag === undefined) return undefined;
  if (/^(?:end|else|elsif|when)/u.test(tag)) return `the tag "${tag}" closes nothing`;
  return `there is no tag "${tag}"${guess(tag, Object.keys(tags))}`;
}

function guess(name: string, names: readonly string[]): string {
  const near = didYouMean(name, names);
  return near === undefined ? '' : `; did you mean ${near}?`;
}
