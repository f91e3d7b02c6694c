/**
 * Adds rules to the `dependencyManagement` of a `pom.xml`, in its indentation and with its line
 * ends.
 *
 * Source: Maven, "Introduction to the Dependency Mechanism", "Dependency Management": a rule of the
 * file itself counts before those of its parents.
 */

import { AssayError } from '../../../../core/base/errors.ts';
import { childPlaces, type XmlPlace } from '../../../../formats/text/xml/xml-places.ts';
import type { OverrideChange } from '../edited/steps.ts';
import type { TextChange, TextFile } from '../edited/text-file.ts';
import { readPomText } from './pom-places.ts';
import type { ManagedRow } from './version-uses.ts';

/** Returns the change that adds overrides. @throws AssayError `USAGE` if there is no safe place */
export function addManaged(
  { path, text }: Pick<TextFile, 'path' | 'text'>,
  overrides: readonly OverrideChange[],
): TextChange {
  const root = readPomText(path, text);
  const rows = new Map(
    overrides.map(({ override, to }) => [
      JSON.stringify(override.row),
      { row: override.row as ManagedRow, to },
    ]),
  );
  const { newline, unit } = layoutOf(text, root);
  const lines = (depth: number): string =>
    [...rows.values()]
      .flatMap(({ row, to }) => rowLines(row, to, root.prefix))
      .map(([level, line]) => `${newline}${unit.repeat(depth + level)}${line}`)
      .join('');
  const tag = (name: string): string => `<${root.prefix}${name}>`;
  const end = (name: string): string => `</${root.prefix}${name}>`;
  const [management, ...others] = childPlaces(root, 'dependencyManagement');
  if (management !== undefined) {
    const [list, ...more] = childPlaces(management, 'dependencies');
    if (list === undefined || list.isSelfClosing || others.length + more.length > 0) {
      throw new AssayError('USAGE', `"dependencyManagement" of "${path}" has no place for a rule`);
    }
    const at = list.inner.start + text.slice(list.inner.start, list.inner.end).trimEnd().length;
    const isEmpty = at === list.inner.start;
    return {
      path,
      range: { start: at, end: at },
      text: lines(3) + (isEmpty ? newline + unit.repeat(2) : ''),
    };
  }
  const [before] = childPlaces(root, 'dependencies');
  if (before === undefined) {
    throw new AssayError('USAGE', `"${path}" has no dependencies beside which a rule could be`);
  }
  const added = [
    `${tag('dependencyManagement')}${newline}${unit.repeat(2)}${tag('dependencies')}`,
    lines(3),
    `${newline}${unit.repeat(2)}${end('dependencies')}`,
    `${newline}${unit}${end('dependencyManagement')}${newline}${unit}`,
  ];
  const at = before.outer.start;
  return { path, range: { start: at, end: at }, text: added.join('') };
}

/** Returns the lines of one rule with their levels. */
function rowLines(
  { groupId, artifactId, type, classifier }: ManagedRow,
  version: string,
  prefix: string,
): readonly (readonly [level: number, line: string])[] {
  const fields = { groupId, artifactId, version, type, classifier };
  const line = (name: string, value: string): readonly [number, string] => [
    1,
    `<${prefix}${name}>${value}</${prefix}${name}>`,
  ];
  return [
    [0, `<${prefix}dependency>`],
    ...Object.entries(fields)
      .filter(([name, value]) => value !== '' && !(name === 'type' && value === 'jar'))
      .map(([name, value]) => line(name, value)),
    [0, `</${prefix}dependency>`],
  ];
}

/** The line end, and the indentation of the first element in the project. */
function layoutOf(
  text: string,
  { children }: XmlPlace,
): { readonly newline: string; readonly unit: string } {
  const start = children[0]?.outer.start ?? 0;
  const groups = /(?<newline>\r?\n)(?<unit>[\t ]*)$/u.exec(text.slice(0, start))?.groups;
  return { newline: groups?.['newline'] ?? '', unit: groups?.['unit'] ?? '' };
}
