import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

import { BARE_TARGET, COMMANDS } from './list.ts';
import { COMMON_FLAGS } from '../shell/options/common-flags.ts';

const FOLDER = new URL('.', import.meta.url);
const IS_COMMAND = /^export const \w+: (?:CommandModule|ScanCommand)\b/mu;
const ROWS = [...COMMANDS, BARE_TARGET];

describe('the list of commands', () => {
  it('equals the folder', () => {
    const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.includes('/') && !name.endsWith('.test.ts'))
      .filter((name) => IS_COMMAND.test(readFileSync(new URL(name, FOLDER), 'utf8')));
    const expected = [...COMMANDS.map((row) => `${row.name.replace(' ', '-')}.ts`), 'target.ts'];
    expect(files.map((name) => name.slice(name.lastIndexOf('/') + 1)).sort()).toEqual(
      expected.sort(),
    );
  });

  it('has unique names', () => {
    const names = COMMANDS.flatMap((row) => [row.name, ...(row.aliases ?? [])]);
    expect(new Set(names).size).toBe(names.length);
  });

  it.each(ROWS)('"$name" loads, with examples and flags that do not clash', async (row) => {
    const module = await row.load();
    expect(module.description).toMatch(/\.$/u);
    expect(module.examples.length).toBeGreaterThan(0);
    for (const { command } of module.examples) expect(command).toMatch(/^assay /u);
    const flags = [...module.flags, ...COMMON_FLAGS];
    const names = flags.flatMap((flag) => [flag.name, ...(flag.aliases ?? [])]);
    const shorts = flags.flatMap((flag) => flag.short ?? []);
    expect(new Set(names).size).toBe(names.length);
    expect(new Set(shorts).size).toBe(shorts.length);
  });
});
