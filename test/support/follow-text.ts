/** Follows a small program, in which `sink` is a sink of one kind and `source` is untrusted. */

import { follow } from '../../src/rules/flow/follow.ts';
import { lowerJavaScript } from '../../src/rules/flow/javascript/lower.ts';
import { JAVASCRIPT_MODELS } from '../../src/rules/flow/javascript/models.ts';
import type { FlowKind } from '../../src/rules/flow/value/kinds.ts';
import type { Models } from '../../src/rules/flow/models.ts';
import { lowerPython } from '../../src/rules/flow/python/lower.ts';
import { PYTHON_MODELS } from '../../src/rules/flow/python/models.ts';
import { FlowRules } from '../../src/rules/flow/rules.ts';
import { wordPlaces, Worth } from '../../src/rules/flow/worth.ts';
import { loadGrammar } from '../../src/formats/text/tree-sitter.ts';

const LIMITS = { maxLength: 100_000, maxMs: 10_000 };
const STEPS = { maxEntrySteps: 20_000, maxSteps: 100_000 };

/** Returns a function that tells whether untrusted data reaches the sink in a program. */
export async function followerOf(
  language: 'javascript' | 'python',
): Promise<(text: string, kind: FlowKind) => boolean> {
  const grammar = await loadGrammar(language, LIMITS);
  const [known, lower] =
    language === 'python'
      ? ([PYTHON_MODELS, lowerPython] as const)
      : ([JAVASCRIPT_MODELS, lowerJavaScript] as const);
  const source = { label: 'a test', confidence: 'high' } as const;
  const models: Models = {
    ...known,
    sources: new Map([...known.sources, ['source()', source]]),
    gates: [...known.gates, { confidence: 'high', roots: ['source'] }],
  };
  return (text, kind) => {
    const rules = new FlowRules(
      [{ id: 'test', confidence: 'high', kind, sinks: ['sink($SINK)'] }],
      models,
    );
    const words = wordPlaces(text);
    const active = rules.among(words, { mayBeUntrusted: true, atLeast: 'low', text });
    let isReached = false;
    const read = grammar.read(text, (root) => {
      const program = lower(root, text);
      follow({
        ...{ program, text, models, limits: STEPS },
        worth: new Worth(text, words, { rules: active, models, program }),
        watch(event, machine) {
          isReached ||= active.look(event, machine).length > 0;
        },
      });
    });
    if ('failure' in read) throw new Error(`The program cannot be read: ${read.failure}`);
    return isReached;
  };
}
