import { describe, expect, it } from 'vitest';

import type { DetectionNote } from '../detector.ts';
import { sourceCode } from './source.ts';

const JS = "const { exec } = require('child_process');\nmodule.exports = (req, res) => {\n";

async function look(
  path: string,
  text: string,
): Promise<{ readonly rules: readonly string[]; readonly notes: readonly DetectionNote[] }> {
  await sourceCode.prepare?.(path);
  const notes: DetectionNote[] = [];
  const drafts = sourceCode.detect({ path, bytes: Buffer.from(text) }, (note) => {
    notes.push(note);
  });
  return {
    rules: drafts.flatMap(({ rule, confidence }) => (confidence === 'low' ? [] : [rule])),
    notes,
  };
}

describe('hostile files', () => {
  it.each<[string, string, string]>([
    ['nested brackets', '/a.js', `${JS}exec(${'[\n'.repeat(900)}req.query.a${']\n'.repeat(900)})}`],
    ['a nested call in functions that call one another', '/a.js', nestedFunctions()],
    [
      'statements that do not end',
      '/a.py',
      `import os\nfrom flask import request\nos.system(request.args(\n${'(\n'.repeat(200)}`,
    ],
  ])('are a gap or are followed: %s', async (_, path, text) => {
    const { rules, notes } = await look(path, text);
    expect([...rules, ...notes.map(({ kind }) => kind)]).toContainEqual(
      expect.stringMatching(/^(?:gap|code\/command-injection)$/u),
    );
  });

  it('of more than 1 MB are a gap', async () => {
    const { notes } = await look('/a.py', `${'x = 1\n'.repeat(170_000)}import os\n`);
    expect(notes).toMatchObject([{ kind: 'gap', gap: 'limit' }]);
  });
});

function nestedFunctions(): string {
  const functions = Array.from({ length: 14 }, (_, n) => {
    const inner = `${'`${\n'.repeat(180)}f${n + 1}(x)${'}`\n'.repeat(180)}`;
    return `function f${n}(x) { return ${inner}; }`;
  });
  return `${JS}${functions.join('\n')}\nfunction f14(x) { return x; }\nexec(f0(req.query.a)); }`;
}

describe('findings', () => {
  const text = `${JS}  const name = req.query.name;\n  exec('ls ' + name);\n};\n`;

  it.each<[string, string]>([
    ['names of variables', text.replaceAll('name', 'other').replace('query.other', 'query.name')],
    ['dead code', text.replace('  exec(', '  if (false) {\n    exec(req.body.x);\n  }\n  exec(')],
    ['a sanitizer of another kind', text.replace('+ name', "+ require('escape-html')(name)")],
  ])('do not depend on %s', async (_, changed) => {
    expect((await look('/a.js', text)).rules).toEqual(['code/command-injection']);
    expect((await look('/a.js', changed)).rules).toEqual(['code/command-injection']);
  });
});
