/** `assay audit rules test DIR`: rules of the user against annotated examples. */

import { testRules, type RuleTest } from '../../../../tasks/audit/own-rules/test-rules.ts';
import { AssayError } from '../../../../core/base/errors.ts';
import { EXIT_CODES } from '../../../../core/model/report/exit-codes.ts';
import { terminalText } from '../../../../scan/report/text/terminal-text.ts';
import { readResultFormat, writeResult } from '../../print/result-output.ts';
import type { Session } from '../command.ts';

/** Longest line of a failure. */
const MAX_LINE = 1000;

/**
 * Runs the test of a directory. Returns the exit code. @throws AssayError `USAGE`, `CONFIG_INVALID`
 */
export async function runRulesTest(session: Session): Promise<number> {
  const format = readResultFormat(session);
  const [, directory, more] = session.args;
  if (directory === undefined) {
    throw new AssayError('USAGE', 'no directory with rules and examples given', {
      hint: 'Name it: assay audit rules test rules/',
    });
  }
  if (more !== undefined) {
    throw new AssayError('USAGE', `one directory is taken, and "${more}" is one more`, {
      hint: 'Test each directory by a command of its own.',
    });
  }
  const outcome = await testRules(directory, session.io.cwd);
  const exitCode = outcome.failures.length === 0 ? EXIT_CODES.pass : EXIT_CODES.findings;
  const data = { schemaVersion: 1, ...outcome, exitCode };
  await writeResult(session, format, { data, text: textOf(outcome) });
  return exitCode;
}

function textOf({ ruleCount, exampleCount, annotationCount, failures }: RuleTest): string {
  const counts = `${count(ruleCount, 'rule')}, ${count(exampleCount, 'example')}, ${count(annotationCount, 'annotation')}`;
  // Names of files, and ids in comments, are those of the directory.
  const lines = failures.map(({ where, message }) =>
    terminalText(`${where}: ${message}`, MAX_LINE),
  );
  const verdict =
    failures.length === 0
      ? `PASS: ${counts}`
      : `FAIL (exit code ${EXIT_CODES.findings}): ${count(failures.length, 'failure')}; ${counts}`;
  return `${[...lines, verdict].join('\n')}\n`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
