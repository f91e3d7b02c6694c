/**
 * Templates in the process of their own, by the built command: they work, and those that run away
 * end.
 */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { quietContext } from '../../src/core/base/context.ts';
import { renderInChildProcess } from '../../src/app/cli/print/template-process.ts';
import { renderReport } from '../../src/scan/report/index.ts';
import type { TemplateOutcome } from '../../src/scan/report/template/job.ts';
import { sampleReport } from '../../src/scan/report/template/sample-report.ts';
import {
  builtCommand,
  runBuilt,
  type BuiltCommand,
  type CommandOutcome,
} from '../support/build.ts';

const LIMITS = { cpuMs: 400, wallMs: 60_000, memoryUnits: 500_000_000, outputChars: 1_000_000 };

let command: BuiltCommand;
let cwd = '';
beforeAll(async () => {
  command = await builtCommand();
  cwd = mkdtempSync(path.join(tmpdir(), 'assay-templates-'));
  writeFileSync(
    path.join(cwd, 'package-lock.json'),
    JSON.stringify({
      name: 'app',
      lockfileVersion: 3,
      packages: { '': { name: 'app' }, 'node_modules/left-pad': { version: '1.3.0' } },
    }),
  );
});
afterAll(() => {
  command[Symbol.dispose]();
  rmSync(cwd, { recursive: true });
});

function run(...args: readonly string[]): Promise<CommandOutcome> {
  return runBuilt(command, ['fs', '.', '--scanners', 'packages', ...args], { cwd });
}

function render(text: string, signal?: AbortSignal): Promise<TemplateOutcome> {
  return renderInChildProcess({ text, limits: LIMITS }, renderReport(sampleReport(), 'json'), {
    context: quietContext(signal === undefined ? {} : { signal }),
    env: process.env,
    script: [path.join(path.dirname(command.script), 'template-child.js')],
  });
}

describe('the built command', () => {
  it('renders a template to standard output, and to a file beside another report', async () => {
    const text = '{% for one in results[0].inventory.packages %}{{ one.name | html }}{% endfor %}';
    expect(await run('-f', 'template', '-t', text)).toMatchObject({
      stdout: 'left-pad',
      exitCode: 0,
    });
    writeFileSync(path.join(cwd, 'own.liquid'), text);
    await run('-o', 'template=a.txt', '-o', 'json=b.json', '-t', '@own.liquid');
    expect(readFileSync(path.join(cwd, 'a.txt'), 'utf8')).toBe('left-pad');
    const args = ['convert', 'b.json', '-f', 'template', '-t', '@own.liquid'];
    expect(await runBuilt(command, args, { cwd })).toMatchObject({ stdout: 'left-pad' });
  });

  it('names the place of an error', async () => {
    const { exitCode, stdout, stderr } = await run('-f', 'template', '-t', 'x\n{{ y | htm }}');
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain('line 2, column 1: there is no filter "htm"; did you mean html?');
  });
});

const TWICE =
  '{% assign a = "x" | split: "," %}{% assign b = a %}{% for i in (1..40) %}{% assign a = a | push: a %}{% assign b = b | push: b %}{% endfor %}';

describe('a template that liquidjs does not bound', () => {
  it.each([
    [
      'lists that contain themselves, compared',
      `${TWICE}{% if a == b %}x{% endif %}`,
      /^it takes more than 0\.4 seconds of processor time$/u,
    ],
    [
      'lists that contain themselves, written',
      `${TWICE}{{ a }}`,
      /^it takes more than 0\.4 seconds of processor time$/u,
    ],
    [
      'lists that contain themselves, as JSON',
      `${TWICE}{{ a | json }}`,
      /^it takes more than 0\.4 seconds of processor time$/u,
    ],
    [
      'a list that does not fit',
      '{% assign a = (1..400000000) %}{{ a | size }}',
      /memory|processor time/u,
    ],
    [
      'a text that does not fit, in parts',
      '{% assign a = "x" %}{% for i in (1..26) %}{% assign a = a | append: a %}{% endfor %}' +
        '{% assign b = a | split: "" %}{% assign c = b | reverse %}{% assign d = c | reverse %}{% assign e = d | reverse %}{{ e | size }}',
      /memory|processor time/u,
    ],
  ])('%s', async (_, text, message) => {
    expect(await render(text)).toEqual({
      isRendered: false,
      failure: { message: expect.stringMatching(message) as string },
    });
  });

  it('is ended by the clock where the processor is not used', async () => {
    const outcome = await renderInChildProcess(
      { text: '', limits: { ...LIMITS, wallMs: 300 } },
      renderReport(sampleReport(), 'json'),
      {
        context: quietContext(),
        env: process.env,
        script: ['-e', 'setInterval(() => {}, 1000); process.stdin.resume()'],
      },
    );
    const failure = { message: 'it runs longer than 0.3 seconds' };
    expect(outcome).toEqual({ isRendered: false, failure });
  });

  it('is ended by an interrupt', async () => {
    const controller = new AbortController();
    const rendering = render(`${TWICE}{{ a }}`, controller.signal);
    controller.abort();
    await expect(rendering).rejects.toThrow('the run was interrupted');
  });
});

it('is not asked for more than it reads', async () => {
  const endless = async function* (): AsyncGenerator<string> {
    for (;;) yield await Promise.resolve(' '.repeat(100_000));
  };
  const outcome = await renderInChildProcess({ text: '', limits: LIMITS }, endless(), {
    context: quietContext(),
    env: process.env,
    script: ['-e', 'process.exit(3)'],
  });
  expect(outcome).toEqual({
    isRendered: false,
    failure: { message: 'its process ended with exit code 3' },
  });
});
