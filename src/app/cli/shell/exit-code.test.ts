import { describe, expect, it } from 'vitest';

import { AssayError, ParseError, type ErrorCode } from '../../../core/base/errors.ts';
import { exitCodeOf, printError } from './exit-code.ts';

const TABLE: readonly (readonly [ErrorCode, number])[] = [
  ['USAGE', 2],
  ['CONFIG_INVALID', 2],
  ['NOT_FOUND', 3],
  ['ACCESS_DENIED', 3],
  ['REGISTRY_DENIED', 3],
  ['CONTENT_MISMATCH', 3],
  ['DAMAGED', 3],
  ['PARSE', 3],
  ['LIMIT_EXCEEDED', 3],
  ['TIMEOUT', 3],
  ['NETWORK', 3],
  ['OFFLINE', 3],
  ['ADVISORY_DATA_MISSING', 4],
  ['ADVISORY_DATA_IMPLAUSIBLE', 4],
  ['ADVISORY_DATA_UNVERIFIED', 4],
  ['ADVISORY_DATA_STALE', 4],
  ['NOTHING_TO_SCAN', 8],
  ['INTERRUPTED', 130],
];

describe('exitCodeOf', () => {
  it.each(TABLE)('%s is %d', (code, expected) => {
    expect(exitCodeOf(new AssayError(code, 'x'), 'target')).toBe(expected);
  });

  it('tells a missing network for data from one for a target', () => {
    expect(exitCodeOf(new AssayError('OFFLINE', 'x'), 'advisoryData')).toBe(4);
  });

  it('takes everything else for a bug', () => {
    expect(exitCodeOf(new TypeError('x'), 'target')).toBe(70);
    expect(exitCodeOf('x', 'target')).toBe(70);
  });
});

describe('printError', () => {
  function printed(error: unknown, debug = false): string {
    let text = '';
    const write = (piece: string): boolean => {
      text += piece;
      return true;
    };
    printError(error, { write }, debug);
    return text;
  }

  it('prints message and hint, and no stack', () => {
    const error = new AssayError('NOT_FOUND', 'no file "x"', { hint: 'Look again.' });
    expect(printed(error)).toBe('ERROR no file "x"\n      Look again.\n');
  });

  it('prints stacks of the error and its cause with --debug', () => {
    const error = new ParseError('a', 'bad', { cause: new Error('inner') });
    expect(printed(error, true)).toMatch(/exit-code\.test\.ts[^]*caused by Error: inner/u);
  });

  it('prints the stack of a bug and asks to report it', () => {
    expect(printed(new TypeError('oops'))).toMatch(
      /^ERROR oops\n[^]*exit-code\.test[^]*Please report/u,
    );
  });

  it('masks what a bug quotes, and leaves the places in the code', () => {
    const token = ['ghp', 'Zq7mfLw2xVbT0aK9sD4eR6tY8uI1oP3gH5jL'].join('_');
    const cause = new SyntaxError(`Unexpected "password": "${token.slice(4, 14)}"`);
    const bug = new TypeError(`cannot read ${token}`, { cause });
    const shown = printed(bug);
    expect(shown).not.toMatch(/Zq7mf|xVbT0/u);
    expect(shown).toMatch(/ERROR cannot read \*{3}\n[^]*exit-code\.test\.ts:\d+/u);
    expect(shown).toContain('caused by SyntaxError: Unexpected "password": "***"');
    const damaged = new ParseError('a', 'bad', { cause: bug });
    expect(printed(damaged, true)).not.toMatch(/Zq7mf|xVbT0/u);
  });

  it('is harmless', () => {
    expect(printed(new AssayError('NOT_FOUND', 'no \u001B[2J', { hint: '\u009B2J' }))).not.toMatch(
      /[\u001B\u009B]/u,
    );
  });
});
