/**
 * Readers of JUnit XML that are not ours: the schema of Apache Ant with libxml2, and Debian's
 * `python3-junitparser`.
 */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { sharedPath } from './shared.ts';
import { missingTool } from './tools.ts';

const SCHEMA = sharedPath('schemas/junit-ant.xsd');
/** Debian's packages are those of its own Python. */
const PYTHON = '/usr/bin/python3';

/** Why documents cannot be validated here; `undefined` where they can. */
export function missingJunitSchema(): string | undefined {
  return SCHEMA === undefined ? '../shared' : missingTool('xmllint');
}

/** Returns what xmllint says of documents that the schema does not accept. */
export function junitSchemaErrors(documents: readonly string[]): readonly string[] {
  return withFiles(documents, (names) => {
    const { stderr } = spawnSync(
      'xmllint',
      ['--nonet', '--noout', '--schema', SCHEMA ?? '', ...names],
      { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
    );
    const lines = stderr.trim().split('\n');
    const valid = lines.filter((line) => line.endsWith(' validates')).length;
    const errors = lines.filter((line) => !line.endsWith(' validates'));
    return valid === documents.length ? errors : [...errors, `${valid} of ${documents.length}`];
  });
}

/** Why junitparser cannot be used here; `undefined` where it can. */
export function missingJunitparser(): string | undefined {
  const { status } = spawnSync(PYTHON, ['-c', 'import junitparser']);
  return status === 0 ? undefined : 'python3-junitparser is not installed';
}

/** A case as junitparser reads it. */
export interface ReadCase {
  readonly suite: string;
  readonly classname: string;
  readonly name: string;
  readonly result: 'Failure' | 'Skipped' | 'Error' | null;
  readonly message: string | null;
  readonly text: string | null;
}

const SCRIPT = `
import json, sys
from junitparser import JUnitXml
out = []
for name in sys.argv[1:]:
    cases = []
    for suite in JUnitXml.fromfile(name):
        for case in suite:
            result = case.result[0] if case.result else None
            cases.append({"suite": suite.name, "classname": case.classname, "name": case.name,
                          "result": type(result).__name__ if result is not None else None,
                          "message": getattr(result, "message", None), "text": getattr(result, "text", None)})
        bad = [s for s in [suite] if (s.tests, s.failures, s.skipped) != (
            len(list(s)), sum(1 for c in s if c.result and type(c.result[0]).__name__ == "Failure"),
            sum(1 for c in s if c.result and type(c.result[0]).__name__ == "Skipped"))]
        if bad: raise SystemExit("counts of " + suite.name)
    out.append(cases)
json.dump(out, sys.stdout)
`;

/**
 * Returns the cases of each document; it fails where the counts of a suite are not those of its
 * cases.
 */
export function junitCases(documents: readonly string[]): readonly (readonly ReadCase[])[] {
  return withFiles(documents, (names) => {
    const { stdout, stderr, status } = spawnSync(PYTHON, ['-c', SCRIPT, ...names], {
      encoding: 'utf8',
      maxBuffer: 256 * 1024 * 1024,
    });
    if (status !== 0) throw new Error(stderr);
    return JSON.parse(stdout) as ReadCase[][];
  });
}

function withFiles<T>(documents: readonly string[], use: (names: readonly string[]) => T): T {
  const folder = mkdtempSync(path.join(tmpdir(), 'assay-junit-'));
  try {
    return use(
      documents.map((text, index) => {
        const name = path.join(folder, `${index}.xml`);
        writeFileSync(name, text);
        return name;
      }),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}
