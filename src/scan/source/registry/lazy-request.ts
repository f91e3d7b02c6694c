/** `--lazy` is about registries: whatever is on this machine already is read as a whole. */

import { AssayError } from '../../../core/base/errors.ts';
import type { SourceRequest } from '../source.ts';

const REGISTRIES: ReadonlySet<string> = new Set(['remote', 'registry']);

/**
 * Returns the request as image stores are to be asked: with `--lazy` the registry alone.
 *
 * @throws AssayError `USAGE` where another place is asked for.
 */
export function withLazyStores(request: SourceRequest): SourceRequest {
  if (request.isLazy !== true) return request;
  const other = request.imageSources.find((id) => !REGISTRIES.has(id));
  if (other !== undefined) throw onlyRegistries(`"${other}" is none`);
  return { ...request, imageSources: ['remote'] };
}

/**
 * Refuses a request with `--lazy` for a target that is on this machine.
 *
 * @throws AssayError `USAGE`
 */
export function refuseLazyPath({ reference }: SourceRequest): never {
  throw onlyRegistries(`"${reference}" is on this machine`);
}

function onlyRegistries(reason: string): AssayError {
  return new AssayError('USAGE', `--lazy reads images in registries, and ${reason}`, {
    hint: 'Leave out --lazy: what is here need not be downloaded.',
  });
}
