/**
 * Asks the image stores one after another. The first that has the image is taken; where none has
 * it, one line for each says why and what to do.
 */

import type { Context } from '../../../core/base/context.ts';
import { AssayError, type ErrorCode, type ErrorReason } from '../../../core/base/errors.ts';
import { didYouMean } from '../../../core/base/did-you-mean.ts';
import { throwIfInterrupted } from '../../../core/base/interrupt.ts';
import { IMAGE_STORES, type ImageStoreRow } from '../list.ts';
import type { ImageStore, SourceRequest } from '../source.ts';

/**
 * Errors of a store after which the next one is queried: the image is not there, or the store does
 * not respond.
 */
const PASSED_ON: ReadonlySet<ErrorCode> = new Set([
  'NOT_FOUND',
  'ACCESS_DENIED',
  'REGISTRY_DENIED',
  'NETWORK',
  'TIMEOUT',
  'OFFLINE',
  'USAGE',
]);

/** Other names of stores. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ['registry', 'remote'],
  ['docker-daemon', 'docker'],
  ['containers-storage', 'podman-storage'],
]);

/**
 * Returns the result of `ask` for the first store that has the image.
 *
 * @throws AssayError `USAGE` for an unknown store; where none has the image the code of the last
 * store, which is by default the registry; if only one was queried, its own error.
 */
export async function queryImageStores<Answer>(
  request: SourceRequest,
  context: Context,
  ask: (store: ImageStore) => Promise<Answer>,
): Promise<Answer> {
  const rows = chosenRows(request.imageSources);
  const failures: Failure[] = [];
  for (const row of rows) {
    const store = await row.load();
    try {
      return await ask(store);
    } catch (error) {
      // The end of the time for the whole run is none of a store.
      throwIfInterrupted(context.signal);
      if (!(error instanceof AssayError) || !PASSED_ON.has(error.code)) throw error;
      context.log.debug(`${row.id}: ${error.message}`);
      failures.push({ id: row.id, error });
    }
  }
  throw nobodyHasIt(request.reference, failures);
}

/**
 * Returns the request for an image whose prefix names the store.
 *
 * @throws AssayError `USAGE` where `--image-src` does not allow that store
 */
export function storeRequest(
  request: SourceRequest,
  { store, name }: { readonly store: string; readonly name: string },
): SourceRequest {
  const allowed = request.imageSources.map((one) => ALIASES.get(one) ?? one);
  if (allowed.length > 0 && !allowed.includes(store)) {
    throw new AssayError(
      'USAGE',
      `"${request.reference}" names the image source "${store}", which --image-src leaves out`,
      { hint: `Leave out the prefix, or write --image-src ${store}.` },
    );
  }
  return { ...request, kind: 'image', reference: name, imageSources: [store] };
}

function chosenRows(names: readonly string[]): readonly ImageStoreRow[] {
  if (names.length === 0) return IMAGE_STORES;
  const wanted = new Set(names.map((name) => ALIASES.get(name) ?? name));
  return [...wanted].map((name) => {
    const row = IMAGE_STORES.find(({ id }) => id === name);
    if (row !== undefined) return row;
    const near = didYouMean(name, [...IMAGE_STORES.map(({ id }) => id), ...ALIASES.keys()]);
    const guess = near === undefined ? '' : `Did you mean ${near}? `;
    throw new AssayError('USAGE', `--image-src: "${name}" is not an image source`, {
      hint: `${guess}Possible values: ${IMAGE_STORES.map(({ id }) => id).join(', ')}.`,
    });
  });
}

function nobodyHasIt(reference: string, failures: readonly Failure[]): AssayError {
  const last = failures.at(-1);
  if (last === undefined) {
    return new AssayError('NOT_FOUND', `there is no place to look for the image "${reference}"`);
  }
  const telling = tellingFailure(failures);
  if (telling === undefined) {
    return new AssayError(last.error.code, `no image "${reference}" was found`, {
      hint: linesOf(failures).join('\n'),
      cause: last.error,
    });
  }
  const { code, message, hint, because } = telling.error;
  const others = failures.filter((failure) => failure !== telling);
  return new AssayError(code, message, {
    hint: [...(hint === undefined ? [] : [hint]), ...linesOf(others)].join('\n'),
    because,
    cause: telling.error,
  });
}

interface Failure {
  readonly id: string;
  readonly error: AssayError;
}

/**
 * Returns the failure of a store that has the image, or may have it: its message is worth more than
 * that of all the others.
 */
function tellingFailure(failures: readonly Failure[]): Failure | undefined {
  const failedFor = (reason: ErrorReason): Failure | undefined =>
    failures.find(({ error }) => error.because === reason);
  return failedFor('platform') ?? failedFor('credentials');
}

function linesOf(failures: readonly Failure[]): readonly string[] {
  const width = Math.max(...failures.map(({ id }) => id.length));
  return failures.map(({ id, error }) => {
    const todo = error.hint === undefined ? '' : `. ${error.hint.replaceAll('\n', ' ')}`;
    return `${id.padEnd(width)}  ${error.message.replaceAll('\n', ' ')}${todo}`;
  });
}
