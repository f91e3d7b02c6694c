import { Readable } from 'node:stream';

import { describe, expect, it } from 'vitest';

import { quietContext, type Context } from '../../core/base/context.ts';
import { openSource } from './open-source.ts';
import type { OpenArtifact } from './source.ts';

async function open(
  pieces: AsyncIterable<Uint8Array>,
  context: Context = quietContext(),
): Promise<OpenArtifact> {
  const lists = { platforms: [], imageSources: [], skipDirs: [], skipFiles: [] };
  const request = { reference: '-', kind: 'file', stdin: () => pieces, ...lists } as const;
  const [opened] = await openSource(request, context);
  if (opened === undefined) throw new Error('nothing was opened');
  return opened;
}

/**
 * Walks the only layer, and returns its entries and all that was written to the sink; `end` once it
 * ended.
 */
async function walked(
  opened: OpenArtifact,
  context: Context = quietContext(),
): Promise<readonly string[]> {
  const seen: string[] = [];
  await opened.walk(
    0,
    (entry) => {
      seen.push(`${entry.type} ${entry.path}`);
      return {
        write: (piece) => void seen.push(Buffer.from(piece).toString()),
        end: () => void seen.push('end'),
      };
    },
    context,
  );
  return seen;
}

const textOf = (...pieces: readonly string[]): AsyncIterable<Uint8Array> =>
  Readable.from(pieces.map((piece) => Buffer.from(piece)));

describe('a text on standard input', () => {
  it('is one file, whatever its pieces', async () => {
    const opened = await open(textOf('', 'one', '', 'two'));
    expect(opened.artifact).toMatchObject({
      ...{ kind: 'file', reference: '-' },
      source: { kind: 'standard-input' },
    });
    expect(await walked(opened)).toEqual(['file /stdin', 'one', 'two', 'end']);
    expect(opened.diagnostics()).toEqual([]);
  });

  it('is not a file and a note if it is empty', async () => {
    const opened = await open(textOf(''));
    expect(await walked(opened)).toEqual([]);
    expect(opened.diagnostics()).toMatchObject([
      { message: 'standard input was empty, so that nothing was searched' },
    ]);
  });

  it('that breaks off is damaged', async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('one');
      await Promise.resolve();
      throw new Error('EIO');
    }
    const opened = await open(broken());
    await expect(walked(opened)).rejects.toMatchObject({
      code: 'DAMAGED',
      message: 'cannot read standard input: EIO',
    });
  });

  it('of an interrupted run is not searched to its end', async () => {
    const controller = new AbortController();
    const context = { ...quietContext(), signal: controller.signal };
    async function* aborted(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('one');
      await Promise.resolve();
      controller.abort();
      throw new DOMException('aborted', 'AbortError');
    }
    const opened = await open(aborted(), context);
    await expect(walked(opened, context)).rejects.toMatchObject({ code: 'INTERRUPTED' });
  });

  it('has a bound', async () => {
    const context = quietContext();
    const small = { ...context, limits: { ...context.limits, maxUnpackedBytes: 5 } };
    await expect(walked(await open(textOf('abc', 'def')), small)).rejects.toMatchObject({
      code: 'LIMIT_EXCEEDED',
    });
  });
});
