import { describe, expect, it } from 'vitest';

import { AssayError, type ErrorCode } from '../../core/base/errors.ts';
import { withTargetName } from './target-error.ts';

async function failureOf(error: unknown, targetCount: number): Promise<unknown> {
  return withTargetName('app:1', targetCount, () => Promise.reject(error as Error)).catch(
    (thrown: unknown) => thrown,
  );
}

describe('withTargetName', () => {
  it('returns what the action returns', async () => {
    expect(await withTargetName('app:1', 2, () => Promise.resolve(7))).toBe(7);
  });

  it('names the target in front of the message, and keeps code, hint and cause', async () => {
    const error = new AssayError('DAMAGED', 'bad checksum', { hint: 'Save it again.' });
    expect(await failureOf(error, 2)).toMatchObject({
      code: 'DAMAGED',
      message: '"app:1": bad checksum',
      hint: 'Save it again.',
      cause: error,
    });
  });

  it('adds no hint where there was none', async () => {
    const thrown = await failureOf(new AssayError('DAMAGED', 'bad checksum'), 2);
    expect((thrown as AssayError).hint).toBeUndefined();
  });

  it.each<[string, unknown, number]>([
    ['with one target', new AssayError('DAMAGED', 'bad checksum'), 1],
    ['that names the target', new AssayError('NOT_FOUND', 'no image "app:1"'), 2],
    ['of the whole run: a signal', new AssayError('INTERRUPTED', 'interrupted'), 2],
    ['of the whole run: the time limit', new AssayError('TIMEOUT', 'too slow'), 2],
    ['that is a bug', new TypeError('x is not a function'), 2],
  ])('lets an error through %s', async (_, error, count) => {
    expect(await failureOf(error, count)).toBe(error);
  });

  it.each<ErrorCode>(['USAGE', 'ACCESS_DENIED', 'LIMIT_EXCEEDED', 'CONTENT_MISMATCH'])(
    'keeps the code %s',
    async (code) => {
      expect(await failureOf(new AssayError(code, 'x'), 3)).toMatchObject({ code });
    },
  );
});
