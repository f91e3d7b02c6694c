import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

import { COMMON_FLAGS } from '../flags.ts';
import { BARE_TARGET, COMMANDS, PLANNED_COMMANDS } from './list.ts';

const ROWS = [...COMMANDS, BARE_TARGET];

describe('the list of commands', () => {
  it('equals the folder', () => {
    const files = readdirSync(new URL('.', import.meta.url))
      .filter((name) => !name.endsWith('.test.ts') && name !== 'list.ts')
      .sort();
    const expected = [...COMMANDS.map((row) => `${row.name.replace(' ', '-')}.ts`), 'target.ts'];
    expect(files).toEqual(expected.sort());
  });

  it('has unique names, and none that is planned as well', () => {
    const names = COMMANDS.flatMap((row) => [row.name, ...(row.aliases ?? [])]);
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => PLANNED_COMMANDS.has(name))).toEqual([]);
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
