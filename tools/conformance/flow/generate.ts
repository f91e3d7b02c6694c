/** Programs of which it is known by running them whether untrusted data arrives. */

import { javascriptFeatures } from './javascript-features.ts';
import { Draft, Random, type Feature, type GeneratedProgram } from './program.ts';
import { pythonFeatures } from './python-features.ts';

interface Language {
  readonly features: readonly Feature[];
  readonly sources: readonly string[];
  /** A statement that sends an expression to a sink. */
  readonly sinks: readonly (readonly [
    kind: string,
    rule: string,
    write: (value: string) => string,
  ])[];
  /** An expression that makes another one harmless to a kind. */
  readonly sanitizers: readonly (readonly [kind: string, write: (value: string) => string])[];
  readonly top: readonly string[];
  handler(body: readonly string[]): string;
}

const JAVASCRIPT: Language = {
  features: javascriptFeatures(),
  sources: [
    'req.query.name',
    'req.body.name',
    'req.params.name',
    "req.get('name')",
    'req.headers.name',
  ],
  sinks: [
    ['command', 'code/command-injection', (v) => `exec('ls ' + ${v});`],
    ['sql', 'code/sql-injection', (v) => `db.query(\`SELECT * FROM t WHERE a = '\${${v}}'\`);`],
    ['path', 'code/path-traversal', (v) => `fs.readFileSync(${v});`],
    ['html', 'code/cross-site-scripting', (v) => `res.send('<p>' + ${v} + '</p>');`],
    ['code', 'code/code-injection', (v) => `vm.runInNewContext(${v});`],
  ],
  sanitizers: [
    ['html', (v) => `escapeHtml(${v})`],
    ['sql', (v) => `mysql.escape(${v})`],
    ['path', (v) => `path.basename(${v})`],
  ],
  top: [
    "const express = require('express');",
    "const { exec } = require('child_process');",
    "const fs = require('fs');",
    "const vm = require('vm');",
    "const path = require('path');",
    "const mysql = require('mysql');",
    "const escapeHtml = require('escape-html');",
    'const app = express();',
    'const db = mysql.createConnection({});',
  ],
  handler: (body) => `app.get('/', async (req, res) => {\n${indented(body, '  ')}\n});`,
};

const PYTHON: Language = {
  features: pythonFeatures(),
  sources: [
    "request.args.get('name')",
    "request.form['name']",
    "request.headers['name']",
    "request.json['name']",
  ],
  sinks: [
    ['command', 'code/command-injection', (v) => `os.system('ls ' + ${v})`],
    ['command', 'code/command-injection', (v) => `run(${v}, shell=True)`],
    ['sql', 'code/sql-injection', (v) => `db.execute(f"SELECT * FROM t WHERE a = '{${v}}'")`],
    ['path', 'code/path-traversal', (v) => `open(${v})`],
    ['code', 'code/code-injection', (v) => `eval(${v})`],
    ['html', 'code/cross-site-scripting', (v) => `return '<p>' + ${v} + '</p>'`],
  ],
  sanitizers: [
    ['html', (v) => `html.escape(${v})`],
    ['command', (v) => `shlex.quote(${v})`],
    ['path', (v) => `os.path.basename(${v})`],
  ],
  top: [
    ...[
      'import contextlib',
      'import dataclasses',
      'import functools',
      'import html',
      'import json',
      'import os',
    ],
    ...['import re', 'import shlex', 'import sqlite3', 'from subprocess import run as run'],
    ...[
      'from flask import Flask, request',
      "app = Flask('app')",
      "db = sqlite3.connect(':memory:')",
    ],
  ],
  handler: (body) => `@app.route('/')\ndef handler():\n${indented(body, '    ')}`,
};

function indented(lines: readonly string[], by: string): string {
  return lines
    .flatMap((line) => line.split('\n'))
    .map((line) => by + line)
    .join('\n');
}

/**
 * Returns programs of a language: source, one to four ways of data, perhaps a sanitizer, and a
 * sink.
 */
export function generate(
  language: 'javascript' | 'python',
  count: number,
  seed: number,
): readonly GeneratedProgram[] {
  const parts = language === 'javascript' ? JAVASCRIPT : PYTHON;
  const random = new Random(seed);
  return Array.from({ length: count }, (_, index) =>
    program(`${language}-${index + 1}`, parts, random),
  );
}

/**
 * Returns a program for each way of data of a language, with a command as its sink, and its twin
 * with a number in place of the data.
 */
export function featurePairs(
  language: 'javascript' | 'python',
): readonly { readonly feature: string; readonly text: string; readonly twin: string }[] {
  const parts = language === 'javascript' ? JAVASCRIPT : PYTHON;
  const [number, declared] = language === 'javascript' ? ['Number', 'const '] : ['int', ''];
  return parts.features.map(([feature, carry]) => {
    const [text = '', twin = ''] = [
      (value: string) => value,
      (value: string) => `${number}(${value})`,
    ].map((wrap) => {
      const draft = new Draft(new Arriving());
      const value = draft.name('v');
      draft.body.push(`${declared}${value} = ${wrap(parts.sources[0] ?? '')}`);
      const result = carry(draft, value);
      const sink = parts.sinks[0]?.[2](result) ?? '';
      return [...parts.top, ...draft.top, parts.handler([...draft.body, sink]), ''].join('\n');
    });
    return { feature, text, twin };
  });
}

/** Lets data arrive wherever there is a choice. */
class Arriving extends Random {
  constructor() {
    super(0);
  }

  override chance(): boolean {
    return true;
  }
}

function program(id: string, parts: Language, random: Random): GeneratedProgram {
  const draft = new Draft(random);
  const [kind, rule, write] = random.pick(parts.sinks);
  let value = draft.name('v');
  const declared = parts === JAVASCRIPT ? 'const ' : '';
  const picked = random.pick(parts.sources);
  // No link sets a header, so that no page shows one to another person.
  const isShown = kind !== 'html' || !/headers|\.get\('name'\)$/u.test(picked);
  const source = isShown || picked.includes('args') ? picked : (parts.sources[0] ?? picked);
  draft.body.push(`${declared}${value} = ${source}`);
  const length = 1 + random.below(4);
  const cleaned = random.chance(35) ? random.below(length + 1) : -1;
  for (let step = 0; step <= length; step += 1) {
    if (step === cleaned) {
      const [name, clean] = random.pick(parts.sanitizers);
      draft.features.add(`sanitizer for ${name}`);
      const next = draft.name('v');
      draft.body.push(`${declared}${next} = ${clean(value)}`);
      value = next;
    }
    if (step === length) break;
    const [name, carry] = random.pick(parts.features);
    draft.features.add(name);
    value = carry(draft, value);
  }
  const text = [...parts.top, ...draft.top, parts.handler([...draft.body, write(value)]), ''].join(
    '\n',
  );
  return { id, text, rule, kind, features: [...draft.features] };
}
