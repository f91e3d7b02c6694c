/** JUnit XML, read by an XML parser. */

import { SaxesParser } from 'saxes';

export interface JunitSuite {
  readonly name: string;
  /** Values of the properties, by their name. */
  readonly properties: ReadonlyMap<string, string>;
  readonly cases: readonly JunitCase[];
}

export interface JunitCase {
  readonly className: string;
  readonly name: string;
  readonly outcome: 'passed' | 'failure' | 'skipped';
  readonly message: string;
  readonly text: string;
}

type Made<T> = { -readonly [Key in keyof T]: T[Key] };

/** Reads the suites of a document. @throws Error where it is not well formed */
export function junitSuites(document: string): readonly JunitSuite[] {
  const suites: { name: string; properties: Map<string, string>; cases: Made<JunitCase>[] }[] = [];
  const parser = new SaxesParser();
  const path: string[] = [];
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    path.push(name);
    const { name: title = '', message = '', classname = '', value = '' } = attributes;
    const suite = suites.at(-1);
    if (name === 'testsuite') suites.push({ name: title, properties: new Map(), cases: [] });
    if (name === 'property') suite?.properties.set(title, value);
    if (name === 'testcase') {
      suite?.cases.push({
        className: classname,
        name: title,
        outcome: 'passed',
        message,
        text: '',
      });
    }
    const last = suite?.cases.at(-1);
    if (last === undefined || (name !== 'failure' && name !== 'skipped')) return;
    last.outcome = name;
    last.message = message;
  });
  parser.on('text', (text) => {
    const last = suites.at(-1)?.cases.at(-1);
    if (last !== undefined && path.at(-1) === 'failure') last.text += text;
  });
  parser.on('closetag', () => path.pop());
  parser.write(document).close();
  return suites;
}
