/**
 * Prints the closing line of CI, `N passed, N failed`, from the result files that the test runner
 * itself wrote; before it, what failed, so that it is seen at the end of a long log.
 */
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';

/** Of the first message: enough to tell what failed. */
const SHOWN_CHARACTERS = 600;

let passed = 0;
let failed = 0;
let skipped = 0;
for (const file of process.argv.slice(2)) {
  const result = JSON.parse(readFileSync(file, 'utf8'));
  passed += result.numPassedTests;
  failed += result.numFailedTests;
  skipped += result.numPendingTests + result.numTodoTests;
  for (const suite of result.testResults) {
    // A file that cannot be loaded has no tests to fail; one whose preparation fails skips them.
    if (suite.status === 'failed' && !suite.assertionResults.some(hasFailed)) {
      failed += 1;
      printFailure(file, relative('.', suite.name), suite.message);
    }
    for (const test of suite.assertionResults) {
      if (!hasFailed(test)) continue;
      const name = `${relative('.', suite.name)}: ${test.fullName}`;
      printFailure(file, name, test.failureMessages?.[0] ?? '');
    }
  }
}
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;

function hasFailed(test) {
  return test.status === 'failed';
}

function printFailure(file, name, message) {
  const shown = message.slice(0, SHOWN_CHARACTERS).trimEnd().replaceAll('\n', '\n    ');
  console.log(`failed (${file}): ${name}\n    ${shown}\n`);
}
