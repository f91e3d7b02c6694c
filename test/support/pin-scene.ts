/** A test format with one image on each line, and requests for files of this format. */

import { placesOf, textOf } from '../../src/formats/bytes/byte-range.ts';
import type { Finder, FoundReference } from '../../src/tasks/pin/finder.ts';
import type { FinderRow } from '../../src/tasks/pin/finders/list.ts';
import type { PinRequest } from '../../src/tasks/pin/request.ts';

/** Each line is an image, which a comment can follow. */
const lines: Finder = {
  find: ({ bytes }) => {
    const place = placesOf(bytes);
    const text = textOf(bytes, { start: 0, end: bytes.length });
    const references = [...text.matchAll(/^(?<value>[^#\s]+)[ ]*(?:# (?<comment>.*))?$/gmu)].map(
      ({ index, groups = {} }): FoundReference => {
        const value = groups['value'] ?? '';
        const comment = groups['comment'] ?? '';
        const start = Buffer.byteLength(text.slice(0, index));
        const reason = /^assay: no-pin ?(?<reason>.*)$/u.exec(comment)?.groups?.['reason'];
        return {
          kind: 'image',
          value,
          edit: { range: { start, end: start + Buffer.byteLength(value) }, write: (to) => to },
          ...place(start),
          where: 'line',
          ...(reason !== undefined && { noPin: reason }),
          ...(value.includes('$') && {
            obstacle: { id: 'computed-name' as const, message: `"${value}" is computed` },
          }),
        };
      },
    );
    return { references, problems: [] };
  },
};

/** A list of this format only: files whose names end with `.images`. */
export const lineFinders: readonly FinderRow[] = [
  {
    id: 'lines',
    name: 'lines',
    files: '*.images',
    accepts: (path) => path.endsWith('.images'),
    load: () => Promise.resolve(lines),
  },
];

/**
 * Returns a request that pins the files below `root`, with the fields of `part` in place of its
 * own.
 */
export function pinRequest(root: string, part: Partial<PinRequest> = {}): PinRequest {
  return {
    target: '.',
    cwd: root,
    mode: 'apply',
    isUpdate: false,
    exclude: [],
    allowEmpty: false,
    wantsDiff: false,
    resolverOptions: {
      registry: {},
      isBranchOnly: false,
      actionsUrl: 'https://github.example',
      env: {},
      cwd: root,
    },
    ...part,
  };
}
