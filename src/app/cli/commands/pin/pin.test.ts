import { readFileSync } from 'node:fs';

import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { base62, crc32 } from '../../../../../test/support/secret-corpus/checksums.ts';
import { randomOf } from '../../../../../test/support/secret-corpus/random-text.ts';
import { CommandFolder } from '../../../../../test/support/command-folder.ts';
import { writeLayout } from '../demo/layout.ts';

const SCHEMA = new URL('../../../../../schema/assay-pin-1.schema.json', import.meta.url);
const validate = new Ajv2020({ strict: true, allErrors: true, strictTypes: false }).compile(
  JSON.parse(readFileSync(SCHEMA, 'utf8')) as object,
);

let folder: CommandFolder;

beforeAll(async () => {
  folder = new CommandFolder();
  await writeLayout(folder.path('images'), 'demo/base:1', []);
  folder.write(
    'src/Dockerfile',
    'ARG V\nFROM demo/base:1\nFROM demo/base:${V}\n# assay: no-pin ours\nFROM demo/own:1\nFROM demo/gone:1\n',
  );
});
afterAll(() => folder[Symbol.dispose]());

describe('formats of assay pin', () => {
  it.each([
    ['shown', ['--layout', 'images'], 3],
    ['with the diff', ['--layout', 'images', '--diff'], 3],
    ['checked', ['--check'], 1],
  ])('are JSON as the schema says: %s', async (_, flags, exitCode) => {
    const outcome = await folder.assay('pin', 'src', ...flags, '-f', 'json');
    const data = JSON.parse(outcome.stdout) as {
      readonly exitCode: number;
      readonly diff?: string;
    };
    validate(data);
    expect(validate.errors).toBeNull();
    expect([outcome.exitCode, data.exitCode]).toEqual([exitCode, exitCode]);
    expect(data.diff !== undefined).toBe(flags.includes('--diff'));
  });

  it.each([
    ['an image that is not there', ['src'], 'Dockerfile:6:6: demo/gone:1: '],
    ['a single file', ['src/Dockerfile'], 'Dockerfile:6:6: demo/gone:1: '],
  ])('leave errors of a diff to standard error: %s', async (_, paths, problem) => {
    const outcome = await folder.assay('pin', ...paths, '--layout', 'images', '--diff');
    expect(outcome.exitCode).toBe(3);
    expect(outcome.stdout).toMatch(/^--- a\/Dockerfile\n/u);
    expect(outcome.stdout).not.toContain('demo/gone:1: ');
    expect(outcome.stderr).toContain(`WARN  ${problem}`);
  });

  it.each(['text', 'json'])('show no secret beside an edit: %s', async (format) => {
    const body = randomOf(32).fill('{an:30}');
    const token = `ghp_${body}${base62(crc32(Buffer.from(body)), 6)}`;
    folder.write('secret/Dockerfile', `FROM demo/base:1\nENV TOKEN=${token}\n`);
    const shown = ['--layout', 'images', '--diff', ...(format === 'json' ? ['-f', 'json'] : [])];
    const { stdout, stderr } = await folder.assay('pin', 'secret', ...shown);
    expect(stdout).toContain('ENV TOKEN=ghp_***');
    expect(stderr).toContain('secrets in the diff of "Dockerfile" are masked');
    expect(stdout + stderr).not.toContain(body);
    expect(folder.read('secret/Dockerfile')).toContain(token);
  });

  it('are results of SARIF, each with rule, file, line and cure', async () => {
    const { stdout, exitCode } = await folder.assay('pin', 'src', '--check', '-f', 'sarif');
    expect(exitCode).toBe(1);
    const [run] = (JSON.parse(stdout) as { runs: readonly SarifRun[] }).runs;
    const rows = run?.results.map(({ ruleId, message, locations: [place] }) => [
      ruleId,
      place?.physicalLocation.region.startLine,
      /assay pin|\. [A-Z]/u.test(message.text),
    ]);
    expect(rows).toEqual([
      ['pin/mutable-image', 2, true],
      [expect.stringMatching(/^pin\/(?:partial|unset)-argument$/u), 3, true],
      ['pin/mutable-image', 6, true],
    ]);
  });

  it('are annotations of GitHub', async () => {
    const { stdout } = await folder.assay('pin', 'src', '--check', '-f', 'github');
    const lines = stdout.trimEnd().split('\n');
    expect(lines[0]).toMatch(/^::error title=Assay::3 references or files need attention/u);
    expect(lines[1]).toMatch(
      /^::error file=src\/Dockerfile,line=2,col=6,title=an image has no digest::"demo\/base:1" can/u,
    );
    expect(lines).toHaveLength(4);
  });

  it('name the cure and the exemption in a table', async () => {
    const { stdout } = await folder.assay('pin', 'src', '--check');
    expect(stdout).toContain('exempt      demo/own:1');
    expect(stdout).toContain('To pin it: assay pin src/Dockerfile --apply');
    expect(stdout).toContain('FAIL  3 references are mutable (exit code 1)');
  });
});

interface SarifRun {
  readonly results: readonly {
    readonly ruleId: string;
    readonly message: { readonly text: string };
    readonly locations: readonly {
      readonly physicalLocation: { readonly region: { readonly startLine: number } };
    }[];
  }[];
}
