/**
 * A text on standard input, `-`, as the one file of its layer. It is read once, in pieces, and
 * never stored: it may contain secrets.
 */

import { addAbortSignal } from 'node:stream';

import type { Context } from '../../core/base/context.ts';
import { AssayError, errorMessage } from '../../core/base/errors.ts';
import { throwIfInterrupted } from '../../core/base/interrupt.ts';
import { createUnpackBudgets } from '../../formats/archive/tar/layer-tar.ts';
import type { BodySink, LayerVisitor } from '../../core/model/artifact/artifact.ts';
import type { Diagnostic } from '../../core/model/finding/finding.ts';
import type { ArtifactSource, OpenArtifact } from './source.ts';

const REFERENCE = '-';
/** The path of the text in findings. */
const PATH = '/stdin';
const FILE_MODE = 0o600;

export const standardText: ArtifactSource = {
  id: 'standard-text',
  accepts: ({ reference, kind }) => Promise.resolve(kind === 'file' && reference === REFERENCE),
  open({ stdin }, context) {
    return Promise.resolve([openText(stdin?.() ?? ownInput(context))]);
  },
};

function ownInput({ signal }: Context): AsyncIterable<Uint8Array> {
  if (process.stdin.isTTY)
    throw new AssayError('USAGE', 'standard input is a terminal', {
      hint: 'Pipe a text into it: git diff | assay audit -',
    });
  return addAbortSignal(signal, process.stdin);
}

function openText(input: AsyncIterable<Uint8Array>): OpenArtifact {
  let isEmpty = true;
  return {
    artifact: { kind: 'file', reference: REFERENCE, layers: [{}] },
    async walk(_layer, visit, context) {
      const budget = createUnpackBudgets(context.limits, 'standard input')(0);
      let sink: BodySink | undefined;
      for await (const piece of readable(input, context)) {
        throwIfInterrupted(context.signal);
        if (piece.length === 0) continue;
        budget.addBytes(piece.length);
        if (isEmpty) sink = visitText(piece, visit);
        isEmpty = false;
        sink?.write(piece);
      }
      throwIfInterrupted(context.signal);
      sink?.end();
    },
    diagnostics: () => (isEmpty ? [NOTHING_READ] : []),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** A producer that failed writes nothing, as one does that has nothing to say. */
const NOTHING_READ: Diagnostic = {
  stage: 'source',
  message: 'standard input was empty, so that nothing was searched',
};

/**
 * Visits the text as a file. The size is that of the first piece: the total is not known at the
 * beginning.
 */
function visitText({ length }: Uint8Array, visit: LayerVisitor): BodySink | undefined {
  return visit({ type: 'file', path: PATH, mode: FILE_MODE, sizeBytes: length });
}

/** @throws AssayError `DAMAGED` if the input fails */
async function* readable(
  input: AsyncIterable<Uint8Array>,
  { signal }: Context,
): AsyncGenerator<Uint8Array> {
  try {
    yield* input;
  } catch (error) {
    throwIfInterrupted(signal);
    throw new AssayError('DAMAGED', `cannot read standard input: ${errorMessage(error)}`, {
      cause: error,
    });
  }
}
