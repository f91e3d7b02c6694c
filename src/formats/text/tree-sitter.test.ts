import { describe, expect, it } from 'vitest';

import { loadGrammar, type GrammarName } from './tree-sitter.ts';

const LIMITS = { maxLength: 1 << 20, maxMs: 5000 };
/** The memory of an instance is exhausted before this text is parsed. */
const EXHAUSTING = '(a,'.repeat(300_000);

describe('syntax trees', () => {
  it.each<[GrammarName, string, string]>([
    ['bash', 'echo a', 'program'],
    ['javascript', 'f(a)', 'program'],
    ['typescript', 'f<T>(a as T)', 'program'],
    ['tsx', 'const a = <b>{c as d}</b>', 'program'],
    ['python', 'def f(a): return a', 'module'],
  ])('are read by the grammar %s', async (name, text, type) => {
    const grammar = await loadGrammar(name, LIMITS);
    const read = grammar.read(text, (root) => [root.type, root.hasError]);
    expect(read).toEqual({ value: [type, false] });
  });

  it('are not made of longer texts', async () => {
    const grammar = await loadGrammar('python', { ...LIMITS, maxLength: 3 });
    expect(grammar.read('a = 1', () => 1)).toEqual({ failure: 'too-long' });
  });

  it('are given up after the time limit', async () => {
    const grammar = await loadGrammar('python', { ...LIMITS, maxMs: -1 });
    expect(grammar.read('a = 1\n'.repeat(10_000), () => 1)).toEqual({ failure: 'timeout' });
  });

  it('replace an instance whose memory is exhausted, and all grammars go on', async () => {
    const [python, bash] = [
      await loadGrammar('python', { ...LIMITS, maxMs: 60_000 }),
      await loadGrammar('bash', LIMITS),
    ] as const;
    expect(python.read(EXHAUSTING, () => 1)).toEqual({ failure: 'aborted' });
    expect(bash.read('echo a', () => 1)).toEqual({ failure: 'aborted' });
    for (const grammar of [bash, python]) {
      await grammar.renew();
      expect(grammar.read('a=1', () => 1)).toEqual({ value: 1 });
    }
  });
});
