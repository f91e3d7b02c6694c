/**
 * The page "Who reads a format": for each kind of input file its readers and the rooms that import
 * them, then the shared readers of `src/formats/`. Readers come from rows and from module comments,
 * users from imports.
 */

import path from 'node:path';
import { groupBy } from '../../src/core/base/maps.ts';
import { ECOSYSTEMS, type Ecosystem } from '../../src/core/model/package/ecosystem.ts';
import { CATALOGERS } from '../../src/scan/catalog/list.ts';
import { importsOf, placesOf, productFiles } from '../house/figures.ts';
import { catalogerReaders, otherReaders, type FormatReader } from './readers.ts';

/** Files of one format that no cataloger lists together. */
const SAME: readonly (readonly string[])[] = [
  ['Dockerfile', 'Containerfile', 'Dockerfile.*', 'Containerfile.*'],
  ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'],
  ['requirements*', 'requirements.txt', 'requirements-*.txt', 'requirements/*.txt'],
  ['.github/dependabot.yml', '.github/dependabot.yaml'],
  ['.pre-commit-config.yaml', '.pre-commit-config.yml'],
  ['NuGet.config', 'NuGet.Config', 'nuget.config'],
  ['pip.conf', 'pip.ini'],
];
const SYSTEMS = 'Systems and documents';
const UNREAD = 'Recognized and not read';
const OTHER = 'Other files';
/** The sections that stand behind those of ecosystems, in this order. */
const LAST: readonly string[] = [OTHER, UNREAD];
/** More names than these would fill a cell; the rows of the lists have all of them. */
const NAMES_SHOWN = 8;

interface Format {
  readonly section: string;
  readonly files: Set<string>;
  readonly readers: Set<string>;
}

/** Returns the page. `src` is the directory of the sources. */
export function whoReadsPage(src: string, generated: string): string {
  const users = usersOf(src);
  const sections = groupBy(formatsOf(src), ({ section }) => section);
  return `${[
    '# Who reads a format',
    '',
    generated,
    '',
    'Each kind of input file with all modules that read it, and for each of them the rooms that import it. A change of a format, such as',
    'a new version of a lockfile, concerns each of its readers. Paths are those below `src/`. What a change touches besides is in',
    'the [architecture](architecture.md#what-a-change-touches).',
    '',
    '- The readers of `scan/catalog/`, `rules/detect/`, `tasks/pin/finders/` and `tasks/fix/managers/` come from the rows of their',
    '  lists. Any other reader has a line in its module comment: "Reads: `go.mod`, `go.work`."',
    '- The rooms come from imports, types included. Rooms that use the results of a scan instead of the file are not listed:',
    '  `scan/pipeline/` compares manifests with lockfiles by what the catalogers read.',
    '- Programs and archives that are recognized by their content are in [what is supported](supported.md).',
    '',
    ...[...sections]
      .sort(([a], [b]) => LAST.indexOf(a) - LAST.indexOf(b))
      .flatMap(([section, formats]) => [
        `## ${section}`,
        '',
        ...formats.flatMap((format) => formatLines(format, users)),
        '',
      ]),
    '## Shared readers',
    '',
    'The readers of `formats/` know the notation of a file and not its purpose.',
    '',
    ...sharedLines(src),
  ].join('\n')}\n`;
}

/** Returns all formats: those of catalogers in their order, then the others. */
function formatsOf(src: string): readonly Format[] {
  const formats: Format[] = [];
  const add = ({ module, files }: FormatReader, section: string): void => {
    const names = files.flatMap((file) => SAME.find((same) => same.includes(file)) ?? [file]);
    const known = formats.filter((format) => names.some((name) => format.files.has(name)));
    for (const format of known) format.readers.add(module);
    if (known.length === 0) {
      formats.push({ section, files: new Set(names), readers: new Set([module]) });
    }
  };
  const catalogers = catalogerReaders(src);
  const isUnread = (id: string): boolean => id.startsWith('other/');
  for (const { id, ecosystem } of CATALOGERS.filter((row) => !isUnread(row.id))) {
    const reader = catalogers.get(id);
    if (reader === undefined) continue;
    const rest = reader.files.filter((file) => !formats.some((format) => format.files.has(file)));
    add(reader, sectionOf(ecosystem));
    // Names that no other cataloger has are a format of their own.
    if (rest.length > 0) add({ ...reader, files: rest }, sectionOf(ecosystem));
  }
  for (const [id, reader] of catalogers) {
    if (!isUnread(id)) continue;
    for (const file of reader.files) add({ ...reader, files: [file] }, UNREAD);
  }
  for (const reader of otherReaders(src)) {
    for (const file of reader.files) add({ ...reader, files: [file] }, OTHER);
  }
  return merged(formats);
}

/** Names that have the same readers share a row. */
function merged(formats: readonly Format[]): readonly Format[] {
  const rows = new Map<string, Format>();
  for (const format of formats) {
    const key = [format.section, ...[...format.readers].sort()].join(' ');
    const row = rows.get(key);
    if (row === undefined) rows.set(key, format);
    else for (const file of format.files) row.files.add(file);
  }
  return [...rows.values()];
}

function sectionOf(ecosystem: Ecosystem | undefined): string {
  return ecosystem === undefined ? SYSTEMS : ECOSYSTEMS[ecosystem].label;
}

function formatLines(
  { section, files, readers }: Format,
  users: ReadonlyMap<string, ReadonlySet<string>>,
): readonly string[] {
  const isLong = section === OTHER && files.size > NAMES_SHOWN;
  const shown = [...files].slice(0, isLong ? NAMES_SHOWN : files.size).map(code);
  const names = [...shown, ...(isLong ? ['...'] : [])].join(', ');
  const lines = [...readers].map(
    (module) => `${code(module)} for ${roomText([...(users.get(module) ?? [])])}`,
  );
  if (lines.length === 1) return [`- ${names}: ${lines.join('')}`];
  return [`- ${names}`, ...lines.map((line) => `  - ${line}`)];
}

/** Returns the rooms that import each module, its own included. */
function usersOf(src: string): ReadonlyMap<string, ReadonlySet<string>> {
  const files = productFiles(src);
  const places = placesOf(files);
  const users = new Map<string, Set<string>>(files.map((file) => [file, new Set()]));
  for (const file of files) {
    const room = places.get(file)?.room;
    if (room === undefined) continue;
    for (const target of importsOf(src, file)) users.get(target)?.add(room);
  }
  return users;
}

/** Returns a line for each directory or file of a room of `formats/`. */
function sharedLines(src: string): readonly string[] {
  const files = productFiles(path.join(src, 'formats')).map((file) => `formats/${file}`);
  const users = usersOf(src);
  const units = groupBy(files, (file) => {
    const [box = '', room = '', unit = '', ...rest] = file.split('/');
    return `${box}/${room}/${unit}${rest.length > 0 ? '/' : ''}`;
  });
  return [...units].map(([unit, members]) => {
    const rooms = members.flatMap((file) => [...(users.get(file) ?? [])]);
    return `- ${code(unit)} for ${roomText(rooms)}`;
  });
}

function roomText(rooms: readonly string[]): string {
  const texts = [...new Set(rooms)].sort().map((room) => code(`${room}/`));
  return texts.length === 0 ? 'no room' : texts.join(', ');
}

function code(text: string): string {
  return `\`${text}\``;
}
