/**
 * The way of untrusted data in ten programs, as the table, SARIF and Markdown show it. The places
 * of source and sink stand beside the programs, written before they were run; the golden files hold
 * every step.
 */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { runScan } from '../../src/scan/pipeline/run-scan.ts';
import type { RuleFinding } from '../../src/core/model/rule/rule-finding.ts';
import { ask } from '../support/command-line.ts';

interface Program {
  readonly name: string;
  readonly rule: string;
  /** `line:column` of the source and of the sink. */
  readonly ends: readonly [string, string];
  readonly lines: readonly string[];
}

const FLASK = ['from flask import Flask, request', 'app = Flask(__name__)'];
const EXPRESS = ["const app = require('express')();"];

const PROGRAMS: readonly Program[] = [
  {
    name: 'helper.py',
    rule: 'code/command-injection',
    ends: ['8:14', '9:5'],
    lines: [
      'import os',
      ...FLASK,
      'def command(folder):',
      "    return 'du -sh ' + folder",
      "@app.get('/size')",
      'def size():',
      "    folder = request.args['folder']",
      '    os.system(command(folder))',
    ],
  },
  {
    name: 'parameter.py',
    rule: 'code/path-traversal',
    ends: ['4:10', '5:20'],
    lines: [
      ...FLASK,
      "@app.get('/files/<path:name>')",
      'def read(name):',
      "    return str(len(open('files/' + name).read()))",
    ],
  },
  {
    name: 'format.py',
    rule: 'code/sql-injection',
    ends: ['6:12', '8:5'],
    lines: [
      'import sqlite3',
      ...FLASK,
      "@app.get('/users')",
      'def users():',
      "    name = request.form.get('name')",
      '    query = f\'SELECT * FROM users WHERE name = "{name}"\'',
      "    sqlite3.connect('a.db').execute(query)",
      "    return ''",
    ],
  },
  {
    name: 'loop.py',
    rule: 'code/server-side-request-forgery',
    ends: ['6:16', '7:9'],
    lines: [
      'import requests',
      ...FLASK,
      "@app.post('/fetch')",
      'def fetch():',
      "    for url in request.json['urls']:",
      '        requests.get(url)',
      "    return ''",
    ],
  },
  {
    name: 'field.py',
    rule: 'code/code-injection',
    ends: ['6:20', '11:9'],
    lines: [
      ...FLASK,
      "@app.get('/calc')",
      'def calc():',
      '    task = {}',
      "    task['text'] = request.args.get('text')",
      "    task['name'] = 'calc'",
      '    run(task)',
      "    return ''",
      'def run(task):',
      "    x = eval(task['text'])",
      '    return x',
    ],
  },
  {
    name: 'callback.js',
    rule: 'code/command-injection',
    ends: ['4:16', '5:3'],
    lines: [
      ...EXPRESS,
      "const { exec } = require('child_process');",
      "app.get('/', (req, res) => {",
      '  const name = req.query.name;',
      '  exec(`id ${name}`, () => res.end());',
      '});',
    ],
  },
  {
    name: 'destructured.js',
    rule: 'code/path-traversal',
    ends: ['4:20', '6:3'],
    lines: [
      ...EXPRESS,
      "const fs = require('fs');",
      "app.get('/', (req, res) => {",
      '  const { file } = req.query;',
      "  const path = 'files/' + file;",
      '  fs.readFile(path, () => res.end());',
      '});',
    ],
  },
  {
    name: 'promise.js',
    rule: 'code/server-side-request-forgery',
    ends: ['5:26', '8:10'],
    lines: [
      ...EXPRESS,
      "const axios = require('axios');",
      'const addressOf = async (req) => {',
      '  // The address comes from the body.',
      '  return Promise.resolve(req.body.url);',
      "}; app.post('/', async (req, res) => res.json(!!(await get(await addressOf(req)))));",
      'function get(url) {',
      '  return axios.get(url);',
      '}',
    ],
  },
  {
    name: 'page.ts',
    rule: 'code/cross-site-scripting',
    ends: ['4:21', '6:3'],
    lines: [
      "import express, { type Request, type Response } from 'express';",
      'const app = express();',
      "app.get('/hello', (req: Request, res: Response): void => {",
      '  let name = String(req.query.name);',
      "  if (name === '') name = 'nobody';",
      "  res.send('<h1>' + name + '</h1>');",
      '});',
    ],
  },
  {
    name: 'redirect.js',
    rule: 'code/open-redirect',
    ends: ['3:21', '3:3'],
    lines: [
      ...EXPRESS,
      "app.get('/go', (req, res) => {",
      '  res.redirect(302, req.query.to);',
      '});',
    ],
  },
];

interface SarifLocation {
  readonly location: {
    readonly physicalLocation: {
      readonly artifactLocation: { readonly uri: string };
      readonly region: Readonly<
        Record<'startLine' | 'startColumn' | 'endLine' | 'endColumn', number>
      >;
    };
    readonly message: { readonly text: string };
  };
}

interface SarifResult {
  readonly ruleId: string;
  readonly codeFlows: readonly {
    readonly threadFlows: readonly { readonly locations: readonly SarifLocation[] }[];
  }[];
}

function flowLines({ ruleId, codeFlows }: SarifResult): readonly string[] {
  const steps = codeFlows.flatMap(({ threadFlows }) =>
    threadFlows.flatMap(({ locations }) =>
      locations.map(({ location: { physicalLocation, message } }) => {
        const { artifactLocation, region } = physicalLocation;
        const { startLine, startColumn, endLine, endColumn } = region;
        const place = `${startLine}:${startColumn}-${endLine}:${endColumn}`;
        return `  ${artifactLocation.uri} ${place} ${message.text}`;
      }),
    ),
  );
  return [ruleId, ...steps];
}

let cwd: string;
let findings: readonly RuleFinding[];

beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'assay-steps-'));
  for (const { name, lines } of PROGRAMS) writeFileSync(join(cwd, name), `${lines.join('\n')}\n`);
  const outputs = ['json', 'table', 'sarif', 'markdown'].flatMap((name) => [
    ...['-o', `${name}=${join(cwd, name)}`],
  ]);
  const env = { ASSAY_CACHE_DIR: join(cwd, 'cache') };
  await ask(['audit', cwd, '--scanners', 'code', '--width', '120', ...outputs], {
    ...{ cwd, env, scan: runScan },
  });
  const { results } = JSON.parse(readFileSync(join(cwd, 'json'), 'utf8')) as {
    readonly results: readonly { readonly findings: readonly RuleFinding[] }[];
  };
  findings = results.flatMap((one) => one.findings);
});

afterAll(() => {
  rmSync(cwd, { recursive: true });
});

function place(step: NonNullable<RuleFinding['steps']>[number] | undefined): string {
  return `${step?.range?.startLine ?? 0}:${step?.range?.startColumn ?? 0}`;
}

function text(name: string): string {
  return readFileSync(join(cwd, name), 'utf8');
}

describe('the steps of untrusted data', () => {
  it.each(PROGRAMS)('lead from the source to the sink in $name', ({ name, rule, ends }) => {
    const found = findings.filter(({ location }) => location.path === `/${name}`);
    expect(found.map((one) => one.rule)).toEqual([rule]);
    const steps = found[0]?.steps ?? [];
    expect([place(steps[0]), place(steps.at(-1))]).toEqual(ends);
    expect(steps.every(({ location }) => location.path === `/${name}`)).toBe(true);
  });

  it('are in the table', async () => {
    const table = text('table');
    const block = table.slice(table.indexOf('Code:'), table.indexOf('Verdict:'));
    await expect(block).toMatchFileSnapshot('golden/flow-steps.txt');
  });

  it('are flows of SARIF', async () => {
    const { runs } = JSON.parse(text('sarif')) as {
      readonly runs: readonly { readonly results: readonly SarifResult[] }[];
    };
    const results = runs.flatMap((run) => run.results);
    expect(results.map(({ codeFlows }) => codeFlows.length)).toEqual(PROGRAMS.map(() => 1));
    await expect(`${results.flatMap(flowLines).join('\n')}\n`).toMatchFileSnapshot(
      'golden/flow-steps.sarif.txt',
    );
  });

  it('are in Markdown', async () => {
    const markdown = text('markdown');
    const steps = markdown.split('\n').filter((line) => line.includes('Step: '));
    expect(steps).toHaveLength(PROGRAMS.length);
    await expect(`${steps.join('\n')}\n`).toMatchFileSnapshot('golden/flow-steps.md.txt');
  });
});
